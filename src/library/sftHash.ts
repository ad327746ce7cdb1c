import { createHash } from 'node:crypto';
import type { Sft } from '../core/sft.ts';
import { hashArray } from './fingerprint.ts';

const known = new WeakMap<Sft, string>();

/**
 * SHA-256 in hex of what an SFT does to a model: its differences and its head, whatever its file's name, format and
 * metadata. Parameters count by name, in any order.
 */
export function sftHash(sft: Sft): string {
  const found = known.get(sft) ?? computeHash(sft);
  known.set(sft, found);
  return found;
}

function computeHash({ diffs, abs }: Sft): string {
  const hash = createHash('sha256');
  for (const [name, { indices, values }] of byName(diffs)) {
    if (indices.length === 0) continue;
    hash.update(`diffs ${name} ${indices.length}\n`);
    hashArray(hash, indices);
    hashArray(hash, values);
  }
  for (const [name, { shape, values }] of byName(abs)) {
    hash.update(`abs ${name} [${shape.join(',')}]\n`);
    hashArray(hash, values);
  }
  return hash.digest('hex');
}

function byName<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}
