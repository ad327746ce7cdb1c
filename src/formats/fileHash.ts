import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { readError } from './fileErrors.ts';

/** SHA-256 of a file's bytes, in hex. @throws UserError `file-missing`, `file-unreadable` */
export async function fileHash(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    throw readError(error, path);
  }
  return hash.digest('hex');
}
