import { createHash, randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Bytes that the name of a Unix socket may have (macOS; Linux has 107). */
const longestName = 103;

/** A new address for a process to listen on: a short one, since the names of sockets are, in a folder of the user's. */
export function newAddress(): string {
  const name = randomBytes(6).toString('hex');
  // Windows: everyone can open a pipe, hence the token.
  if (process.platform === 'win32') return String.raw`\\.\pipe\sft-${name}`;
  return join(socketFolder(), `${name}.sock`);
}

/** The user's runtime folder, or a temporary one, made so that nobody else gets in. */
function socketFolder(): string {
  const user = createHash('sha256').update(userInfo().username).digest('hex').slice(0, 8);
  const runtime = process.env.XDG_RUNTIME_DIR;
  const places = [...(runtime === undefined || runtime === '' ? [] : [runtime]), tmpdir(), '/tmp'];
  for (const place of places) {
    const folder = join(place, `sft-${user}`);
    if (Buffer.byteLength(folder) + '/0123456789ab.sock'.length <= longestName && makeOwn(folder))
      return folder;
  }
  return mkdtempSync('/tmp/sft-');
}

/** Whether the folder is there, is ours and shut to others. */
function makeOwn(folder: string): boolean {
  try {
    mkdirSync(folder, { mode: 0o700, recursive: true });
    const found = lstatSync(folder);
    return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0;
  } catch {
    return false; // then the next place
  }
}
