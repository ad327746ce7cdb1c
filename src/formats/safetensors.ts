import { type FileHandle, open } from 'node:fs/promises';
import { userError } from '../core/errors/userError.ts';
import { readError } from './fileErrors.ts';
import { widenFloats } from './halfFloats.ts';
import { allocate, chunkBytes, readInto } from './fileBytes.ts';
import {
  dtypeBytes,
  headerLength,
  isFloat,
  parseHeader,
  type SafetensorsHeader,
  type TensorInfo,
} from './safetensorsHeader.ts';

/** Elements of a tensor as they stand in the file; 16-bit floats as f32, F64 rounded to f32. */
type TensorValues =
  | Float32Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

/** An open file. The header was checked, so that no tensor asks for more memory than the file has bytes (F16: twice). */
export interface SafetensorsFile extends SafetensorsHeader {
  readonly path: string;
  /** Reads one tensor into memory of its own. */
  readonly read: (name: string) => Promise<TensorValues>;
  /** The same for a tensor of floats, or a range of them. @throws UserError `safetensors-dtype` for integers */
  readonly readFloats: (name: string, range?: ElementRange) => Promise<Float32Array>;
  /** Bytes of a tensor, or of a range of it, as they are, whatever its type. */
  readonly readBytes: (name: string, range?: ElementRange) => Promise<ArrayBuffer>;
}

/** Elements [from, to) of a tensor, in the order in which they are stored. */
export interface ElementRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Opens a safetensors file for as long as `use` runs. Only the header is read beforehand.
 * @throws UserError with the file's name if it is missing, cut off, inconsistent, a Git LFS pointer or a pickle
 */
export async function withSafetensors<T>(
  path: string,
  use: (file: SafetensorsFile) => Promise<T>,
): Promise<T> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw readError(error, path);
  });
  try {
    const header = await readHeader(handle, path);
    return await use({
      ...header,
      path,
      read: async (name) => readValues(handle, tensorOf(header, name), path),
      readFloats: async (name, range) => readFloats(handle, partOf(tensorOf(header, name), range), path),
      readBytes: async (name, range) => readRaw(handle, partOf(tensorOf(header, name), range), path),
    });
  } finally {
    await handle.close();
  }
}

async function readHeader(handle: FileHandle, path: string): Promise<SafetensorsHeader> {
  const { size } = await handle.stat();
  const first = new Uint8Array(8);
  await fill(handle, first.subarray(0, Math.min(8, size)), 0, path);
  const length = headerLength(first.subarray(0, Math.min(8, size)), size, path);
  const bytes = new Uint8Array(length);
  await fill(handle, bytes, 8, path);
  return parseHeader(bytes, size, path);
}

function tensorOf(header: SafetensorsHeader, name: string): TensorInfo {
  const tensor = header.tensors.get(name);
  if (tensor === undefined) throw new Error(`no tensor ${name}`);
  return tensor;
}

function partOf(tensor: TensorInfo, range?: ElementRange): TensorInfo {
  if (range === undefined) return tensor;
  const { dtype, size, start } = tensor;
  const { from, to } = range;
  if (!(from >= 0 && from <= to && to <= size)) throw new Error(`no elements ${from} to ${to} of ${size}`);
  const bytes = dtypeBytes[dtype];
  return { ...tensor, size: to - from, start: start + from * bytes, end: start + to * bytes };
}

async function readValues(handle: FileHandle, tensor: TensorInfo, path: string): Promise<TensorValues> {
  const { dtype } = tensor;
  if (isFloat(dtype)) return readFloats(handle, tensor, path);
  const bytes = await readRaw(handle, tensor, path);
  switch (dtype) {
    case 'I64':
      return new BigInt64Array(bytes);
    case 'U64':
      return new BigUint64Array(bytes);
    case 'I32':
      return new Int32Array(bytes);
    case 'U32':
      return new Uint32Array(bytes);
    case 'I16':
      return new Int16Array(bytes);
    case 'U16':
      return new Uint16Array(bytes);
    case 'I8':
      return new Int8Array(bytes);
    default:
      return new Uint8Array(bytes);
  }
}

async function readFloats(handle: FileHandle, tensor: TensorInfo, path: string): Promise<Float32Array> {
  const { name, dtype, size, start, end } = tensor;
  if (!isFloat(dtype)) throw userError('safetensors-dtype', { tensor: name, dtype }, { file: path });
  if (dtype === 'F32') return new Float32Array(await readRaw(handle, tensor, path));
  const values = new Float32Array(allocate(size * 4, path));
  const chunk = new Uint8Array(Math.min(end - start, chunkBytes));
  const bytes = dtypeBytes[dtype];
  for (let at = start; at < end; at += chunkBytes) {
    const part = chunk.subarray(0, Math.min(end - at, chunkBytes));
    await fill(handle, part, at, path);
    const first = (at - start) / bytes;
    const target = values.subarray(first, first + part.length / bytes);
    widenFloats(dtype, part, target);
  }
  return values;
}

async function readRaw(handle: FileHandle, { start, end }: TensorInfo, path: string): Promise<ArrayBuffer> {
  const buffer = allocate(end - start, path);
  await fill(handle, new Uint8Array(buffer), start, path);
  return buffer;
}

async function fill(handle: FileHandle, bytes: Uint8Array, at: number, path: string): Promise<void> {
  await readInto(handle, bytes, at, path, () =>
    userError('safetensors-broken', { reason: 'it became shorter while it was read' }, { file: path }),
  );
}
