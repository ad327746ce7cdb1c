import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PhaseKind, RunEvent, StartEvent, StepEvent, ValidationEvent } from './events.ts';
import { reduceRun } from './reduceRun.ts';
import { emptyRun, type RunSnapshot } from './runSnapshot.ts';
import { stepsDone, timeLeft, tokensPerSecond } from './timeLeft.ts';

const start: StartEvent = {
  type: 'start',
  version: 1,
  time: '2030-01-02T03:04:05.000Z',
  name: 'tagger',
  engine: 'compiled',
  threads: 2,
  seed: 1,
  k: 10,
  maskable: 100,
  parameters: 120,
  phases: [
    { iteration: 1, phase: 'full', steps: 100 },
    { iteration: 1, phase: 'sparse', steps: 200 },
    { iteration: 2, phase: 'full', steps: 100 },
    { iteration: 2, phase: 'sparse', steps: 200 },
  ],
};

function step(step: number, change: Partial<StepEvent> = {}): StepEvent {
  return {
    type: 'step',
    iteration: 1,
    phase: 'full',
    step,
    loss: 2,
    l1: 0.5,
    gradientNorm: 1,
    learningRate: 0.01,
    tokens: 300,
    seconds: 0.5,
    ...change,
  };
}

function validation(step: number, value: number, best: boolean): ValidationEvent {
  return {
    type: 'validation',
    iteration: 1,
    phase: 'full',
    step,
    metric: 'accuracy',
    metrics: { accuracy: value },
    best,
    seconds: 10,
  };
}

function fold(...events: RunEvent[]): RunSnapshot {
  return events.reduce(reduceRun, emptyRun);
}

function steps(count: number, change: Partial<StepEvent> = {}): StepEvent[] {
  return Array.from({ length: count }, (_, i) => step(i + 1, change));
}

