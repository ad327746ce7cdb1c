import { userError } from '../core/errors/userError.ts';

/** Bytes of one element, by the format's name of its type. Larger alignment first, as files are written. */
export const dtypeBytes = {
  F64: 8,
  I64: 8,
  U64: 8,
  F32: 4,
  I32: 4,
  U32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
} as const;

export type Dtype = keyof typeof dtypeBytes;

type FloatType = 'F64' | 'F32' | 'F16' | 'BF16';

/** Whether the elements are floats, which can be read as f32. */
export function isFloat(dtype: Dtype): dtype is FloatType {
  return dtype === 'F64' || dtype === 'F32' || dtype === 'F16' || dtype === 'BF16';
}

/** What a safetensors header says of one tensor. */
export interface TensorInfo {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Number of elements. */
  readonly size: number;
  /** First byte in the file, and the byte after the last. */
  readonly start: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  /** In the header's order. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** `__metadata__`: free strings by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The format's own limit; the header of a model with 10,000 tensors has 1.5 MB. */
const largestHeader = 100_000_000;

const gitLfs = 'version ';
const zip = 0x04034b50;

/**
 * Bytes of the header's JSON, from the first 8 bytes of the file (fewer if it has no more).
 * @throws UserError where the file is none, or the header would not lie within it
 */
export function headerLength(first: Uint8Array, fileSize: number, file: string): number {
  if (first.length < 8) throw broken(`it has only ${fileSize} bytes`, file);
  if (new TextDecoder('latin1').decode(first) === gitLfs)
    throw userError('safetensors-git-lfs', undefined, { file });
  const view = new DataView(first.buffer, first.byteOffset, 8);
  if (view.getUint32(0, true) === zip) throw userError('safetensors-pickle', undefined, { file });
  const length = view.getBigUint64(0, true);
  // A length that is letters is larger than any.
  if (length > BigInt(largestHeader) && first.subarray(0, 8).every(isLetter))
    throw broken('it is a text', file);
  if (length > BigInt(largestHeader) || length > BigInt(fileSize - 8)) {
    throw broken(`its header should have ${length} bytes, but the file has ${fileSize}`, file);
  }
  return Number(length);
}

/** Whether a byte is a printable character of ASCII, or white space. */
function isLetter(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d);
}

/**
 * Reads and checks a header: every tensor lies within the file, has as many bytes as its type and shape need, and
 * the tensors follow each other without gap or overlap up to the end of the file.
 */
export function parseHeader(bytes: Uint8Array, fileSize: number, file: string): SafetensorsHeader {
  const entries = headerEntries(bytes, file);
  const dataStart = 8 + bytes.length;
  const tensors = new Map<string, TensorInfo>();
  let metadata: Record<string, string> = {};
  for (const [name, value] of entries) {
    if (name === '__metadata__') metadata = checkedMetadata(value, file);
    else tensors.set(name, checkedTensor(name, value, dataStart, fileSize, file));
  }
  checkLayout([...tensors.values()], dataStart, fileSize, file);
  return { tensors, metadata };
}

function headerEntries(bytes: Uint8Array, file: string): [string, unknown][] {
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    header = JSON.parse(text);
  } catch {
    throw broken('its header is not JSON', file);
  }
  if (!isRecord(header)) throw broken('its header is not a JSON object', file);
  const entries = Object.entries(header);
  const names = topLevelNames(text);
  if (names.length !== entries.length) {
    const seen = new Set<string>();
    const twice = names.find((name) => seen.size === seen.add(name).size);
    throw broken(`its header has ${twice} twice`, file);
  }
  return entries;
}

/** The names in a JSON object as they stand in its text, repeats included, which JSON.parse drops. */
function topLevelNames(text: string): string[] {
  const names: string[] = [];
  let depth = 0;
  let last = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '"') {
      const start = i;
      for (i++; text[i] !== '"'; i++) if (text[i] === '\\') i++;
      if (depth === 1) last = text.slice(start, i + 1);
    } else if (c === '{' || c === '[') depth++;
    else if (c === '}' || c === ']') depth--;
    else if (c === ':' && depth === 1) names.push(JSON.parse(last) as string);
  }
  return names;
}

function checkedMetadata(value: unknown, file: string): Record<string, string> {
  if (!isRecord(value)) throw broken('its __metadata__ is not a JSON object', file);
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw broken(`its __metadata__ ${key} is not a string`, file);
  }
  return value as Record<string, string>;
}

function checkedTensor(
  name: string,
  value: unknown,
  dataStart: number,
  fileSize: number,
  file: string,
): TensorInfo {
  if (!isRecord(value)) throw broken(`tensor ${name} is not described by a JSON object`, file);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string') throw broken(`tensor ${name} has no type`, file);
  if (!isDtype(dtype)) throw userError('safetensors-dtype', { tensor: name, dtype }, { file });
  if (!isSizes(shape)) throw broken(`tensor ${name} has no proper shape`, file);
  if (!isSizes(offsets) || offsets.length !== 2)
    throw broken(`tensor ${name} has no proper data_offsets`, file);
  const [start, end] = offsets;
  if (start > end || end > fileSize - dataStart) {
    const place = `bytes ${start} to ${end}`;
    throw broken(`tensor ${name} should lie at ${place} of ${fileSize - dataStart} bytes of data`, file);
  }
  const size = shape.reduce((product, n) => product * n, 1);
  if (size * dtypeBytes[dtype] !== end - start) {
    const wanted = `${dtype} [${shape.join(', ')}]`;
    throw broken(`tensor ${name} has ${end - start} bytes, which is not ${wanted}`, file);
  }
  return { name, dtype, shape, size, start: dataStart + start, end: dataStart + end };
}

function checkLayout(tensors: TensorInfo[], dataStart: number, fileSize: number, file: string): void {
  let at = dataStart;
  for (const { name, start, end } of tensors.sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (start < at) throw broken(`tensor ${name} overlaps another`, file);
    if (start > at)
      throw broken(`there are ${start - at} bytes before tensor ${name} that belong to none`, file);
    at = end;
  }
  if (at !== fileSize) throw broken(`there are ${fileSize - at} bytes after its last tensor`, file);
}

function broken(reason: string, file: string): Error {
  return userError('safetensors-broken', { reason }, { file });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDtype(name: string): name is Dtype {
  return Object.hasOwn(dtypeBytes, name);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && (n as number) >= 0);
}
