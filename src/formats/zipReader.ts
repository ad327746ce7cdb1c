import type { FileHandle } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';
import { userError } from '../core/errors/userError.ts';
import { crc32 } from './crc32.ts';
import { allocate, readInto } from './fileBytes.ts';

/** A file in a ZIP archive, as the archive's directory describes it. */
export interface ZipEntry {
  readonly name: string;
  readonly isDeflated: boolean;
  /** Bytes of its content. */
  readonly size: number;
  /** Bytes that it takes in the archive. */
  readonly packed: number;
  readonly crc: number;
  /** Where its own header lies, and the first byte that cannot be its own. */
  readonly header: number;
  readonly limit: number;
}

/** An open archive. Its directory was checked: names are unique and plain, and no two entries share a byte. */
export interface ZipReader {
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /** The whole content, unpacked, with its checksum checked. */
  readonly read: (entry: ZipEntry) => Promise<Uint8Array<ArrayBuffer>>;
  /** Fills `bytes` from position `from` of a stored entry's content. The checksum is checked if that is all of it. */
  readonly readStored: (entry: ZipEntry, from: number, bytes: Uint8Array) => Promise<void>;
}

const endSignature = 0x06054b50;
const end64Signature = 0x06064b50;
const locator64Signature = 0x07064b50;
const directorySignature = 0x02014b50;
const headerSignature = 0x04034b50;
const headerBytes = 30;
const largestDirectory = 64 * 2 ** 20;
const mostEntries = 100_000;
/** What deflated entries may unpack to, all together: real weights are hardly packed to less than half. */
const freeUnpacked = 64 * 2 ** 20;
const largestRatio = 50;

/**
 * Reads the directory of a ZIP archive (zip64 too). Nothing is unpacked to the disk, and no memory is taken that the file
 * itself does not account for.
 * @throws UserError `pytorch-broken`, with the file's name
 */
export async function openZip(handle: FileHandle, path: string): Promise<ZipReader> {
  const { size } = await handle.stat();
  const read = async (at: number, length: number) => {
    const bytes = new Uint8Array(allocate(length, path));
    await readInto(handle, bytes, at, path, () => broken('it became shorter while it was read', path));
    return bytes;
  };
  const place = await findDirectory(read, size, path);
  const entries = parseDirectory(await read(place.start, place.bytes), place, path);
  const contentStart = async (entry: ZipEntry) =>
    findContent(entry, await read(entry.header, headerLength(entry)), path);
  const readStored = async (entry: ZipEntry, from: number, bytes: Uint8Array) => {
    if (entry.isDeflated || from + bytes.length > entry.size)
      throw new Error(`${entry.name}: not so readable`);
    const at = (await contentStart(entry)) + from;
    await readInto(handle, bytes, at, path, () => broken('it became shorter while it was read', path));
    if (bytes.length === entry.size) checkSum(entry, bytes, path);
  };
  return {
    entries,
    readStored,
    read: async (entry) => {
      if (entry.isDeflated) {
        return inflate(entry, await read(await contentStart(entry), entry.packed), path);
      }
      const bytes = new Uint8Array(allocate(entry.size, path));
      await readStored(entry, 0, bytes);
      return bytes;
    },
  };
}

type Read = (at: number, length: number) => Promise<Uint8Array>;

interface DirectoryPlace {
  readonly start: number;
  readonly bytes: number;
  readonly count: number;
}

async function findDirectory(read: Read, size: number, path: string): Promise<DirectoryPlace> {
  const tailStart = Math.max(0, size - 22 - 0xffff);
  const tail = viewOf(await read(tailStart, size - tailStart));
  let at = tail.byteLength - 22;
  while (at >= 0 && !(tail.getUint32(at, true) === endSignature && commentFits(tail, at))) at--;
  if (at < 0) throw broken('its end is missing', path);
  const found = await directory64(read, tail, tailStart, at, path);
  const place = found ?? {
    count: tail.getUint16(at + 10, true),
    bytes: tail.getUint32(at + 12, true),
    start: tail.getUint32(at + 16, true),
    end: tailStart + at,
  };
  if (place.count > mostEntries || place.bytes > largestDirectory)
    throw broken('its directory is too large', path);
  if (place.start + place.bytes > place.end) throw broken('its directory does not lie within it', path);
  return place;
}

function commentFits(tail: DataView, at: number): boolean {
  return at + 22 + tail.getUint16(at + 20, true) === tail.byteLength;
}

/** The place that a zip64 archive tells; undefined if this is an ordinary one. */
async function directory64(
  read: Read,
  tail: DataView,
  tailStart: number,
  at: number,
  path: string,
): Promise<(DirectoryPlace & { end: number }) | undefined> {
  const isSaturated =
    tail.getUint16(at + 10, true) === 0xffff ||
    tail.getUint32(at + 12, true) === 0xffffffff ||
    tail.getUint32(at + 16, true) === 0xffffffff;
  if (!isSaturated) return undefined;
  if (at < 20 || tail.getUint32(at - 20, true) !== locator64Signature) return undefined;
  const end = size64(tail, at - 12);
  if (end + 56 > tailStart + at) throw broken('its end does not lie within it', path);
  const record = viewOf(await read(end, 56));
  if (record.getUint32(0, true) !== end64Signature) throw broken('its end is damaged', path);
  return { count: size64(record, 32), bytes: size64(record, 40), start: size64(record, 48), end };
}

