import type { Parameter } from '../core/parameters.ts';
import type { Sft, SparseDiff } from '../core/sft.ts';
import { type TensorToWrite, writeSafetensors } from './safetensorsWriter.ts';
import { checkSft } from './sftCheck.ts';
import { encodeSftMetadata, encodeShapes, type SftMetadata } from './sftMetadata.ts';
import { type SftHeader, withSft } from './sftReader.ts';

export type { SftMetadata } from './sftMetadata.ts';
export type { SftHeader } from './sftReader.ts';

/** An SFT with what its file says of it. */
export interface LoadedSft {
  readonly sft: Sft;
  readonly metadata: SftMetadata;
}

/**
 * Reads an SFT file: ours, or the reference's `pytorch_diff.bin`, which is told by its content, or the folder that holds one.
 * Parameters come in the file's order, values bit for bit as stored (16-bit floats widened), shapes where the file says them.
 * @throws UserError as `withSft` and its reading
 */
export async function readSft(path: string): Promise<LoadedSft> {
  return withSft(path, async ({ metadata, counts, abs, readDiff, readAbs }) => {
    const diffs = new Map<string, SparseDiff>();
    for (const parameter of counts.keys()) diffs.set(parameter, await readDiff(parameter));
    const whole = new Map<string, Parameter>();
    for (const parameter of abs.keys()) whole.set(parameter, await readAbs(parameter));
    return { sft: { diffs, abs: whole }, metadata };
  });
}

/**
 * Reads metadata and counts only: as fast for a large file as for a small one, except that the lists of indices of a
 * `pytorch_diff.bin` must be read. @throws UserError as `readSft`
 */
export async function readSftHeader(path: string): Promise<SftHeader> {
  return withSft(path, async ({ metadata, counts, shapes, abs }) => ({ metadata, counts, shapes, abs }));
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

function storedIndices(indices: Uint32Array): Uint32Array | Int32Array {
  const last = indices.length === 0 ? 0 : indices[indices.length - 1];
  return last < 2 ** 31 ? new Int32Array(indices.buffer, indices.byteOffset, indices.length) : indices;
}
