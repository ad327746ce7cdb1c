import { type FileHandle, open } from 'node:fs/promises';
import { userError } from '../core/errors/userError.ts';
import { allocate, chunkBytes, readInto } from './fileBytes.ts';
import { readError } from './fileErrors.ts';
import { widenFloats } from './halfFloats.ts';
import { readPickle } from './pickleReader.ts';
import {
  type PickleStorage,
  type PickleTensor,
  type PickleValue,
  type TorchDtype,
  torchBytes,
} from './pickleValues.ts';
import type { PytorchContent, ReadStorage } from './pytorchContent.ts';
import { isLegacy, openLegacy } from './pytorchLegacy.ts';
import { pytorchNames, pytorchStorage, sizeOf, spanOf } from './pytorchNames.ts';
import { openZip, type ZipEntry, type ZipReader } from './zipReader.ts';

/** An open file of PyTorch. Only its pickle has been read. */
export interface PytorchFile {
  readonly path: string;
  readonly value: PickleValue;
  /**
   * Reads a tensor of floats, row-major, as f32: 16-bit floats are widened, those of 64 bits rounded.
   * @throws UserError `safetensors-dtype` for integers
   */
  readonly readFloats: (tensor: PickleTensor, name: string) => Promise<Float32Array>;
  /** Reads a tensor of integers. @throws UserError `safetensors-dtype` for others */
  readonly readIntegers: (tensor: PickleTensor, name: string) => Promise<Float64Array>;
  /**
   * Checks that these tensors' storages are there, and that they do not ask for many times the memory that the file has:
   * thousands of tensors could be views of one storage.
   */
  readonly checkTensors: (tensors: Iterable<PickleTensor>) => void;
}

/** Whether the first bytes of a file (15 or more) are those of a PyTorch file. */
export function looksLikePytorch(first: Uint8Array): boolean {
  return (first[0] === 0x50 && first[1] === 0x4b && first[2] === 3 && first[3] === 4) || isLegacy(first);
}

/** How many bytes `looksLikePytorch` wants. */
export const pytorchMagicBytes = 15;

/**
 * Opens what `torch.save` wrote, for as long as `use` runs. Its pickle is read by an allow-list: nothing in it is run.
 * @throws UserError with the file's name: `pytorch-broken`, `pytorch-code`, `pytorch-unsupported`, `safetensors-git-lfs`, and
 *   those of reading
 */
export async function withPytorchFile<T>(path: string, use: (file: PytorchFile) => Promise<T>): Promise<T> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw readError(error, path);
  });
  try {
    return await use(pytorchFile(await openContent(handle, path), path));
  } finally {
    await handle.close();
  }
}

async function openContent(handle: FileHandle, path: string): Promise<PytorchContent> {
  const { size } = await handle.stat();
  const first = new Uint8Array(Math.min(size, 512));
  await readInto(handle, first, 0, path, () => broken('it became shorter while it was read', path));
  if (isLegacy(first)) return openLegacy(handle, path);
  if (looksLikePytorch(first)) return openArchive(await openZip(handle, path), path);
  const start = Buffer.from(first).toString('latin1');
  if (start.startsWith('version https://git-lfs'))
    throw userError('safetensors-git-lfs', undefined, { file: path });
  if (start.slice(257, 262) === 'ustar') {
    throw userError(
      'pytorch-unsupported',
      { reason: 'a version of PyTorch before 0.1.10 wrote it' },
      { file: path },
    );
  }
  throw broken(size === 0 ? 'it is empty' : 'it does not begin as one', path);
}

/** The ZIP archive of PyTorch 1.6 and later. */
async function openArchive(zip: ZipReader, path: string): Promise<PytorchContent> {
  const pickles = [...zip.entries.values()].filter(({ name }) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickles.length !== 1) throw broken('it has no data.pkl, or more than one', path);
  const [pickle] = pickles;
  const folder = pickle.name.slice(0, -'data.pkl'.length);
  const order = zip.entries.get(`${folder}byteorder`);
  if (order !== undefined && Buffer.from(await zip.read(order)).toString('latin1') !== 'little') {
    throw userError('pytorch-unsupported', { reason: 'its numbers are big-endian' }, { file: path });
  }
  const options = { names: pytorchNames, persistent: pytorchStorage, file: path };
  const read = readPickle(await zip.read(pickle), 0, options);
  if (read === undefined) throw broken('its pickle is cut off', path);
  const entryOf = ({ key, dtype, size }: PickleStorage): ZipEntry => {
    const entry = zip.entries.get(`${folder}data/${key}`);
    if (entry === undefined) throw broken(`the storage ${JSON.stringify(key.slice(0, 40))} is missing`, path);
    if (entry.size !== size * torchBytes[dtype])
      throw broken(`${entry.name} has not the ${size} elements that it should`, path);
    return entry;
  };
  // Several tensors may be views of one packed storage, which are read one after the other.
  let unpacked: { name: string; bytes: Uint8Array } | undefined;
  return {
    value: read.value,
    check: entryOf,
    read: async (storage, from, bytes) => {
      const entry = entryOf(storage);
      if (!entry.isDeflated) return zip.readStored(entry, from, bytes);
      if (unpacked?.name !== entry.name) unpacked = { name: entry.name, bytes: await zip.read(entry) };
      bytes.set(unpacked.bytes.subarray(from, from + bytes.length));
    },
  };
}