function parseDirectory(
  bytes: Uint8Array,
  { count, start }: DirectoryPlace,
  path: string,
): Map<string, ZipEntry> {
  const entries: (Omit<ZipEntry, 'limit'> & { nameBytes: number })[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    const { entry, next } = parseEntry(bytes, at, path);
    entries.push(entry);
    at = next;
  }
  if (at !== bytes.length) throw broken('its directory has more bytes than its entries need', path);
  const deflated = entries.filter(({ isDeflated }) => isDeflated);
  const unpacked = deflated.reduce((sum, { size }) => sum + size, 0);
  const packed = deflated.reduce((sum, entry) => sum + entry.packed, 0);
  if (unpacked > Math.max(freeUnpacked, largestRatio * packed)) {
    throw broken('it would unpack to far more bytes than it has', path);
  }
  entries.sort((a, b) => a.header - b.header);
  const byName = new Map<string, ZipEntry>();
  entries.forEach(({ nameBytes, ...entry }, i) => {
    const limit = entries[i + 1]?.header ?? start;
    if (entry.header + headerBytes + nameBytes + entry.packed > limit) {
      throw broken(`${shown(entry.name)} lies outside it or overlaps another entry`, path);
    }
    if (byName.has(entry.name)) throw broken(`it has ${shown(entry.name)} twice`, path);
    byName.set(entry.name, { ...entry, limit });
  });
  return byName;
}

function parseEntry(
  bytes: Uint8Array,
  at: number,
  path: string,
): { entry: Omit<ZipEntry, 'limit'> & { nameBytes: number }; next: number } {
  if (at + 46 > bytes.length) throw broken('its directory is cut off', path);
  const view = viewOf(bytes);
  if (view.getUint32(at, true) !== directorySignature) throw broken('its directory is damaged', path);
  const [nameBytes, extraBytes, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
  const nameEnd = at + 46 + nameBytes;
  const next = nameEnd + extraBytes + comment;
  if (next > bytes.length) throw broken('its directory is cut off', path);
  const name = plainName(bytes.subarray(at + 46, nameEnd), path);
  if (view.getUint16(at + 8, true) & 1) throw broken(`${shown(name)} is encrypted`, path);
  const method = view.getUint16(at + 10, true);
  if (method !== 0 && method !== 8)
    throw broken(`${shown(name)} is packed in an unknown way (${method})`, path);
  const sizes = fullSizes(
    [24, 20, 42].map((field) => view.getUint32(at + field, true)),
    viewOf(bytes.subarray(nameEnd, nameEnd + extraBytes)),
  );
  if (sizes === undefined) throw broken(`the sizes of ${shown(name)} are missing`, path);
  const [size, packed, header] = sizes;
  if (method === 0 && size !== packed) {
    throw broken(`${shown(name)} cannot have ${size} bytes`, path);
  }
  const crc = view.getUint32(at + 16, true);
  return { entry: { name, isDeflated: method === 8, size, packed, crc, header, nameBytes }, next };
}

/** Sizes that do not fit into 32 bits stand in the extra field of zip64, in their order. */
function fullSizes(sizes: readonly number[], extra: DataView): number[] | undefined {
  if (!sizes.includes(0xffffffff)) return [...sizes];
  for (let at = 0; at + 4 <= extra.byteLength;) {
    const end = at + 4 + extra.getUint16(at + 2, true);
    if (end > extra.byteLength) return undefined;
    if (extra.getUint16(at, true) !== 1) {
      at = end;
      continue;
    }
    at += 4;
    const full: number[] = [];
    for (const size of sizes) {
      if (size !== 0xffffffff) full.push(size);
      else if (at + 8 > end) return undefined;
      else {
        full.push(size64(extra, at));
        at += 8;
      }
    }
    return full;
  }
  return undefined;
}

/** A name that could lead out of a folder has no place here, though nothing is unpacked to the disk. */
function plainName(bytes: Uint8Array, path: string): string {
  let name: string;
  try {
    name = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw broken('the name of an entry is not UTF-8', path);
  }
  const isPlain = !/^\/|\\|^[a-z]:/i.test(name) && !name.split('/').includes('..') && name !== '';
  if (!isPlain) throw broken(`${shown(name)} is no plain name of an entry`, path);
  return name;
}

function headerLength({ name }: ZipEntry): number {
  return headerBytes + Buffer.byteLength(name);
}

function findContent(entry: ZipEntry, bytes: Uint8Array, path: string): number {
  const view = viewOf(bytes);
  const name = new TextDecoder().decode(bytes.subarray(headerBytes));
  const start = entry.header + bytes.length + view.getUint16(28, true);
  const isSame =
    view.getUint32(0, true) === headerSignature &&
    view.getUint16(8, true) === (entry.isDeflated ? 8 : 0) &&
    view.getUint16(26, true) === bytes.length - headerBytes &&
    name === entry.name;
  if (!isSame || start + entry.packed > entry.limit) {
    throw broken(`${shown(entry.name)} is not where the directory says`, path);
  }
  return start;
}

function inflate(entry: ZipEntry, packed: Uint8Array, path: string): Uint8Array<ArrayBuffer> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = new Uint8Array(inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.size) }));
  } catch {
    throw broken(`${shown(entry.name)} cannot be unpacked`, path);
  }
  if (bytes.length !== entry.size) throw broken(`${shown(entry.name)} has another size than it says`, path);
  checkSum(entry, bytes, path);
  return bytes;
}

function checkSum(entry: ZipEntry, bytes: Uint8Array, path: string): void {
  if (crc32(bytes) !== entry.crc) throw broken(`the checksum of ${shown(entry.name)} is wrong`, path);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A size of 64 bits; one too large for a file is still larger than any. */
function size64(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}

function broken(reason: string, file: string): Error {
  return userError('pytorch-broken', { reason }, { file });
}
