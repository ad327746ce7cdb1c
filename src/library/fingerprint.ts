import { createHash, type Hash } from 'node:crypto';
import { encoderName } from '../core/canonicalNames.ts';
import type { Parameters } from '../core/parameters.ts';

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
    hash.update(`${canonical} [${parameter.shape.join(',')}]\n`);
    hashFloats(hash, parameter.values);
  }
  return hash.digest('hex');
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
function hashFloats(hash: Hash, values: Float32Array): void {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  for (let at = 0; at < bytes.length; at += chunkBytes) hash.update(bytes.subarray(at, at + chunkBytes));
}
