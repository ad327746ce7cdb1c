import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseWay, waysToShare } from './jobs.ts';
import { matrixCsv, matrixOf, type Score } from './matrix.ts';
import { blockedRuns, readyRuns } from './schedule.ts';
import type { RunState } from './states.ts';

const at = (states: Readonly<Record<string, RunState>>) => (name: string) => states[name] ?? 'waiting';

const score = (run: string, value: number, fullPhase: string | null, settings = { k: '1' }): Score => ({
  settings,
  fullPhase,
  run,
  evaluation: 'test',
  metric: 'accuracy',
  value,
});

describe('how many runs compute side by side', () => {
  const ways = waysToShare(8);
  const free = 16e9;

  it('is one where matrix products take the time, and many where what takes it has one thread', () => {
    expect(ways.map(({ jobs, threads }) => [jobs, threads])).toEqual([
      [1, 8],
      [2, 4],
      [4, 2],
      [8, 1],
    ]);
    expect(chooseWay(ways, ({ threads }) => ({ seconds: 80 / threads, memory: 1e9 }), free)).toEqual({
      jobs: 1,
      threads: 8,
    });
    expect(chooseWay(ways, ({ threads }) => ({ seconds: 8 + 1 / threads, memory: 1e9 }), free)).toEqual({
      jobs: 8,
      threads: 1,
    });
  });

  it('is never more than fit in memory', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e8, max: 1e11, noNaN: true }),
        fc.integer({ min: 1, max: 64 }),
        (memory, cores) => {
          const { jobs } = chooseWay(waysToShare(cores), () => ({ seconds: 1, memory }), free);
          expect(jobs === 1 || jobs * memory <= free).toBe(true);
        },
      ),
    );
  });
});

describe('the order of runs', () => {
  const runs = [
    { name: 'alone', needs: null },
    { name: 'fork', needs: 'owner' },
    { name: 'owner', needs: null },
    { name: 'other', needs: 'owner' },
  ];
  const ready = (states: Readonly<Record<string, RunState>>, free: number) =>
    readyRuns(runs, at(states), free).map(({ name }) => name);

  it('begins with those on which others wait, which follow when it is done', () => {
    expect(ready({}, 1)).toEqual(['owner']);
    expect(ready({}, 9)).toEqual(['owner', 'alone']);
    expect(ready({ owner: 'running', alone: 'done' }, 9)).toEqual([]);
    expect(ready({ owner: 'done', alone: 'running' }, 1)).toEqual(['fork']);
    expect(ready({ owner: 'done' }, 0)).toEqual([]);
  });

  it.each(['failed', 'interrupted', 'stopped'] as const)('leaves out what waits for one that %s', (state) => {
    expect(blockedRuns(runs, at({ owner: state })).map(({ name }) => name)).toEqual(['fork', 'other']);
    expect(blockedRuns(runs, at({ owner: 'running' }))).toEqual([]);
    expect(blockedRuns(runs, at({ owner: 'done' }))).toEqual([]);
  });
});

describe('the matrix', () => {
  it('has means and deviations over seeds', () => {
    const [cell] = matrixOf([score('a', 1, 'x'), score('b', 2, 'y'), score('c', 6, 'z')]);
    expect(cell).toMatchObject({ mean: 3, seeds: 3, runs: ['a', 'b', 'c'] });
    expect(cell.sd).toBeCloseTo(Math.sqrt(7), 12);
    expect(matrixOf([score('a', 1, null)])[0]).toMatchObject({ mean: 1, sd: null, seeds: 1 });
  });

  it('counts runs of one full phase once', () => {
    const [cell] = matrixOf([score('a', 1, 'x'), score('b', 3, 'x'), score('c', 6, 'y')]);
    expect(cell).toMatchObject({ mean: 4, seeds: 2 });
    expect(cell.sd).toBeCloseTo(Math.sqrt(8), 12);
    expect(matrixOf([score('a', 1, 'x'), score('b', 3, 'x')])[0].sd).toBeNull();
    // Without a full phase each run is its own.
    expect(matrixOf([score('a', 1, null), score('b', 3, null)])[0].seeds).toBe(2);
  });

  it('keeps settings apart, and is written so that spreadsheets read it', () => {
    const cells = matrixOf([score('a', 1, null), score('b', 2, null, { k: '2, "x"' })]);
    expect(matrixCsv(cells)).toBe(
      'k,evaluation,metric,mean,sd,seeds,runs\r\n1,test,accuracy,1,,1,a\r\n"2, ""x""",test,accuracy,2,,1,b\r\n',
    );
  });
});
