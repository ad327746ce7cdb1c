import type { FileHandle } from 'node:fs/promises';
import { userError } from '../core/errors/userError.ts';
import { crc32 } from './crc32.ts';
import { writeAll } from './fileBytes.ts';

/** A file to store in an archive. */
export interface ZipContent {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const alignment = 64;
/** 1 January 1980, as the format writes days: the same input gives the same bytes. */
const day = 0x0021;
const isUtf8 = 0x0800;

/**
 * Writes an archive as PyTorch lays it out: stored, each content at a multiple of 64 bytes, so that it can be mapped.
 * @throws UserError `pytorch-too-large` where zip64 would be needed
 */
export async function writeZip(
  handle: FileHandle,
  contents: readonly ZipContent[],
  path: string,
): Promise<void> {
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const { name, bytes } of contents) {
    const header = localHeader(name, bytes, at);
    directory.push(directoryEntry(name, header, at));
    await writeAll(handle, header);
    await writeAll(handle, bytes);
    at += header.length + bytes.length;
    if (at >= 0xffffffff) {
      throw userError('pytorch-too-large', { reason: 'it would have more than 4 GB' }, { file: path });
    }
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  for (const entry of directory) await writeAll(handle, entry);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(at, 16);
  await writeAll(handle, end);
}

function localHeader(name: string, bytes: Uint8Array, at: number): Buffer {
  const nameBytes = Buffer.from(name);
  const unpadded = 30 + nameBytes.length + 4;
  const padding = (alignment - ((at + unpadded) % alignment)) % alignment;
  const header = Buffer.alloc(unpadded + padding, 'Z');
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  writeCommon(header, 6, nameBytes, bytes);
  header.writeUInt16LE(4 + padding, 28);
  nameBytes.copy(header, 30);
  header.write('FB', 30 + nameBytes.length); // the extra field in which PyTorch pads
  header.writeUInt16LE(padding, 32 + nameBytes.length);
  return header;
}

function directoryEntry(name: string, header: Buffer, at: number): Buffer {
  const nameBytes = Buffer.from(name);
  const entry = Buffer.alloc(46 + nameBytes.length);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(20, 4);
  entry.writeUInt16LE(20, 6);
  header.copy(entry, 8, 6, 28); // flags to the name's length are the same in both
  entry.writeUInt32LE(at, 42);
  nameBytes.copy(entry, 46);
  return entry;
}

/** Flags, method, time, day, checksum, both sizes, length of the name. */
function writeCommon(buffer: Buffer, at: number, name: Uint8Array, bytes: Uint8Array): void {
  buffer.writeUInt16LE(isUtf8, at);
  buffer.writeUInt16LE(0, at + 2);
  buffer.writeUInt16LE(0, at + 4);
  buffer.writeUInt16LE(day, at + 6);
  buffer.writeUInt32LE(crc32(bytes), at + 8);
  buffer.writeUInt32LE(bytes.length, at + 12);
  buffer.writeUInt32LE(bytes.length, at + 16);
  buffer.writeUInt16LE(name.length, at + 20);
}
