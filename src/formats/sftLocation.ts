import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { readError, systemCode } from './fileErrors.ts';
import { looksLikePytorch, pytorchMagicBytes } from './pytorchFile.ts';

/** The reference's name for an SFT in a folder. */
export const sftBinName = 'pytorch_diff.bin';

/**
 * The file of an SFT that is named by itself or by the reference's folder, and whether it is one of PyTorch, which its first
 * bytes say. A folder without `pytorch_diff.bin` is handed back as it is: reading it says that it is a folder.
 * @throws UserError `file-missing`, `file-unreadable`
 */
export async function locateSft(path: string): Promise<{ file: string; isBin: boolean }> {
  const inside = join(path, sftBinName);
  const first = (await firstBytes(inside)) ?? (await firstBytes(path));
  if (first === undefined) return { file: path, isBin: false };
  return { file: first.file, isBin: first.file === inside || looksLikePytorch(first.bytes) };
}

/** Undefined where there is no such file, or it is a folder. */
async function firstBytes(file: string): Promise<{ file: string; bytes: Uint8Array } | undefined> {
  try {
    const handle = await open(file, 'r');
    try {
      const bytes = new Uint8Array(pytorchMagicBytes);
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
      return { file, bytes: bytes.subarray(0, bytesRead) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(systemCode(error) ?? '')) return undefined;
    throw readError(error, file);
  }
}