function pytorchFile({ value, check, read }: PytorchContent, path: string): PytorchFile {
  return {
    path,
    value,
    readFloats: async (tensor, name) => rowMajor(tensor, await readSpan(tensor, name, read, path)),
    readIntegers: async (tensor, name) => rowMajor(tensor, await readIntegers(tensor, name, read, path)),
    checkTensors: (tensors) => {
      const stored = new Map<string, number>();
      let asked = 0;
      for (const { storage, shape } of tensors) {
        check(storage);
        stored.set(storage.key, storage.size);
        asked += sizeOf(shape);
      }
      const there = [...stored.values()].reduce((sum, size) => sum + size, 0);
      if (asked > largestSharing * there)
        throw broken('its tensors ask for far more numbers than it holds', path);
    },
  };
}

/** Tied parameters are stored once; more than this many names a number has no model. */
const largestSharing = 4;

/** The part of the storage between a tensor's first and last element. */
async function readSpan(
  tensor: PickleTensor,
  name: string,
  read: ReadStorage,
  path: string,
): Promise<Float32Array> {
  const { storage, offset } = tensor;
  const { dtype } = storage;
  if (!isFloat(dtype)) throw userError('safetensors-dtype', { tensor: name, dtype }, { file: path });
  const values = new Float32Array(allocate(4 * spanOf(tensor), path));
  if (dtype === 'F32') {
    await read(storage, 4 * offset, new Uint8Array(values.buffer));
    return values;
  }
  const bytes = torchBytes[dtype];
  const step = chunkBytes / bytes;
  for (let at = 0; at < values.length; at += step) {
    const target = values.subarray(at, at + step);
    const part = new Uint8Array(bytes * target.length);
    await read(storage, bytes * (offset + at), part);
    widenFloats(dtype, part, target);
  }
  return values;
}

async function readIntegers(
  tensor: PickleTensor,
  name: string,
  read: ReadStorage,
  path: string,
): Promise<Float64Array> {
  const { storage, offset } = tensor;
  const { dtype } = storage;
  if (isFloat(dtype) || dtype === 'BOOL')
    throw userError('safetensors-dtype', { tensor: name, dtype }, { file: path });
  const bytes = torchBytes[dtype];
  const part = new Uint8Array(allocate(bytes * spanOf(tensor), path));
  await read(storage, bytes * offset, part);
  if (dtype === 'I64') return Float64Array.from(new BigInt64Array(part.buffer), Number);
  if (dtype === 'I32') return Float64Array.from(new Int32Array(part.buffer));
  if (dtype === 'I16') return Float64Array.from(new Int16Array(part.buffer));
  return Float64Array.from(dtype === 'I8' ? new Int8Array(part.buffer) : part);
}

/** Models converted from TensorFlow hold transposed matrices, whose columns follow each other. */
function rowMajor<T extends Float32Array | Float64Array>({ shape, strides }: PickleTensor, span: T): T {
  let step = 1;
  let isRowMajor = true;
  for (let d = shape.length - 1; d >= 0; d--) {
    if (shape[d] !== 1 && strides[d] !== step) isRowMajor = false;
    step *= shape[d];
  }
  if (isRowMajor || step === 0) return span;
  const values = (span instanceof Float32Array ? new Float32Array(step) : new Float64Array(step)) as T;
  const position = shape.map(() => 0);
  const last = shape.length - 1;
  for (let i = 0, from = 0; i < values.length;) {
    for (let j = 0; j < shape[last]; j++) values[i++] = span[from + j * strides[last]];
    // On to the next row, as an odometer counts.
    for (let d = last - 1; d >= 0; d--) {
      from += strides[d];
      if (++position[d] < shape[d]) break;
      from -= shape[d] * strides[d];
      position[d] = 0;
    }
  }
  return values;
}

function isFloat(dtype: TorchDtype): dtype is 'F64' | 'F32' | 'F16' | 'BF16' {
  return dtype === 'F64' || dtype === 'F32' || dtype === 'F16' || dtype === 'BF16';
}

function broken(reason: string, file: string): Error {
  return userError('pytorch-broken', { reason }, { file });
}
