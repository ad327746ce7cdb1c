import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { userError, UserError } from '../../core/errors/userError.ts';
import { writeAll } from '../../formats/fileBytes.ts';
import { systemCode, writeError } from '../../formats/fileErrors.ts';
import { type Asked, refusalError, refusalOf } from './answers.ts';
import type { HubConnection, OpenAnswer } from './connection.ts';
import type { RemoteFile } from './listing.ts';

/** So many tries in a row that bring nothing end a download, and so many in all. */
const fruitlessTries = 5;
const mostTries = 200;

/** Told how many bytes of a file are there, and how many of them have just come. */
export type OnBytes = (have: number, came: number) => void;

/**
 * Fetches a file to `partial`, going on from what lies there, and checks size and checksum. What is wrong is removed, what is
 * only not whole is kept for the next time.
 *
 * The client library's `downloadFileToCacheDir` is not used for this: it checks neither, begins anew after every
 * break, cannot be cancelled, writes to a name that another process may write to as well, keeps no refs, names the content
 * of some repositories otherwise than Python's library, and talks to the console.
 * @throws UserError `hub-size`, `hub-hash`, `hub-network`, those of a refusal and of writing; the reason of the signal
 */
export async function downloadFile(
  connection: HubConnection,
  url: string,
  file: RemoteFile,
  partial: string,
  asked: Asked,
  onBytes: OnBytes = () => undefined,
): Promise<void> {
  let have = await sizeOf(partial);
  // What lies there may be of a download that went wrong; what has just been fetched gets no second chance.
  let isInherited = have > 0;
  const discard = async (error: UserError): Promise<void> => {
    await rm(partial, { force: true });
    have = 0;
    if (!isInherited) throw error;
    isInherited = false;
  };
  let fruitless = 0;
  for (let n = 0; ; n++) {
    connection.signal.throwIfAborted();
    if (have > file.size) await discard(longer(file));
    if (have === file.size && n > 0) {
      if (await isIntact(partial, file, connection.signal)) return;
      await discard(userError('hub-hash', { file: file.path }));
    }
    const { isEnd, error } =
      have === file.size && have > 0
        ? { isEnd: false, error: undefined }
        : await fetchRest(connection, url, file, partial, have, asked, onBytes);
    if (isEnd) {
      await discard(shorter(file, have));
      continue;
    }
    const before = have;
    have = await sizeOf(partial);
    if (have === file.size) continue;
    fruitless = have > before ? 0 : fruitless + 1;
    if (fruitless >= fruitlessTries || n >= mostTries) throw error ?? shorter(file, have);
    if (fruitless > 0) await connection.wait(500 * 2 ** fruitless);
  }
}

interface Fetched {
  /** The server says that the file has nothing more. */
  readonly isEnd: boolean;
  /** Why it broke off, where it did. */
  readonly error: UserError | undefined;
}

async function fetchRest(
  connection: HubConnection,
  url: string,
  file: RemoteFile,
  partial: string,
  from: number,
  asked: Asked,
  onBytes: OnBytes,
): Promise<Fetched> {
  const range: Record<string, string> = from > 0 ? { range: `bytes=${from}-` } : {};
  let answer: OpenAnswer | undefined;
  try {
    answer = await connection.open(url, { 'accept-encoding': 'identity', ...range });
    const { response } = answer;
    if (response.status === 416) return { isEnd: true, error: undefined };
    if (response.status !== 200 && response.status !== 206) {
      throw refusalError(refusalOf(response, ''), { ...asked, file: file.path }, connection);
    }
    const start = startOf(response, from, file);
    await writeParts(answer.parts(), partial, start, file, onBytes);
    return { isEnd: false, error: undefined };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (error.code === 'hub-network') return { isEnd: false, error };
    if (error.code === 'hub-size') await rm(partial, { force: true });
    throw error;
  } finally {
    answer?.end();
  }
}

/** Where an answer's bytes belong: a server may know nothing of ranges and send all of it. */
function startOf({ status, headers }: Response, from: number, file: RemoteFile): number {
  const range = /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(headers.get('content-range') ?? '');
  const start = status === 200 ? 0 : Number(range?.[1]);
  if (status === 206 && start !== from) {
    throw userError('hub-answer', { reason: 'it sends another part of the file than the one asked for' });
  }
  const total = status === 206 ? range?.[2] : undefined;
  if (total !== undefined && total !== '*' && Number(total) !== file.size) throw other(file, Number(total));
  const length = headers.get('content-length');
  if (length !== null && Number(length) !== file.size - start) throw other(file, start + Number(length));
  return start;
}

async function writeParts(
  parts: AsyncGenerator<Uint8Array>,
  partial: string,
  start: number,
  file: RemoteFile,
  onBytes: OnBytes,
): Promise<void> {
  try {
    const handle = await open(partial, start === 0 ? 'w' : 'a');
    try {
      let have = start;
      for await (const part of parts) {
        have += part.length;
        if (have > file.size) throw longer(file);
        await writeAll(handle, part);
        onBytes(have, part.length);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw writeError(error, partial);
  }
}

/** Whether a file holds what its checksum says. */
async function isIntact(path: string, { size, hash }: RemoteFile, signal: AbortSignal): Promise<boolean> {
  const sum = createHash(hash.kind === 'sha256' ? 'sha256' : 'sha1');
  if (hash.kind === 'git') sum.update(`blob ${size}\0`);
  try {
    for await (const part of createReadStream(path, { signal, highWaterMark: 2 ** 20 })) {
      sum.update(part as Buffer);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw writeError(error, path);
  }
  return sum.digest('hex') === hash.value;
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 0;
    throw writeError(error, path);
  }
}

function other({ path: file, size: said }: RemoteFile, bytes: number): UserError {
  return userError('hub-size', { file, said, reason: `then gives it ${bytes}` });
}

function shorter({ path: file, size: said }: RemoteFile, have: number): UserError {
  return userError('hub-size', { file, said, reason: `sends no more than ${have}` });
}

function longer({ path: file, size: said }: RemoteFile): UserError {
  return userError('hub-size', { file, said, reason: 'sends more' });
}
