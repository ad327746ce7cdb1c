import type { FileHandle } from 'node:fs/promises';
import { userError } from '../core/errors/userError.ts';
import { readError } from './fileErrors.ts';

/** A single read of 2 GiB or more fails in Node, and smaller ones are not slower. */
export const chunkBytes = 64 * 2 ** 20;

/**
 * Fills all of `bytes` from position `at` of the file on.
 * @throws what `shorter` makes if the file ends before, and UserError `file-unreadable`
 */
export async function readInto(
  handle: FileHandle,
  bytes: Uint8Array,
  at: number,
  path: string,
  shorter: () => Error,
): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await handle
      .read(bytes, done, Math.min(bytes.length - done, chunkBytes), at + done)
      .catch((error: unknown) => {
        throw readError(error, path);
      });
    if (bytesRead === 0) throw shorter();
    done += bytesRead;
  }
}

/** Memory for a part of a file. @throws UserError `file-too-big-for-memory` */
export function allocate(bytes: number, path: string): ArrayBuffer {
  try {
    return new ArrayBuffer(bytes);
  } catch {
    throw userError('file-too-big-for-memory', { bytes }, { file: path });
  }
}

/** Writes all of `bytes` at the file's position. */
export async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, Math.min(bytes.length - done, chunkBytes));
    done += bytesWritten;
  }
}
