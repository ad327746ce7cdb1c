import { copyFile, mkdir, rm, stat, statfs, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { userError } from '../../core/errors/userError.ts';
import { renamePatiently, temporaryName, writeTextAtomically } from '../../formats/atomicFile.ts';
import { renameError, systemCode, writeError } from '../../formats/fileErrors.ts';
import { type HubFolders, isCommit } from '../../formats/hubCache.ts';
import type { RemoteFile } from './listing.ts';

/** Whether the system lets us make links (Windows asks for a right to), so that a test can stand in for one that does not. */
export type Link = (target: string, path: string) => Promise<void>;

/** A model's part of a Hugging Face cache, at one commit: contents under their checksums, and a folder of links to them. */
export interface HubStore {
  readonly snapshot: string;
  /** Where a content lies that the cache has, whole; undefined where it has it not. */
  find(file: RemoteFile): Promise<string | undefined>;
  /** Bytes of a file that are not in the cache, nor in what is fetched of it: for so many there must be room. */
  missing(file: RemoteFile): Promise<number>;
  /**
   * Where a file is fetched to. The name is never one of Python's library, which may be at work on the same file: of its
   * versions, some write to `<checksum>.incomplete` and newer ones to a name of their own each time.
   */
  partial(file: RemoteFile): string;
  /** Takes a fetched and checked content in. */
  keep(file: RemoteFile): Promise<string>;
  /** Shows a content in the snapshot. One that was just taken in may be moved there where links cannot be made. */
  show(file: RemoteFile, isNew: boolean): Promise<void>;
  /** Says that a branch or tag stands for this commit. */
  point(revision: string): Promise<void>;
}

/** @throws UserError of writing, here and in all that the store does */
export async function openStore(
  folders: HubFolders,
  commit: string,
  link: Link = symlink,
): Promise<HubStore> {
  const snapshot = join(folders.snapshots, commit);
  await makeFolder(folders.blobs);
  await makeFolder(snapshot);
  const place = ({ path }: RemoteFile): string => join(snapshot, path);
  const blob = ({ hash }: RemoteFile): string => join(folders.blobs, hash.value);
  const partial = (file: RemoteFile): string => `${blob(file)}.sft.incomplete`;
  const find = async (file: RemoteFile): Promise<string | undefined> => {
    for (const path of [place(file), blob(file)]) if ((await sizeAt(path)) === file.size) return path;
    return undefined;
  };
  return {
    snapshot,
    partial,
    find,
    async missing(file) {
      if ((await find(file)) !== undefined) return 0;
      return Math.max(0, file.size - ((await sizeAt(partial(file))) ?? 0));
    },
    async keep(file) {
      await renamePatiently(partial(file), blob(file)).catch((error: unknown) => {
        throw renameError(error, blob(file));
      });
      return blob(file);
    },
    async show(file, isNew) {
      if ((await sizeAt(place(file))) === file.size) return;
      try {
        await linkOrCopy(blob(file), place(file), isNew, link);
      } catch (error) {
        throw writeError(error, place(file));
      }
    },
    async point(revision) {
      if (isCommit(revision)) return;
      const file = join(folders.refs, ...revision.split('/'));
      await makeFolder(dirname(file));
      await writeTextAtomically(file, commit);
    },
  };
}

/** As Python's library does it: a relative link; without links a new content is moved, one that others may use is copied. */
async function linkOrCopy(blob: string, place: string, isNew: boolean, link: Link): Promise<void> {
  const temporary = temporaryName(place);
  try {
    try {
      await link(relative(dirname(place), blob), temporary);
    } catch (error) {
      if (systemCode(error) === undefined) throw error;
      if (isNew) return await renamePatiently(blob, place);
      await copyFile(blob, temporary);
    }
    await renamePatiently(temporary, place);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** @throws UserError `hub-disk` where a folder's disk has less room than that */
export async function checkRoom(folder: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (needed > free) throw userError('hub-disk', { needed, free }, { file: folder });
}

/** Bytes of a file, or of the file that a link leads to; undefined where there is none. */
async function sizeAt(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true ? found.size : undefined;
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw writeError(error, folder);
  }
}
