import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Removes files of a folder with this ending until they have `most` bytes in all; what was used least recently (by its time) goes first. */
export async function evict(
  folder: string,
  { ending, most }: { readonly ending: string; readonly most: number },
): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(ending));
  const files = await Promise.all(
    names.map(async (name) => {
      const file = join(folder, name);
      // Another process may be at it too.
      const found = await stat(file).catch(() => undefined);
      return { file, bytes: found?.size ?? 0, used: found?.mtimeMs ?? 0 };
    }),
  );
  let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { file, bytes } of files.sort((a, b) => a.used - b.used)) {
    if (total <= most) return;
    await rm(file, { force: true });
    total -= bytes;
  }
}
