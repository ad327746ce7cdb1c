import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { type FileHandle, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { userError } from '../core/errors/userError.ts';
import { readError, systemCode, writeError } from '../formats/fileErrors.ts';
import { isOfThisMachine, processIdentity, stillLives, thisProcess } from './processIdentity.ts';

/** A file in a run folder that says who works on it: `owner-1.json`. */
const ownerFile = /^owner-([1-9]\d{0,8})\.json$/;

/** Whether a file of a run folder is only there to say who works on it. */
export function isOwnerFile(name: string): boolean {
  return ownerFile.test(name);
}

const schema = processIdentity.extend({
  /** Tells this claim from every other. */
  token: z.string(),
});

type Owner = z.infer<typeof schema>;

/** A run folder that this process owns. */
export interface RunClaim {
  /** Gives it back. */
  release(): Promise<void>;
}

/** Who works on a run. */
export interface RunOwner {
  readonly host: string;
  readonly pid: number;
  /** Whether it is a process of this computer. */
  readonly here: boolean;
  /** Whether it still works, as far as can be told: its process lives; on another host, its heartbeat is fresh. */
  readonly alive: boolean;
  /** Since its last heartbeat. */
  readonly seconds: number;
}

const heartbeatSeconds = 15;
/** A process of another host that was silent for longer counts as gone: its machine slept, crashed or lost the disk. */
const silentSeconds = 150;
/** Token of an owner file that says nothing yet. */
const unfilled = '';
/** The moment between making an owner file and filling it. */
const fillingSeconds = 5;

/**
 * Makes this process the owner of a run folder until it ends or releases it. An owner whose process is gone is
 * replaced. `force` replaces one of another host that still seems to work.
 *
 * Two processes never both succeed: each first makes its owner file and then looks at all others, so that the later
 * one sees the earlier one's. Of those that start at once only one can make the file of the next number.
 * @throws UserError `run-owned` where another process works on it, `run-claimed`, `file-unwritable`, `file-disk-full`
 */
export async function claimRun(folder: string, { force = false } = {}): Promise<RunClaim> {
  const before = await judgeAll(folder, await diskTime(folder));
  const alive = before.find((one) => one.alive && (one.here || !force));
  if (alive !== undefined) throw refusal(folder, alive);

  const file = join(folder, `owner-${Math.max(0, ...before.map((one) => one.number)) + 1}.json`);
  const text = `${JSON.stringify({ ...(await thisProcess()), token: randomUUID() })}\n`;
  const handle = await create(file, text);
  if (handle === undefined) throw userError('run-claimed', undefined, { file: folder });
  const claim = keep(handle, file, text);
  try {
    const known = new Set(before.map((one) => one.token));
    known.delete(unfilled);
    const others = (await judgeAll(folder, await diskTime(folder))).filter((one) => one.file !== file);
    if (others.some((one) => one.alive && !known.has(one.token))) {
      throw userError('run-claimed', undefined, { file: folder });
    }
    for (const other of others) await rm(other.file, { force: true });
    return claim;
  } catch (error) {
    await claim.release();
    throw writeError(error, folder);
  }
}

/**
 * Who works on a run, or did last and was ended before it could say so; undefined where there is nobody.
 * @throws UserError `file-unreadable`
 */
export async function runOwner(folder: string): Promise<RunOwner | undefined> {
  const all = await judgeAll(folder, Date.now());
  return all.find((one) => one.alive) ?? all.at(-1);
}

/** @throws UserError `run-owned`, `run-claimed` where a process works on a run; `file-unreadable` */
export async function refuseOwned(folder: string): Promise<void> {
  const alive = (await judgeAll(folder, Date.now())).find((one) => one.alive);
  if (alive !== undefined) throw refusal(folder, alive);
}

function refusal(folder: string, { host, pid, here, seconds }: Judged): Error {
  if (pid === 0) return userError('run-claimed', undefined, { file: folder });
  return userError('run-owned', { host, pid, here, seconds: Math.round(seconds) }, { file: folder });
}

interface Judged extends RunOwner {
  readonly file: string;
  readonly number: number;
  readonly token: string;
}

/** All owners that a folder names, by number. `now` in milliseconds. */
async function judgeAll(folder: string, now: number): Promise<Judged[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw readError(error, folder);
  });
  const judged: Judged[] = [];
  for (const name of names) {
    const number = Number(ownerFile.exec(name)?.[1]);
    const file = join(folder, name);
    const found = Number.isNaN(number) ? undefined : await readOwner(file);
    if (found === undefined) continue;
    judged.push({ ...(await judge(found, now)), file, number, token: found.owner?.token ?? unfilled });
  }
  return judged.sort((a, b) => a.number - b.number);
}

async function judge({ owner, time }: OwnerFound, now: number): Promise<RunOwner> {
  const seconds = Math.max(0, (now - time) / 1000);
  if (owner === undefined) return { host: '', pid: 0, here: true, alive: seconds < fillingSeconds, seconds };
  const { host, pid } = owner;
  const here = await isOfThisMachine(owner);
  const alive = here ? await stillLives(owner) : undefined;
  return { host, pid, here, alive: alive ?? seconds < silentSeconds, seconds };
}

/** Makes and fills the owner file; undefined where there is one. */
async function create(file: string, text: string): Promise<FileHandle | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, 'wx+');
    await handle.write(text, 0);
    return handle;
  } catch (error) {
    if (handle === undefined && systemCode(error) === 'EEXIST') return undefined;
    await handle?.close();
    if (handle !== undefined) await rm(file, { force: true });
    throw writeError(error, file);
  }
}

/** Heartbeats, and the end of the claim. */
function keep(handle: FileHandle, file: string, text: string): RunClaim {
  let released = false;
  const beat = async (): Promise<void> => {
    try {
      // The same bytes over again: what changes is the time of the file, by the clock of the disk that it lies on.
      await handle.write(text, 0);
    } catch {
      // A missed heartbeat ends nothing, and the next one may do.
    }
  };
  const timer = setInterval(() => void beat(), heartbeatSeconds * 1000).unref();
  const removeOwn = (): void => {
    try {
      if (readFileSync(file, 'utf8') === text) rmSync(file, { force: true });
    } catch {
      // It is gone already, or stays and is seen to be dead.
    }
  };
  process.once('exit', removeOwn);
  return {
    async release() {
      if (released) return;
      released = true;
      clearInterval(timer);
      process.off('exit', removeOwn);
      await handle.close();
      removeOwn();
    },
  };
}

interface OwnerFound {
  /** undefined where the file is not filled. */
  readonly owner: Owner | undefined;
  /** Of the last heartbeat, in milliseconds since 1970 by the clock of the disk. */
  readonly time: number;
}

async function readOwner(file: string): Promise<OwnerFound | undefined> {
  try {
    const text = await readFile(file, 'utf8');
    const { mtimeMs } = await stat(file);
    return { owner: parse(text), time: mtimeMs };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw readError(error, file);
  }
}

function parse(text: string): Owner | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Now, by the clock of the disk that a folder lies on: a file server's may differ from ours. */
async function diskTime(folder: string): Promise<number> {
  const probe = join(folder, `.${randomUUID()}.now`);
  try {
    await writeFile(probe, '');
    return (await stat(probe)).mtimeMs;
  } catch (error) {
    throw writeError(error, folder);
  } finally {
    await rm(probe, { force: true });
  }
}
