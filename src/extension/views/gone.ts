import { dirname } from 'node:path';

/**
 * Paths and all folders in which they lie: whichever of these is deleted, one of the paths is gone. Made once for many deletions, each
 * of which is then one look into a set.
 */
export function withFolders(paths: readonly string[]): ReadonlySet<string> {
  const all = new Set<string>();
  for (const path of paths) {
    // What is there has its folders there; the top is its own folder.
    for (let at = path; !all.has(at); at = dirname(at)) all.add(at);
  }
  return all;
}
