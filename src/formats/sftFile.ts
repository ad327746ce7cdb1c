import { userError } from '../core/errors/userError.ts';
import type { Parameter } from '../core/parameters.ts';
import type { Sft, SparseDiff } from '../core/sft.ts';
import { type SafetensorsFile, withSafetensors } from './safetensors.ts';
import type { TensorInfo } from './safetensorsHeader.ts';
import { type TensorToWrite, writeSafetensors } from './safetensorsWriter.ts';
import { readSftBin, readSftBinHeader } from './sftBin.ts';
import { brokenSft, checkSft } from './sftCheck.ts';
import { locateSft } from './sftLocation.ts';
import {
  decodeSftMetadata,
  decodeShapes,
  encodeSftMetadata,
  encodeShapes,
  type SftMetadata,
} from './sftMetadata.ts';

export type { SftMetadata } from './sftMetadata.ts';

/** An SFT with what its file says of it. */
export interface LoadedSft {
  readonly sft: Sft;
  readonly metadata: SftMetadata;
}

/** What can be said of an SFT file without reading its entries. */
export interface SftHeader {
  readonly metadata: SftMetadata;
  /** Number of entries by parameter. */
  readonly counts: ReadonlyMap<string, number>;
  /** Shapes of these parameters, as far as the file says them. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** Shapes of the parameters that are stored whole. */
  readonly abs: ReadonlyMap<string, readonly number[]>;
}

/**
 * Reads an SFT file: ours, or the reference's `pytorch_diff.bin`, which is told by its content, or the folder that holds one.
 * Parameters come in the file's order, values bit for bit as stored (16-bit floats widened), shapes where the file says them.
 * @throws UserError with the file's name: of `withSafetensors` and `readSftBin`, `sft-not-sft`, `sft-broken` (indices that do
 *   not ascend, values that are not finite, ...), `sft-metadata`, `sft-newer`
 */
export async function readSft(path: string): Promise<LoadedSft> {
  const { file, isBin } = await locateSft(path);
  const loaded = isBin ? { sft: await readSftBin(file), metadata: {} } : await readSafetensorsSft(file);
  checkSft(loaded.sft, file);
  return loaded;
}

/**
 * Reads metadata and counts only: as fast for a large file as for a small one, except that the lists of indices of a
 * `pytorch_diff.bin` must be read. @throws UserError as `readSft`
 */
export async function readSftHeader(path: string): Promise<SftHeader> {
  const { file, isBin } = await locateSft(path);
  return isBin ? { metadata: {}, ...(await readSftBinHeader(file)) } : readSafetensorsHeader(file);
}

async function readSafetensorsSft(path: string): Promise<LoadedSft> {
  return withSafetensors(path, async (file) => {
    const layout = sftLayout(file);
    const metadata = decodeSftMetadata(file.metadata, path);
    const shapes = decodeShapes(file.metadata, path);
    const diffs = new Map<string, SparseDiff>();
    for (const [parameter, pair] of layout.pairs) {
      const indices = await readIndices(file, pair.indices, parameter);
      const values = await file.readFloats(pair.values.name);
      const shape = shapes.get(parameter);
      diffs.set(parameter, shape === undefined ? { indices, values } : { indices, values, shape });
    }
    const abs = new Map<string, Parameter>();
    for (const [parameter, { name, shape }] of layout.abs) {
      abs.set(parameter, { shape, values: await file.readFloats(name) });
    }
    return { sft: { diffs, abs }, metadata };
  });
}

async function readSafetensorsHeader(path: string): Promise<SftHeader> {
  return withSafetensors(path, async (file) => {
    const layout = sftLayout(file);
    return {
      metadata: decodeSftMetadata(file.metadata, path),
      shapes: decodeShapes(file.metadata, path),
      counts: new Map([...layout.pairs].map(([parameter, { values }]) => [parameter, values.size])),
      abs: new Map([...layout.abs].map(([parameter, { shape }]) => [parameter, shape])),
    };
  });
}

