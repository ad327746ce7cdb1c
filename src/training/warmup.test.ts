import { expect, it } from 'vitest';
import { warmupNotes } from './warmup.ts';

it('tells of phases that are over before their learning rate has risen', () => {
  const phases = [
    { phase: 'full', steps: 500 },
    { phase: 'sparse', steps: 100 },
    { phase: 'full', steps: 500 },
    { phase: 'sparse', steps: 100 },
  ] as const;
  expect(warmupNotes(phases, { warmupSteps: 99 })).toEqual([]);
  expect(warmupNotes(phases, { warmupSteps: 100 })).toEqual([
    expect.stringMatching(/^The sparse phase has 100 steps, and optimizer.warmupSteps is 100/),
  ]);
  expect(warmupNotes(phases, { warmupSteps: 1000 })).toHaveLength(2);
  // Where there is no phase, there is nothing to say.
  expect(warmupNotes([{ phase: 'full', steps: 0 }], { warmupSteps: 10 })).toEqual([]);
});
