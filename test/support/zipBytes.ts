import { deflateRawSync } from 'node:zlib';
import { crc32 } from '../../src/formats/crc32.ts';

/** An entry of an archive to build, good or bad. */
export interface RawEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly deflate?: boolean;
  /** Other figures in the directory than the true ones. */
  readonly crc?: number;
  readonly size?: number;
  readonly method?: number;
}

/** A ZIP archive as another program might write it. With `zip64` every size that can stands in 64 bits. */
export function zipBytes(entries: readonly RawEntry[], { zip64 = false, comment = '' } = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, bytes, deflate = false, crc = crc32(bytes), size = bytes.length, ...rest } of entries) {
    const method = rest.method ?? (deflate ? 8 : 0);
    const packed = deflate ? deflateRawSync(bytes) : Buffer.from(bytes);
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(method, 8);
    header.writeUInt16LE(Buffer.byteLength(name), 26);
    parts.push(header, Buffer.from(name), packed);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(crc, 16);
    entry.writeUInt32LE(zip64 ? 0xffffffff : deflate ? packed.length : size, 20);
    entry.writeUInt32LE(zip64 ? 0xffffffff : size, 24);
    entry.writeUInt16LE(Buffer.byteLength(name), 28);
    entry.writeUInt16LE(zip64 ? 28 : 0, 30);
    entry.writeUInt32LE(zip64 ? 0xffffffff : at, 42);
    const extra = Buffer.alloc(zip64 ? 28 : 0);
    if (zip64) {
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(24, 2);
      [size, packed.length, at].forEach((value, i) => extra.writeBigUInt64LE(BigInt(value), 4 + 8 * i));
    }
    directory.push(entry, Buffer.from(name), extra);
    at += 30 + Buffer.byteLength(name) + packed.length;
  }
  const listing = Buffer.concat(directory);
  return Buffer.concat([...parts, listing, zipEnd(entries.length, listing.length, at, zip64, comment)]);
}

function zipEnd(count: number, bytes: number, start: number, zip64: boolean, comment: string): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(zip64 ? 0xffff : count, 8);
  end.writeUInt16LE(zip64 ? 0xffff : count, 10);
  end.writeUInt32LE(zip64 ? 0xffffffff : bytes, 12);
  end.writeUInt32LE(zip64 ? 0xffffffff : start, 16);
  end.writeUInt16LE(comment.length, 20);
  if (!zip64) return Buffer.concat([end, Buffer.from(comment)]);
  const record = Buffer.alloc(56 + 20);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  [count, count, bytes, start].forEach((value, i) => record.writeBigUInt64LE(BigInt(value), 24 + 8 * i));
  record.writeUInt32LE(0x07064b50, 56);
  record.writeBigUInt64LE(BigInt(start + bytes), 64);
  record.writeUInt32LE(1, 72);
  return Buffer.concat([record, end, Buffer.from(comment)]);
}
