import { describe, expect, it } from 'vitest';
import { measureGradient, updateRange, type EntryRange } from '../core/adamw.ts';
import { normal } from '../core/random.ts';
import { compiledEngine } from '../engine/compiled/compiledEngine.ts';
import { enginePasses } from './optimizerPasses.ts';

const COUNT = 2 * 262_144 + 65_536 + 777;

function newRange(): EntryRange {
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

describe('optimiser passes in the engine', () => {
  const step = { learningRate: 5e-4, correction1: 0.19, correction2: 0.002, clip: 0.5 };
  for (const l1 of [0, 3e-4]) {
    for (const weightDecay of [0, 0.1]) {
      it(`do what plain loops do (L1 ${l1}, weight decay ${weightDecay})`, async () => {
        const passes = enginePasses(compiledEngine({ threads: 2 }));
        const [inEngine, plain] = [newRange(), newRange()];
        const [found, expected] = [
          { squares: 0, distance: 0 },
          { squares: 0, distance: 0 },
        ];
        await passes.measure(inEngine, l1, found);
        measureGradient(plain, l1, expected);
        expect(found.squares / expected.squares).toBeCloseTo(1, 6);
        expect(found.distance).toBeCloseTo(expected.distance, 3);
        await passes.update(inEngine, { ...step, l1, weightDecay });
        updateRange(plain, { ...step, l1, weightDecay });
        for (const name of ['values', 'first', 'second'] as const) {
          let worst = 0;
          for (let i = 0; i < COUNT; i++)
            worst = Math.max(worst, Math.abs(inEngine[name][i] - plain[name][i]));
          expect(worst, name).toBeLessThan(name === 'values' ? 3e-7 : 3e-8);
        }
        await passes.release();
      });
    }
  }

  it('give the same bits each time', async () => {
    const passes = enginePasses(compiledEngine({ threads: 2 }));
    const [one, other] = [newRange(), newRange()];
    for (const range of [one, other]) await passes.update(range, { ...step, l1: 1e-4, weightDecay: 0 });
    expect(Buffer.from(one.values.buffer).equals(Buffer.from(other.values.buffer))).toBe(true);
    await passes.release();
  });
});
