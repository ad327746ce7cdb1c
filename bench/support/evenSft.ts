import { hash32 } from '../../src/core/random.ts';
import type { Sft, SparseDiff } from '../../src/core/sft.ts';
import { encoderShapes } from '../../src/formats/encoderShapes.ts';
import { sizeOf } from '../../src/formats/pytorchNames.ts';
import { shapeConfig } from './shapes.ts';

const K = 14_155_776;

/** An SFT of mBERT's usual size: entries spread evenly over the encoder, at a random place within each equal part of it. */
export function evenSft(seed: number): Sft {
  const maskable = [...encoderShapes(shapeConfig('mBERT'))].filter(
    ([name]) => !name.includes('LayerNorm') && !name.includes('pooler'),
  );
  const total = maskable.reduce((sum, [, shape]) => sum + sizeOf(shape), 0);
  const diffs = new Map<string, SparseDiff>();
  maskable.forEach(([name, shape], p) => {
    const size = sizeOf(shape);
    const count = Math.round((K * size) / total);
    const part = size / count;
    const indices = new Uint32Array(count);
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++) {
      const start = Math.ceil(i * part);
      indices[i] = start + (hash32(seed, p, i) % Math.max(1, Math.ceil((i + 1) * part) - start));
      values[i] = (hash32(seed, i, p) - 2 ** 31) / 2 ** 44;
    }
    diffs.set(name, { indices, values, shape });
  });
  return { diffs, abs: new Map() };
}
