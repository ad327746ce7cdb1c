import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Listed } from '../../recipe/language/files.ts';

/** What a folder holds; nothing where it cannot be read. Links to folders count as folders. */
export async function listFolder(folder: string): Promise<readonly Listed[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return Promise.all(
    entries.map(async (entry) => ({
      name: entry.name,
      folder: entry.isSymbolicLink()
        ? await stat(join(folder, entry.name)).then(
            (target) => target.isDirectory(),
            () => false,
          )
        : entry.isDirectory(),
    })),
  );
}
