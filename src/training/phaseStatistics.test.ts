import { expect, it } from 'vitest';
import type { Mask } from '../core/mask.ts';
import type { NoteEvent } from '../protocol/events.ts';
import { maskGroups } from '../recipe/budget.ts';
import type { Settle } from '../recipe/types.ts';
import { phaseStatistics, type StatisticsOptions } from './phaseStatistics.ts';
import { newWeights } from './weights.ts';

const SIZE = 64;
const mask: Mask = new Map([['a', Uint32Array.from({ length: 8 }, (_, i) => i)]]);

/** Weights of one parameter whose entries have all moved, each by another distance. */
function moved() {
  const originals = new Map([['a', { shape: [SIZE], values: new Float32Array(SIZE) }]]);
  const weights = newWeights(originals, new Map([['a', 'maskable']]), { modelType: 'bert' }, []);
  weights.arrays.set('a', { shape: [SIZE], values: Float32Array.from({ length: SIZE }, (_, i) => i + 1) });
  return weights;
}

interface Pace {
  readonly phase?: StatisticsOptions['phase'];
  readonly everySteps: number;
  readonly steps: number;
  /** What a step takes, and what statistics take, in seconds. */
  readonly step: (step: number) => number;
  readonly cost: (report: number) => number;
  readonly settle?: Settle;
}

/** Trains by a clock of its own; gives at which steps there were statistics, what all took, and what was noted. */
function train({ phase = 'full', everySteps, steps, step: secondsOf, cost, settle }: Pace) {
  let clock = 0;
  const reported: number[] = [];
  const costs: number[] = [];
  const notes: NoteEvent[] = [];
  let trained = 0;
  const statistics = phaseStatistics({
    weights: moved(),
    iteration: 1,
    phase,
    mask: phase === 'full' ? new Map() : mask,
    groups: () => maskGroups({ k: 8, iterations: 1 }),
    everySteps,
    settle,
    // It is read before statistics and after them.
    now: () => {
      const reading = clock;
      clock += 1000 * cost(reported.length + 1);
      return reading;
    },
  });
  for (let step = 1; step <= steps; step++) {
    trained += secondsOf(step);
    for (const event of statistics.after(step, secondsOf(step))) {
      if (event.type === 'note') {
        notes.push(event);
        continue;
      }
      expect(event.step).toBe(step);
      reported.push(step);
      costs.push(event.seconds);
    }
  }
  const spent = costs.reduce((sum, seconds) => sum + seconds, 0);
  return { reported, costs, notes, trained, spent };
}

const every = (seconds: number) => () => seconds;
const slowOnce = (seconds: number) => (report: number) => (report === 1 ? seconds : 0.001);

it.each([
  { what: 'costly', phase: 'full', step: every(0.1), cost: every(3) },
  { what: 'costly', phase: 'sparse', step: every(0.1), cost: every(3) },
  { what: 'that cost more than everySteps steps take', phase: 'full', step: every(0.05), cost: every(1) },
  {
    what: 'that become costly',
    phase: 'full',
    step: every(0.1),
    cost: (report: number) => report / 4,
  },
  {
    what: 'of steps that become fast',
    phase: 'full',
    step: (step: number) => 50 / (step + 50),
    cost: every(0.5),
  },
] as const)('statistics $what take at most 2 % of a $phase phase', ({ phase, step, cost }) => {
  const { reported, costs, trained, spent } = train({ phase, everySteps: 10, steps: 50_000, step, cost });
  // The last ones have not been paid for yet.
  expect(spent - (costs.at(-1) ?? 0)).toBeLessThanOrEqual(0.02 * trained);
  // What the bound allows is taken: they do not die out.
  expect(reported.length).toBeGreaterThan(5);
  expect(spent).toBeGreaterThan(0.01 * trained);
});

it.each(['full', 'sparse'] as const)('cheap statistics of a %s phase are made every everySteps', (phase) => {
  const { reported, notes } = train({
    phase,
    everySteps: 10,
    steps: 1000,
    step: every(0.1),
    // Ten steps pay for just that.
    cost: every(0.0199),
  });
  expect(reported).toEqual(Array.from({ length: 100 }, (_, i) => 10 * (i + 1)));
  expect(notes).toEqual([]);
});

it('statistics that were slow once are made on time again', () => {
  const { reported } = train({ everySteps: 10, steps: 2000, step: every(0.1), cost: slowOnce(2) });
  expect(reported[0]).toBe(10);
  expect(reported[1]).toBeGreaterThanOrEqual(1010);
  expect(reported.slice(2)).toEqual(reported.slice(1, -1).map((step) => step + 10));
});

const settle: Settle = { overlap: 0.98, over: 1e6 };

it('a mask that ends its phase is looked at on time, and a note says once which interval would keep the bound', () => {
  const costly = { everySteps: 10, steps: 1000, step: every(0.1), cost: every(0.49), settle };
  const { reported, notes } = train(costly);
  expect(reported).toEqual(Array.from({ length: 100 }, (_, i) => 10 * (i + 1)));
  expect(notes.map(({ text }) => text)).toEqual([
    'The statistics by which full.settle ends the full phase take 49.0 % of the training time: report: { everySteps: 250 } keeps them under 2 %.',
  ]);
  const kept = train({ ...costly, everySteps: 250, steps: 50_000 });
  expect(kept.spent).toBeLessThanOrEqual(0.02 * kept.trained * (1 + 1e-9));
  expect(kept.notes).toEqual([]);
});

it('no note is made of statistics that are cheap, or of which only the first were slow', () => {
  const pace = { everySteps: 10, steps: 1000, step: every(0.1), settle };
  expect(train({ ...pace, cost: every(0.0199) }).notes).toEqual([]);
  expect(train({ ...pace, cost: slowOnce(0.9) }).notes).toEqual([]);
});