describe('the snapshot of a run', () => {
  it('starts empty, and knows its phases once the run has started', () => {
    expect(emptyRun.status).toBe('starting');
    const run = fold({ type: 'note', text: 'early' }, start);
    expect(run.status).toBe('running');
    expect(run.notes).toEqual(['early']);
    expect(stepsDone(run)).toEqual({ done: 0, steps: 600 });
    expect(timeLeft(run)).toEqual({ phase: null, run: null });
  });

  it('follows steps: last loss, smoothed loss, speed', () => {
    const run = fold(start, step(1, { loss: 4 }), step(2, { loss: 2 }), step(3, { loss: 3 }));
    const [phase] = run.phases;
    expect(run.current).toBe(0);
    expect(phase).toMatchObject({ done: 3, smoothedLoss: 3, last: { loss: 3 } });
    expect(tokensPerSecond(phase)).toBe(600);
    expect(run.seconds).toBe(1.5);
  });

  it('does not count a step during which the machine slept, in speed and time left', () => {
    const before = fold(start, ...steps(30));
    const after = reduceRun(before, step(31, { seconds: 7200 }));
    expect(after.phases[0]).toMatchObject({ done: 31, secondsPerStep: 0.5, tokensPerStep: 300 });
    expect(timeLeft(after).phase).toBeCloseTo(69 * 0.5, 6);
    expect(tokensPerSecond(after.phases[0])).toBe(600);
    expect(after.seconds).toBeCloseTo(31 * 0.5, 6);
  });

  it('does not count a validation during which the machine slept', () => {
    const first = fold(start, ...steps(20), validation(20, 0.5, true));
    const after = reduceRun(first, { ...validation(20, 0.5, false), seconds: 7200 });
    expect(after.phases[0]?.validationSeconds).toBe(20);
    expect(after.seconds).toBeCloseTo(first.seconds + 10, 6);
    // Its value counts all the same.
    expect(after.phases[0]?.validations).toHaveLength(2);
  });

  it('counts slow steps that are slow for another reason: not very, or several', () => {
    const before = fold(start, ...steps(30));
    const slow = reduceRun(before, step(31, { seconds: 50 }));
    expect(slow.phases[0]?.secondsPerStep).toBeGreaterThan(2);
    const slowed = [31, 32, 33].reduce((run, i) => reduceRun(run, step(i, { seconds: 70 })), before);
    expect(slowed.phases[0]?.secondsPerStep).toBeGreaterThan(5);
    const long = fold(start, ...steps(30, { seconds: 100 }), step(31, { seconds: 1000 }));
    expect(long.phases[0]?.secondsPerStep).toBeGreaterThan(100);
  });

  it('smooths over recent steps only', () => {
    const run = fold(start, ...steps(1000, { loss: 9 }), ...steps(2000, { loss: 1 }).slice(1000));
    expect(run.phases[0]?.smoothedLoss).toBeCloseTo(1, 5);
    expect(run.phases[0]?.steps).toBe(2000);
  });

  it('tells how long is left, with validation, and for phases to come as for the last of their kind', () => {
    const first = [start, ...steps(50), validation(50, 0.5, true)];
    // 50 steps of 0.5 s and 10 s of validation: 0.7 s a step.
    expect(timeLeft(fold(...first)).phase).toBeCloseTo(50 * 0.7, 6);
    expect(timeLeft(fold(...first)).run).toBeCloseTo(550 * 0.7, 6);

    const sparse = { phase: 'sparse' as PhaseKind, seconds: 0.1 };
    const second = fold(...first, ...steps(100).slice(50), ...steps(100, sparse));
    const full = 0.5 + 10 / 100;
    expect(timeLeft(second).phase).toBeCloseTo(100 * 0.1, 6);
    expect(timeLeft(second).run).toBeCloseTo(100 * 0.1 + 100 * full + 200 * 0.1, 6);
  });

  it('keeps validations and the best of each phase', () => {
    const run = fold(start, validation(10, 0.5, true), validation(20, 0.7, true), validation(30, 0.6, false));
    expect(run.phases[0]?.validations.map(({ step }) => step)).toEqual([10, 20, 30]);
    expect(run.phases[0]?.best?.step).toBe(20);
    expect(run.phases[1]?.best).toBeNull();
  });

  it('keeps what was chosen', () => {
    const run = fold(start, {
      type: 'select',
      iteration: 1,
      by: 'lottery',
      k: 5,
      chosen: 5,
      threshold: 0.1,
      byParameter: { a: 5 },
      seconds: 2,
    });
    expect(run.selections[0]?.byParameter).toEqual({ a: 5 });
    expect(run.seconds).toBe(2);
  });

  it('ends done, stopped or failed, and runs again when it is resumed', () => {
    const stopped = fold(start, step(1), { type: 'stopped', time: start.time, reason: 'asked' });
    expect(stopped.status).toBe('stopped');
    expect(timeLeft(stopped)).toEqual({ phase: null, run: null });
    const resumed = reduceRun(stopped, step(2));
    expect(resumed).toMatchObject({ status: 'running', end: null });
  });

  it('begins a phase anew when the run says so', () => {
    const run = fold(start, step(1), { type: 'phase', iteration: 1, phase: 'full', steps: 70 });
    expect(run.phases[0]).toMatchObject({ done: 0, steps: 70, last: null });
  });

  it('takes events whose start is lost', () => {
    const run = fold(step(7, { phase: 'sparse', iteration: 3 }));
    expect(run.phases).toMatchObject([{ iteration: 3, phase: 'sparse', done: 7, steps: 7 }]);
  });

  it('does not mind an event of a later version', () => {
    const run = fold(start, step(1));
    expect(reduceRun(run, { type: 'weather' } as unknown as RunEvent)).toBe(run);
  });

  it('stays small and keeps the best and the last validation, however many there are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4000 }), fc.nat({ max: 3999 }), (count, at) => {
        let run = fold(start);
        for (let i = 1; i <= count; i++) run = reduceRun(run, validation(i, 0.5, i === 1 + (at % count)));
        const phase = run.phases[0];
        expect(phase?.validations.length).toBeLessThanOrEqual(1000);
        expect(phase?.validations).toContain(phase?.best);
        expect(phase?.validations.at(-1)?.step).toBe(count);
      }),
      { numRuns: 10 },
    );
  });

  it('is plain JSON and never changes what it was made from', () => {
    const before = fold(start, step(1), validation(1, 0.5, true));
    const text = JSON.stringify(before);
    reduceRun(before, step(2));
    reduceRun(before, { type: 'note', text: 'x' });
    expect(JSON.stringify(before)).toBe(text);
    expect(JSON.parse(text)).toEqual(before);
  });
});
