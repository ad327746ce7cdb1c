import * as zlib from 'node:zlib';

/** CRC-32 of the bytes, as in ZIP files; `before` is that of what comes before them. */
export function crc32(bytes: Uint8Array, before = 0): number {
  // The first versions of Node 20 do not have it.
  const native = (zlib as { crc32?: typeof zlib.crc32 }).crc32;
  return native === undefined ? crc32ByTable(bytes, before) : native(bytes, before);
}

/** The same without Node's help. */
export function crc32ByTable(bytes: Uint8Array, before = 0): number {
  table ??= makeTable();
  let crc = ~before;
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ table[(crc ^ bytes[i]) & 255];
  return ~crc >>> 0;
}

let table: Uint32Array | undefined;

function makeTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    return crc;
  });
}
