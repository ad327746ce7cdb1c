import { describe, expect, it } from 'vitest';
import { runInline } from '../core/kernelTasks.ts';
import type { Example } from '../data/example.ts';
import type { TrainingJob } from './job.ts';
import { newStepper } from './stepper.ts';
import type { Strides } from './strides.ts';

/** Strides of three steps, whose gradients are too large from `overflowAt` on where the scale is above `most`. */
function stridesOf(overflowAt: number, most: number) {
  const asked: { step: number; scale: number }[] = [];
  const strides: Strides = {
    loadsFirst: () => false,
    async run(step, _, scale) {
      asked.push({ step, scale });
      const made = [0, 1, 2].filter((i) => scale <= most || step + i < overflowAt);
      const steps = made.map((i) => ({
        losses: [step + i],
        tokens: 1,
        loss: step + i,
        gradientNorm: 1,
        distance: 0,
      }));
      return { steps, overflowed: steps.length < 3, seconds: 3 };
    },
    release: async () => {},
  };
  return { strides, asked };
}

function stepper(strides: Strides, precision: 'single' | 'mixed') {
  const job = {
    precision,
    seed: 1,
    optimizer: { learningRate: 1, warmupSteps: 0, weightDecay: 0, maxGradNorm: 1 },
  } as unknown as TrainingJob;
  return newStepper({
    job,
    phase: 'full',
    phaseIndex: 0,
    steps: 10,
    l1: 0,
    computer: {
      gradients: { arrays: new Map(), tables: new Map() },
      compute: () => Promise.reject(new Error('one by one')),
      release: async () => {},
    },
    groups: [],
    strides,
    batchesOf: (): readonly (readonly Example[])[] => [[]],
    lossScale: undefined,
    run: runInline,
  });
}

describe('steps that are made together', () => {
  it('are told one by one, and the last of them is at rest', async () => {
    const { strides, asked } = stridesOf(Infinity, Infinity);
    const steps = stepper(strides, 'single');
    const made = [];
    for (let step = 0; step < 4; step++) made.push(await steps.make(step, 10 - step));
    expect(made.map(({ loss }) => loss)).toEqual([0, 1, 2, 3]);
    expect(made.map(({ isAtRest }) => isAtRest)).toEqual([false, false, true, false]);
    expect(made.map(({ learningRate }) => learningRate)).toEqual([1, 0.9, 0.8, 0.7]);
    expect(made.map(({ seconds }) => seconds)).toEqual([1, 1, 1, 1]);
    expect(asked.map(({ step }) => step)).toEqual([0, 3]);
  });

  it('go on from where gradients were too large, with half the scale', async () => {
    const { strides, asked } = stridesOf(4, 2 ** 14);
    const steps = stepper(strides, 'mixed');
    const made = [];
    for (let step = 0; step < 5; step++) made.push(await steps.make(step, 10 - step));
    expect(made.map(({ loss }) => loss)).toEqual([0, 1, 2, 3, 4]);
    expect(asked).toEqual([
      { step: 0, scale: 65536 },
      { step: 3, scale: 65536 },
      { step: 4, scale: 32768 },
      { step: 4, scale: 16384 },
    ]);
    expect(made.map(({ isAtRest }) => isAtRest)).toEqual([false, false, true, true, false]);
    expect(made.flatMap(({ notes }) => notes)).toEqual([
      expect.stringMatching(/^Step 5 was computed again.* 32768 /),
      expect.stringMatching(/^Step 5 was computed again.* 16384 /),
    ]);
    expect(steps.lossScale()).toEqual({ scale: 16384, finite: 3 });
  });
});
