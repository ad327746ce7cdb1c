import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { kernelMemoryOf, newKernelMemory } from '../core/kernelMemory.ts';
import { runInline } from '../core/kernelTasks.ts';
import { measureRanges, updateRanges } from '../core/passes.ts';
import { normal, uniform } from '../core/random.ts';
import { allocateSlabs } from '../core/slab.ts';
import {
  rowSumTasks,
  sampledProductTasks,
  strideOf,
  tileStarts,
  tileStartsLength,
  transposeTasks,
} from '../core/sampledProducts.ts';
import { collectGarbage } from './collectGarbage.ts';
import { startKernelPool, type KernelPool } from './kernelPool.ts';
import { CONTROL, newKernelTable } from './kernelTable.ts';

/** Two parameters of several tasks each, and one of fewer entries than a task has. */
const COUNTS = [700_001, 1000, 600_000];

function ranges() {
  const slabs = allocateSlabs(COUNTS, { withOriginals: true, shared: true });
  return slabs.map((slab, s) => {
    for (const [n, name] of (['values', 'originals', 'gradients', 'first', 'second'] as const).entries()) {
      for (let i = 0; i < slab[name].length; i++) slab[name][i] = Math.abs(normal(n, s, i)) * 1e-3;
    }
    return { ...slab, valuesAt: 0, originalsAt: 0, at: 0, count: COUNTS[s] };
  });
}

describe('kernels on several threads', () => {
  let pool: KernelPool;
  beforeAll(async () => {
    pool = await startKernelPool(3);
  });
  afterAll(() => pool.close());

  it('measure and update to the same bits as on one', () => {
    const constants = {
      learningRate: 1e-3,
      correction1: 0.1,
      correction2: 0.001,
      clip: 0.7,
      l1: 1e-4,
      weightDecay: 0,
    };
    const [alone, together] = [ranges(), ranges()];
    for (let step = 0; step < 3; step++) {
      const expected = measureRanges(
        alone.map((range) => ({ range, l1: 1e-4 })),
        runInline,
      );
      const found = measureRanges(
        together.map((range) => ({ range, l1: 1e-4 })),
        pool.run,
      );
      expect(found).toEqual(expected);
      expect(found.squares).toBeGreaterThan(0);
      updateRanges(
        alone.map((range) => ({ range, constants })),
        runInline,
      );
      updateRanges(
        together.map((range) => ({ range, constants })),
        pool.run,
      );
    }
    alone.forEach((range, i) => {
      for (const name of ['values', 'first', 'second'] as const) {
        expect(Buffer.compare(Buffer.from(range[name]), Buffer.from(together[i][name]))).toBe(0);
      }
    });
  });

  it('do more tasks than their table holds', () => {
    const memory = newKernelMemory(1 << 20, true);
    const array = memory.floats(5000);
    array.fill(2);
    const tasks = Array.from({ length: 5000 }, () => ({
      memory,
      kernel: 'squares' as const,
      numbers: [array.byteOffset, 4],
    }));
    expect(pool.run(tasks).every(({ squares }) => squares === 16)).toBe(true);
  });

  // Rows of one tile and of several, thin and dense, of lengths that fill a page and that do not.
  it.each([
    [40, 24, 12, 0.4],
    [30, 1700, 8, 0.05],
    [9, 800, 1024, 0.02],
    [400, 100, 4, 0.9],
    [11, 6, 20, 0.7],
  ])(
    'give the chosen entries of a product of %i rows of %i, %i positions',
    (height, width, length, share) => {
      const memory = newKernelMemory(1 << 25, true);
      const [x, y] = [width, height].map((features, which) => {
        const from = memory.floats(features * length);
        from.forEach((_, i) => (from[i] = normal(which, i)));
        // What lies between the rows is not read.
        const to = memory.floats(features * strideOf(length)).fill(NaN);
        return { from, to, width: features, length };
      });
      const chosen = Array.from({ length: height * width }, (_, i) => i).filter((i) => uniform(3, i) < share);
      const indices = memory.integers(chosen.length);
      indices.set(chosen);
      const starts = memory.integers(tileStartsLength(height, width));
      starts.set(tileStarts(indices, height, width));
      const into = memory.floats(chosen.length + 1);
      into[chosen.length] = 7;
      pool.run([...transposeTasks(x), ...transposeTasks(y)]);
      for (const add of [false, true]) {
        pool.run(sampledProductTasks({ indices, starts, width, x: x.to, y: y.to, length, into, add }));
        const worst = chosen.reduce((most, flat, i) => {
          const [row, column] = [Math.floor(flat / width), flat % width];
          let sum = 0;
          for (let t = 0; t < length; t++) sum += y.from[t * height + row] * x.from[t * width + column];
          return Math.max(most, Math.abs(into[i] - (add ? 2 * sum : sum)));
        }, 0);
        expect(worst).toBeLessThan(1e-6 * length + 1e-5);
      }
      // Nothing behind them is written.
      expect(into[chosen.length]).toBe(7);
      const sums = memory.floats(height);
      for (const times of [1, 2]) {
        pool.run(rowSumTasks({ y: y.to, length, into: sums, add: times === 2 }));
        const exact = Array.from({ length: height }, (_, row) =>
          Array.from({ length }, (__, t) => y.from[t * height + row]).reduce((a, b) => a + b, 0),
        );
        exact.forEach((sum, row) => expect(sums[row]).toBeCloseTo(times * sum, 3));
      }
    },
  );
});

it('a thread that is called again in a round that it has done does not count twice', async () => {
  // Between a round's number and its call another thread may have seen the number and done its part.
  const { control, ...table } = newKernelTable();
  const worker = new Worker(new URL('./kernelWorker.ts', import.meta.url), {
    workerData: { ...table, control },
  });
  await once(worker, 'message');
  const call = () =>
    vi.waitUntil(() => Atomics.notify(control, CONTROL.round) === 1, { interval: 1, timeout: 10_000 });
  const done = () => Atomics.load(control, CONTROL.done);
  await call();
  await call(); // asleep again, after the first
  expect(done()).toBe(0);
  Atomics.add(control, CONTROL.round, 1);
  await call();
  await call();
  expect(done()).toBe(1);
  await worker.terminate();
});

it('threads keep no memory that has been given up', async () => {
  const pool = await startKernelPool(2);
  const memories = [1, 2, 4].map((size) => {
    const count = size << 16;
    const [slab] = allocateSlabs([count], { withOriginals: true, shared: true });
    measureRanges([{ range: { ...slab, valuesAt: 0, originalsAt: 0, at: 0, count }, l1: 0.1 }], pool.run);
    return new WeakRef(kernelMemoryOf(slab.gradients) ?? slab);
  });
  await vi.waitFor(
    () => {
      collectGarbage();
      // The one that was used last may still lie about somewhere.
      expect(memories.slice(0, -1).map((memory) => memory.deref() === undefined)).toEqual([true, true]);
    },
    { timeout: 10_000 },
  );
  await pool.close();
});