/**
 * Writes an SFT file, atomically. Indices are stored as int32, which every version of PyTorch reads, and as
 * uint32 where one lies above 2^31.
 * @throws UserError `sft-broken` for an SFT that `readSft` would refuse, and the errors of `writeSafetensors`
 */
export async function writeSft(path: string, sft: Sft, metadata: SftMetadata): Promise<void> {
  checkSft(sft, path);
  const tensors: TensorToWrite[] = [];
  for (const [parameter, { indices, values }] of sft.diffs) {
    const shape = [values.length];
    tensors.push({ name: `diffs.${parameter}.indices`, shape, values: storedIndices(indices) });
    tensors.push({ name: `diffs.${parameter}.values`, shape, values });
  }
  for (const [parameter, { shape, values }] of sft.abs)
    tensors.push({ name: `abs.${parameter}`, shape, values });
  await writeSafetensors(path, tensors, { ...encodeSftMetadata(metadata), ...encodeShapes(sft) });
}

interface Layout {
  readonly pairs: ReadonlyMap<string, { indices: TensorInfo; values: TensorInfo }>;
  readonly abs: ReadonlyMap<string, TensorInfo>;
}

const diffTensor = /^diffs\.(.+)\.(indices|values)$/s;
const absTensor = /^abs\.(.+)$/s;

function sftLayout({ tensors, path }: SafetensorsFile): Layout {
  const found = new Map<string, { indices?: TensorInfo; values?: TensorInfo }>();
  const abs = new Map<string, TensorInfo>();
  for (const [name, tensor] of tensors) {
    const [, diff, part] = diffTensor.exec(name) ?? [];
    const [, whole] = absTensor.exec(name) ?? [];
    if (diff !== undefined) found.set(diff, { ...found.get(diff), [part]: tensor });
    else if (whole !== undefined) abs.set(whole, tensor);
    else throw userError('sft-not-sft', { tensor: name }, { file: path });
  }
  const pairs = new Map<string, { indices: TensorInfo; values: TensorInfo }>();
  for (const [parameter, { indices, values }] of found) {
    if (indices === undefined) throw brokenSft(parameter, 'the indices are missing', path);
    if (values === undefined) throw brokenSft(parameter, 'the values are missing', path);
    if (indices.shape.length !== 1 || values.shape.length !== 1 || indices.size !== values.size) {
      const sizes = `[${indices.shape.join(', ')}] indices and [${values.shape.join(', ')}] values`;
      throw brokenSft(parameter, `there are ${sizes}`, path);
    }
    pairs.set(parameter, { indices, values });
  }
  return { pairs, abs };
}

async function readIndices(
  file: SafetensorsFile,
  { name, dtype }: TensorInfo,
  parameter: string,
): Promise<Uint32Array> {
  if (dtype !== 'U32' && dtype !== 'I32' && dtype !== 'I64' && dtype !== 'U64') {
    throw userError('safetensors-dtype', { tensor: name, dtype }, { file: file.path });
  }
  const words = new Uint32Array(await file.readBytes(name));
  // A negative int32 looks large here; if the indices ascend, as is checked later, it is the last one.
  if (dtype === 'I32' && words.length > 0 && words[words.length - 1] >= 2 ** 31) {
    throw brokenSft(parameter, 'an index is negative', file.path);
  }
  if (dtype === 'U32' || dtype === 'I32') return words;
  const indices = new Uint32Array(words.length / 2);
  for (let i = 0; i < indices.length; i++) {
    if (words[2 * i + 1] !== 0) throw brokenSft(parameter, 'an index is negative or above 2^32', file.path);
    indices[i] = words[2 * i];
  }
  return indices;
}

function storedIndices(indices: Uint32Array): Uint32Array | Int32Array {
  const last = indices.length === 0 ? 0 : indices[indices.length - 1];
  return last < 2 ** 31 ? new Int32Array(indices.buffer, indices.byteOffset, indices.length) : indices;
}
