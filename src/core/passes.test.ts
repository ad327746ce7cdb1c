import { describe, expect, it } from 'vitest';
import { measureGradient, updateRange, type EntryRange } from './adamw.ts';
import { runInline } from './kernelTasks.ts';
import { measureRanges, updateRanges } from './passes.ts';
import { normal } from './random.ts';
import { allocateSlabs } from './slab.ts';

/** Not a multiple of 4, so that a few entries are left to the plain loops. */
const COUNT = 100_003;

function plainRange(): EntryRange {
  const array = (stream: number, scale: number) =>
    Float32Array.from({ length: COUNT }, (_, i) => scale * normal(stream, i));
  const originals = array(1, 0.02);
  // A third of the entries have not moved: their L1 sub-gradient is 0.
  const values = originals.map((value, i) => (i % 3 === 0 ? value : value + 1e-4 * normal(2, i)));
  return {
    values,
    valuesAt: 0,
    originals,
    originalsAt: 0,
    gradients: array(3, 1e-3),
    first: array(4, 1e-3),
    second: array(5, 1e-3).map((x) => x * x),
    at: 0,
    count: COUNT,
  };
}

function slabRange(): EntryRange {
  const plain = plainRange();
  // The second of two slabs: offsets count.
  const [, slab] = allocateSlabs([17, COUNT], { withOriginals: true, shared: false });
  for (const name of ['values', 'originals', 'gradients', 'first', 'second'] as const)
    slab[name].set(plain[name]);
  return { ...plain, ...slab };
}

describe('optimiser passes on a slab', () => {
  const step = { learningRate: 5e-4, correction1: 0.19, correction2: 0.002, clip: 0.5 };
  for (const l1 of [0, 3e-4]) {
    for (const weightDecay of [0, 0.1]) {
      it(`do what plain loops do (L1 ${l1}, weight decay ${weightDecay})`, () => {
        const [fast, plain] = [slabRange(), plainRange()];
        const found = measureRanges([{ range: fast, l1 }], runInline);
        const expected = { squares: 0, distance: 0 };
        measureGradient(plain, l1, expected);
        expect(found.squares / expected.squares).toBeCloseTo(1, 6);
        expect(Math.abs(found.distance - expected.distance)).toBeLessThan(1e-5 * expected.distance + 1e-12);
        updateRanges([{ range: fast, constants: { ...step, l1, weightDecay } }], runInline);
        updateRange(plain, { ...step, l1, weightDecay });
        for (const name of ['values', 'first', 'second'] as const) {
          let worst = 0;
          for (let i = 0; i < COUNT; i++) worst = Math.max(worst, Math.abs(fast[name][i] - plain[name][i]));
          expect(worst, name).toBeLessThan(name === 'values' ? 3e-7 : 3e-8);
        }
      });
    }
  }
});
