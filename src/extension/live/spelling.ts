import { realpathSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { isInside } from '../inside.ts';

/**
 * A path as the window writes it. A workspace opened through a link has other paths than a program that was started in its
 * terminal, which sees where the link leads; lists and panels know a run by the window's.
 * @param path absolute
 * @param roots the workspace's folders, and others in which runs lie, as the window writes them
 * @param real where a path leads; itself where it leads nowhere
 */
export function windowSpelling(
  path: string,
  roots: readonly string[],
  real: (path: string) => string = realPath,
): string {
  if (roots.some((root) => isInside(path, root))) return path;
  const place = real(path);
  for (const root of roots) {
    const there = real(root);
    if (isInside(place, there)) return resolve(root, relative(there, place));
  }
  return path;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
