import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { systemCode } from '../../formats/fileErrors.ts';

/** A package that is installed somewhere: its own folder, and the folder from which it is required. */
export interface FoundPackage {
  readonly folder: string;
  readonly from: string;
  readonly version: string;
}

/** Finds a package among the fetched engines, or else where Node finds our own dependencies. */
export async function findPackage(name: string, fetched: string): Promise<FoundPackage | undefined> {
  const own = join(fetched, 'node_modules');
  const others = createRequire(import.meta.url).resolve.paths(name) ?? [];
  const modules = [own, ...others].find((folder) => existsSync(join(folder, name, 'package.json')));
  return modules === undefined ? undefined : described(join(modules, name), dirname(modules));
}

async function described(folder: string, from: string): Promise<FoundPackage> {
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    version?: unknown;
  };
  return { folder, from, version: typeof version === 'string' ? version : '' };
}

/** What the fetching of an engine noted beside it: the version of the native library, which packages do not tell. */
export async function libraryNote(fetched: string): Promise<string | undefined> {
  try {
    const text = (await readFile(join(fetched, LIBRARY_NOTE), 'utf8')).trim();
    return text === '' ? undefined : text.slice(0, 100);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}

export const LIBRARY_NOTE = 'library.txt';
