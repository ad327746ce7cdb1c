import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { isInside } from '../inside.ts';

/**
 * A path as the window writes it. A workspace opened through a link has other paths than a program that was started in its
 * terminal, which sees where the link leads; on Windows, where case does not matter, a terminal has `C:` where the window has `c:`.
 * Lists and panels know a run by the window's.
 * @param path absolute
 * @param roots the workspace's folders, and others in which runs lie, as the window writes them
 * @param real where a path leads; itself where it leads nowhere
 * @param foldsCase whether paths that differ in case alone are one
 */
export function windowSpelling(
  path: string,
  roots: readonly string[],
  real: (path: string) => string = realPath,
  foldsCase = process.platform === 'win32',
): string {
  if (roots.some((root) => isInside(path, root))) return path;
  const folded = (one: string) => (foldsCase ? one.toLowerCase() : one);
  /** What of a path comes after a folder in which it lies. */
  const after = (one: string, folder: string) =>
    isInside(folded(one), folded(folder)) ? one.slice(folder.length).replace(/^[\\/]/, '') : undefined;
  const place = real(path);
  for (const root of roots) {
    const below = after(path, root) ?? after(place, real(root));
    if (below !== undefined) return resolve(root, below);
  }
  return path;
}

function realPath(path: string): string {
  try {
    // Not the one of Node's own, which leaves the case as it is given.
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
