import { open } from 'node:fs/promises';
import { readError, systemCode } from './fileErrors.ts';

/**
 * The last bytes of a text file; nothing where there is no file.
 * @throws UserError `file-unreadable`
 */
export async function readTextEnd(
  file: string,
  bytes: number,
): Promise<{ readonly text: string; readonly truncated: boolean }> {
  try {
    const handle = await open(file, 'r');
    try {
      const { size } = await handle.stat();
      const start = Math.max(0, size - bytes);
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
      return { text: buffer.toString('utf8', 0, bytesRead), truncated: start > 0 };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return { text: '', truncated: false };
    throw readError(error, file);
  }
}
