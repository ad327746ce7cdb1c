import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { userError } from '../core/errors/userError.ts';
import { readError, systemCode, writeError } from '../formats/fileErrors.ts';
import type { RunEvent } from '../protocol/events.ts';

const lineFeed = 0x0a;

/** Where the events of a run are written: one JSON object a line. */
export interface EventLog {
  /**
   * Adds an event. It reaches the file at once or within moments. A writing that fails, now or before, is thrown
   * here; the events are kept, and written when there is room again.
   * @throws UserError `file-unwritable`, `file-disk-full`, `run-folder-gone`
   */
  append(event: RunEvent): Promise<void>;
  /** Writes what waits. */
  flush(): Promise<void>;
  /** The same, and onto the disk itself. Returns the file's length in bytes, for a checkpoint to keep. */
  sync(): Promise<number>;
  /** Writes what waits, and closes the file. */
  close(): Promise<void>;
}

export interface EventLogLimits {
  /** So many events are written together. */
  readonly events: number;
  /** None waits longer than this. */
  readonly milliseconds: number;
}

/**
 * Opens a run's record of events to go on writing behind its last whole line; makes the file where there is none.
 * @throws UserError `file-unwritable`, `file-disk-full`
 */
export async function openEventLog(
  file: string,
  limits: EventLogLimits = { events: 200, milliseconds: 1000 },
): Promise<EventLog> {
  const { handle, end } = await openAtEnd(file);
  let length = end;
  let waiting: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let failed: { readonly error: unknown } | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  const write = async (): Promise<void> => {
    const lines = waiting;
    waiting = [];
    try {
      // A file that was deleted takes what is written to it until it is closed, and nobody would notice.
      if ((await handle.stat()).nlink === 0) throw userError('run-folder-gone', undefined, { file });
      const bytes = Buffer.from(lines.join(''));
      await writeAt(handle, bytes, length);
      length += bytes.length;
    } catch (error) {
      waiting = [...lines, ...waiting]; // next time they are written over what reached the file of them
      throw writeError(error, file);
    }
  };
  /** One writing after the other. */
  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const before = queue;
    const done = (async () => {
      await before;
      await write();
    })();
    queue = done.catch(() => undefined); // whoever asked for it is told; the next one tries again
    await done;
  };
  const flushLater = async (): Promise<void> => {
    try {
      await flush();
    } catch (error) {
      failed = { error };
    }
  };

  return {
    async append(event) {
      waiting.push(`${JSON.stringify(event)}\n`);
      if (failed !== undefined) {
        const { error } = failed;
        failed = undefined;
        throw error;
      }
      if (waiting.length >= limits.events) await flush();
      else timer ??= setTimeout(() => void flushLater(), limits.milliseconds).unref();
    },
    flush,
    async sync() {
      await flush();
      await handle.sync().catch((error: unknown) => {
        throw writeError(error, file);
      });
      return length;
    },
    async close() {
      try {
        await flush();
      } finally {
        await handle.close();
      }
    },
  };
}

/**
 * Cuts a record of events back to the length that a checkpoint kept, so that the steps which a resumed run does again
 * do not stand in it twice. A missing file is left missing: the run goes on without its past.
 * @throws UserError `run-events-short` where the file ends earlier, or no line ends there
 */
export async function truncateEvents(file: string, bytes: number): Promise<void> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r+');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw writeError(error, file);
  }
  try {
    const last = Buffer.alloc(1);
    const { size } = await handle.stat();
    if (bytes > 0) await handle.read(last, 0, 1, bytes - 1);
    if (size < bytes || (bytes > 0 && last[0] !== lineFeed)) {
      throw userError('run-events-short', undefined, { file });
    }
    await handle.truncate(bytes);
  } catch (error) {
    throw readError(error, file);
  } finally {
    await handle.close();
  }
}

async function openAtEnd(file: string): Promise<{ handle: FileHandle; end: number }> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, constants.O_RDWR | constants.O_CREAT, 0o666);
    return { handle, end: await cutHalfLine(handle) };
  } catch (error) {
    await handle?.close();
    throw writeError(error, file);
  }
}

/** Cuts off what follows the last line feed. Returns the length that is left. */
async function cutHalfLine(handle: FileHandle): Promise<number> {
  const { size } = await handle.stat();
  const chunk = Buffer.alloc(2 ** 16);
  let length = 0;
  for (let end = size; end > 0 && length === 0; end -= Math.min(end, chunk.length)) {
    const start = Math.max(0, end - chunk.length);
    const { bytesRead } = await handle.read(chunk, 0, end - start, start);
    length = start + chunk.subarray(0, bytesRead).lastIndexOf(lineFeed) + 1;
    if (length === start) length = 0;
  }
  if (length < size) await handle.truncate(length);
  return length;
}

async function writeAt(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
