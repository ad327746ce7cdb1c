import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import {
  access,
  type FileHandle,
  mkdir,
  open,
  readdir,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { userError } from '../core/errors/userError.ts';
import { renameError, systemCode, writeError } from './fileErrors.ts';

/**
 * Writes a file so that under its name there is always a whole one, the old or the new: `write` fills a temporary
 * file in the same folder, which is synced and renamed. A link is followed. After any failure the temporary
 * file is gone and the old file is as it was.
 * `mode` says who may read it, as for `open`; a file that was there keeps its own, and one that may not be written is not replaced.
 * @throws UserError `file-disk-full`, `file-unwritable`, `file-in-use`, and whatever `write` throws
 */
export async function writeFileAtomically(
  path: string,
  write: (handle: FileHandle) => Promise<void>,
  mode?: number,
): Promise<void> {
  const target = await linkTarget(path);
  await refuseOther(target, path, 'file');
  const kept = mode ?? (await keptMode(target, path));
  const temporary = temporaryName(target);
  try {
    const handle = await open(temporary, 'wx', kept);
    try {
      // What a new file is denied by default, the old one may have been given.
      if (kept !== undefined) await handle.chmod(kept).catch(() => undefined); // a disk may know no permissions
      await write(handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await renamePatiently(temporary, target).catch((error: unknown) => {
      throw renameError(error, path);
    });
  } catch (error) {
    await rm(temporary, { force: true });
    throw writeError(error, path);
  }
  await syncFolder(dirname(target));
}

/** Writes a text (UTF-8) as `writeFileAtomically` does. */
export async function writeTextAtomically(path: string, text: string, mode?: number): Promise<void> {
  await writeFileAtomically(path, (handle) => handle.writeFile(text), mode);
}

/**
 * Fills a new folder so that it appears whole or not at all: `write` gets a temporary folder beside it.
 * @throws UserError `folder-exists` where there is something already (an empty folder is replaced), and as above
 */
export async function writeFolderAtomically(
  path: string,
  write: (folder: string) => Promise<void>,
): Promise<void> {
  const target = await linkTarget(path);
  await refuseOther(target, path, 'folder');
  await refuseFull(target, path);
  const temporary = temporaryName(target);
  try {
    await mkdir(temporary);
    await write(temporary);
    await syncFolder(temporary);
    await refuseFull(target, path);
    await rmdir(target).catch(unlessMissing(path)); // Windows does not rename onto a folder
    await renamePatiently(temporary, target).catch((error: unknown) => {
      throw renameError(error, path);
    });
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw writeError(error, path);
  }
  await syncFolder(dirname(target));
}

/** What `renamePatiently` needs of the world, so that a test can stand in for Windows. */
export interface RenameTools {
  readonly platform: NodeJS.Platform;
  readonly rename: (from: string, to: string) => Promise<void>;
  readonly wait: (milliseconds: number) => Promise<unknown>;
}

const system: RenameTools = { platform: process.platform, rename, wait };
const patience = 60_000;

/**
 * Renames a file. On Windows a virus scanner or an indexer may hold a file for moments: there, refusals are
 * tried again for up to a minute.
 */
export async function renamePatiently(from: string, to: string, tools: RenameTools = system): Promise<void> {
  let waited = 0;
  for (let pause = 10; ; pause = Math.min(2 * pause, 1000)) {
    try {
      await tools.rename(from, to);
      return;
    } catch (error) {
      const held = ['EPERM', 'EACCES', 'EBUSY'].includes(systemCode(error) ?? '');
      if (tools.platform !== 'win32' || !held || waited >= patience) throw error;
      await tools.wait(pause);
      waited += pause;
    }
  }
}

/** Short, so that a long name does not become too long; in the same folder, so that renaming is one step. */
export function temporaryName(target: string): string {
  return join(dirname(target), `.sft-${process.pid}-${randomBytes(4).toString('hex')}.tmp`);
}

/** The number of the process that made a temporary file or folder of this name; undefined for any other name. */
export function temporaryWriter(name: string): number | undefined {
  const number = /^\.sft-(\d+)-[0-9a-f]+\.tmp$/.exec(name)?.[1];
  return number === undefined ? undefined : Number(number);
}

async function linkTarget(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return path; // nothing there yet
  }
}

/** A device or a pipe must not be replaced by a file, nor a folder by a file, nor a file by a folder. */
async function refuseOther(target: string, path: string, wanted: 'file' | 'folder'): Promise<void> {
  const there = await stat(target).catch(unlessMissing(path));
  if (there === undefined || (wanted === 'file' ? there.isFile() : there.isDirectory())) return;
  const reason = there.isDirectory()
    ? 'a folder has this name'
    : wanted === 'file'
      ? 'it is a device and not a file'
      : 'a file has this name';
  throw userError('file-unwritable', { reason }, { file: path });
}

/** Who may do what with the file that is there; undefined where there is none. Its folder's permissions alone would let it be replaced. */
async function keptMode(target: string, path: string): Promise<number | undefined> {
  const there = await stat(target).catch(unlessMissing(path));
  if (there === undefined) return undefined;
  const isLocked = (there.mode & 0o222) === 0 || !(await mayWrite(target));
  if (isLocked) throw userError('file-unwritable', { reason: 'it may not be written' }, { file: path });
  return there.mode & 0o777;
}

async function mayWrite(file: string): Promise<boolean> {
  return access(file, constants.W_OK).then(
    () => true,
    () => false,
  );
}

async function refuseFull(target: string, path: string): Promise<void> {
  const entries = await readdir(target).catch(unlessMissing(path));
  if (entries !== undefined && entries.length > 0)
    throw userError('folder-exists', undefined, { file: path });
}

function unlessMissing(path: string): (error: unknown) => undefined {
  return (error) => {
    if (systemCode(error) !== 'ENOENT') throw writeError(error, path);
    return undefined;
  };
}

/** Makes a renaming last through a power cut, where the system can sync a folder (Windows cannot). */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  if (handle === undefined) return;
  try {
    await handle.sync();
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
  } finally {
    await handle.close();
  }
}
