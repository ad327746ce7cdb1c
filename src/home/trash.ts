import { randomBytes } from 'node:crypto';
import { cp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import { userError } from '../core/errors/userError.ts';
import { writeTextAtomically } from '../formats/atomicFile.ts';
import { readError, systemCode, writeError } from '../formats/fileErrors.ts';
import { readJsonFile } from '../formats/jsonFile.ts';
import { makePrivate } from './liveEntries.ts';

const itemSchema = z.object({
  id: z.string(),
  /** Where it was. */
  from: z.string(),
  /** When it was deleted. */
  time: z.string(),
});

/** A file or folder that was deleted and can be brought back. */
export type TrashItem = z.infer<typeof itemSchema>;

const keptDays = 30;

/**
 * Deletes a file or folder so that it can be brought back: moves it into the trash of SFT_HOME, or copies it there from
 * another disk. What has lain there for 30 days goes for good.
 * @param signal ends the copying, between two files; all is then where it was
 * @throws UserError `file-missing`, `file-unwritable`, `file-disk-full`; the signal's reason
 */
export async function moveToTrash(trash: string, path: string, signal?: AbortSignal): Promise<TrashItem> {
  signal?.throwIfAborted();
  const from = resolve(path);
  const item = {
    id: `${Date.now()}-${randomBytes(4).toString('hex')}`,
    from,
    time: new Date().toISOString(),
  };
  await makePrivate(trash);
  await removeOld(trash);
  const place = join(trash, item.id);
  const to = join(place, basename(from));
  try {
    await mkdir(place);
    await writeTextAtomically(join(place, 'item.json'), `${JSON.stringify(item)}\n`);
    await move(from, to, signal);
  } catch (error) {
    // A copy that is whole stays: it may be all that is left of something that could be removed in part.
    if (!(await exists(to))) await rm(place, { recursive: true, force: true });
    throw systemCode(error) === 'ENOENT' ? readError(error, from) : writeError(error, from);
  }
  return item;
}

/** What lies in the trash, the newest first. */
export async function trashItems(trash: string): Promise<TrashItem[]> {
  const names = await readdir(trash).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw readError(error, trash);
  });
  const items = await Promise.all(
    names.map((name) => readJsonFile(join(trash, name, 'item.json'), itemSchema)),
  );
  return items
    .filter((item) => item !== undefined)
    .sort((a, b) => (a.time === b.time ? 0 : a.time < b.time ? 1 : -1));
}

/**
 * Brings an item back to where it was.
 * @param signal ends the copying from another disk, between two files; the item then stays in the trash
 * @throws UserError `trash-missing`, `trash-taken` where something else lies there now, `file-unwritable`; the signal's reason
 */
export async function restoreFromTrash(trash: string, id: string, signal?: AbortSignal): Promise<TrashItem> {
  signal?.throwIfAborted();
  const place = join(trash, basename(id));
  const item = await readJsonFile(join(place, 'item.json'), itemSchema);
  if (item === undefined) throw userError('trash-missing', undefined, { file: place });
  if (await exists(item.from)) throw userError('trash-taken', undefined, { file: item.from });
  try {
    await mkdir(dirname(item.from), { recursive: true });
    await move(join(place, basename(item.from)), item.from, signal);
  } catch (error) {
    throw writeError(error, item.from);
  }
  await rm(place, { recursive: true, force: true });
  return item;
}

async function move(from: string, to: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (systemCode(error) !== 'EXDEV') throw error;
    await copyWhole(from, to, signal);
    await rm(from, { recursive: true });
  }
}

async function copyWhole(from: string, to: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    await cp(from, to, {
      recursive: true,
      errorOnExist: true,
      force: false,
      preserveTimestamps: true,
      filter: () => signal?.aborted !== true,
    });
    signal?.throwIfAborted();
  } catch (error) {
    // What somebody else put there meanwhile is not ours to remove.
    if (systemCode(error) !== 'ERR_FS_CP_EEXIST') await rm(to, { recursive: true, force: true });
    throw error;
  }
}

async function removeOld(trash: string): Promise<void> {
  const oldest = Date.now() - keptDays * 24 * 3600 * 1000;
  for (const { id, time } of await trashItems(trash)) {
    if (Date.parse(time) < oldest) await rm(join(trash, id), { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return false;
  }
}
