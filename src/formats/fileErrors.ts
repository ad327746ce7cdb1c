import { type UserError, userError } from '../core/errors/userError.ts';

const missing = new Set(['ENOENT', 'ENOTDIR']);
const full = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const reasons: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'the operation is not permitted',
  EISDIR: 'it is a folder',
  EROFS: 'the disk is read-only',
  ENAMETOOLONG: 'the name is too long',
  EBUSY: 'it is in use by another program',
  EMFILE: 'too many files are open',
  ENOENT: 'the folder does not exist',
  ENOTDIR: 'a part of the path is not a folder',
  EIO: 'the disk reports an input/output error',
};

/** The system's code of a failed file operation (`ENOENT`), or undefined for any other error. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** A failed reading of `path` as an error for the user; anything that is not the system's is handed back as it is. */
export function readError(error: unknown, path: string): unknown {
  const code = systemCode(error);
  if (code === undefined) return error;
  if (missing.has(code)) return userError('file-missing', { path });
  return userError('file-unreadable', { reason: reasons[code] ?? code }, { file: path });
}

/** A failed writing of `path` as an error for the user; anything that is not the system's is handed back as it is. */
export function writeError(error: unknown, path: string): unknown {
  const code = systemCode(error);
  if (code === undefined) return error;
  if (full.has(code)) return userError('file-disk-full', undefined, { file: path });
  return userError('file-unwritable', { reason: reasons[code] ?? code }, { file: path });
}

/** A finished file that could not be renamed, after all tries. */
export function renameError(error: unknown, path: string): unknown {
  const code = systemCode(error);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EBUSY') {
    return userError('file-in-use', { reason: reasons[code] }, { file: path }) satisfies UserError;
  }
  return writeError(error, path);
}

/** Where a file operation fails, there is nothing; any other error is a bug. */
export function unlessSystem(error: unknown): undefined {
  if (systemCode(error) === undefined) throw error;
  return undefined;
}
