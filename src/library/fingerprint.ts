import { createHash, type Hash } from 'node:crypto';
import { encoderName } from '../core/canonicalNames.ts';
import type { Parameters } from '../core/parameters.ts';
import { encoderShapes } from '../formats/encoderShapes.ts';
import { readModelConfig } from '../formats/modelConfig.ts';
import { forEachModelTensor } from '../formats/modelWeights.ts';
import { type SafetensorsFile, withSafetensors } from '../formats/safetensors.ts';

/**
 * The base model's fingerprint, SHA-256 in hex: of the encoder alone, before anything is applied to it. Two copies of
 * a model have the same one whatever their head, name prefix, file layout or old layer-norm names, and also when one is
 * stored in 16 bits and the other holds those same numbers in 32.
 *
 * What is hashed: for each parameter in the order of its canonical name (`core/canonicalNames.ts`; by code units) the
 * text `NAME [d0,d1]` and a line feed, then its values as little-endian f32. The pooler is no part of it: many checkpoints
 * lack it or have a freshly made one, and most tasks do not use it.
 */
export function fingerprint(parameters: Parameters): string {
  const hash = createHash('sha256');
  for (const [canonical, name] of canonicalOrder(parameters.keys())) {
    const parameter = parameters.get(name);
    if (parameter === undefined) continue;
    hash.update(heading(canonical, parameter.shape));
    hashArray(hash, parameter.values);
  }
  return hash.digest('hex');
}

/**
 * The same of a model folder, a few megabytes at a time. Undefined where its weights are PyTorch's, which cannot be read in
 * parts. @throws UserError as `readModelConfig` and `forEachModelTensor`; what `signal` was aborted with
 */
export async function folderFingerprint(folder: string, signal?: AbortSignal): Promise<string | undefined> {
  // The model's parameters: a file may hold buffers (position ids), and layers that its config does not have.
  const wanted = new Set([...encoderShapes(readModelConfig(folder)).keys()].map(encoderName));
  const files = new Map<string, string>();
  await forEachModelTensor(folder, async ({ name, file }) => {
    if (wanted.has(encoderName(name))) files.set(name, file);
  });
  const shards = [...new Set(files.values())];
  if (shards.some((file) => !file.endsWith('.safetensors'))) return undefined;
  return withShards(shards, async (opened) => {
    const hash = createHash('sha256');
    for (const [canonical, name] of canonicalOrder(files.keys())) {
      const shard = opened.find(({ path }) => path === files.get(name));
      const { shape, size } = shard?.tensors.get(name) ?? { shape: [], size: 0 };
      hash.update(heading(canonical, shape));
      for (let from = 0; from < size; from += partFloats) {
        signal?.throwIfAborted();
        const part = await shard?.readFloats(name, { from, to: Math.min(size, from + partFloats) });
        if (part !== undefined) hashArray(hash, part);
      }
    }
    return hash.digest('hex');
  });
}

/** 16 MB. */
const partFloats = 2 ** 22;

async function withShards<T>(
  files: readonly string[],
  use: (opened: readonly SafetensorsFile[]) => Promise<T>,
  opened: readonly SafetensorsFile[] = [],
): Promise<T> {
  const [file, ...rest] = files;
  if (file === undefined) return use(opened);
  return withSafetensors(file, async (one) => withShards(rest, use, [...opened, one]));
}

function heading(canonical: string, shape: readonly number[]): string {
  return `${canonical} [${shape.join(',')}]\n`;
}

/** [canonical name, name] of the parameters that count, sorted. */
function canonicalOrder(names: Iterable<string>): [string, string][] {
  const counted: [string, string][] = [];
  for (const name of names) {
    const canonical = encoderName(name);
    if (canonical !== undefined && !canonical.startsWith('pooler.')) counted.push([canonical, name]);
  }
  return counted.sort(([a], [b]) => (a < b ? -1 : 1));
}

const chunkBytes = 64 * 2 ** 20;

/** The arrays are little-endian in memory on every machine that Node and onnxruntime run on. */
export function hashArray(hash: Hash, values: Float32Array | Uint32Array | Int32Array): void {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  for (let at = 0; at < bytes.length; at += chunkBytes) hash.update(bytes.subarray(at, at + chunkBytes));
}
