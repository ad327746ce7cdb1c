import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LiveStatus } from '../protocol/liveRun.ts';
import { TrainingStopped } from '../training/phase.ts';
import { newSteering, type RunSteering } from './runSteering.ts';

const requests = ['pause', 'resume', 'stop'] as const;
type Request = (typeof requests)[number];

/** A run of so many steps as the trainer makes it: waits for its turn, and saves where a checkpoint is wanted. */
interface ModelRun {
  readonly steering: RunSteering;
  /** Every status that others were told. */
  readonly told: LiveStatus[];
  readonly trace: string[];
  readonly ended: Promise<'done' | 'stopped'>;
}

function runOf(steps: number, pause: (what: string) => Promise<unknown>): ModelRun {
  const told: LiveStatus[] = [];
  const trace: string[] = [];
  let holds = false;
  let noticed: (() => void) | undefined;
  const change = () =>
    new Promise<void>((resolve) => {
      noticed = resolve;
    });
  const steering: RunSteering = newSteering({
    async changed(status) {
      told.push(status);
      noticed?.();
      await pause(`changed ${status}`);
    },
    async enter() {
      // A turn is had at once here, but not by a run that does not wait in the queue.
      await pause('enter');
      while (steering.status() === 'paused') await change();
      expect(holds).toBe(false);
      holds = true;
      trace.push('enter');
    },
    async leave() {
      await pause('leave');
      holds = false;
      trace.push('leave');
    },
  });
  const work = async () => {
    if (!(await steering.start())) return 'stopped';
    for (let step = 1; step <= steps; step++) {
      expect(holds).toBe(true);
      trace.push(`step ${step}`);
      await pause('step');
      const isEnding = steering.signal.aborted;
      try {
        if (isEnding || steering.wantsPause()) {
          await pause('save');
          await steering.pauseHere();
        }
      } catch (error) {
        if (error instanceof TrainingStopped) return 'stopped';
        throw error;
      }
      if (isEnding) return 'stopped';
    }
    return 'done';
  };
  return { steering, told, trace, ended: work() };
}

const breath = () => new Promise((resolve) => setImmediate(resolve));

describe('a run that is steered', () => {
  it('is never stuck, whatever is asked and whenever: it ends after a stop, and trains to its end after a resume', async () => {
    const ends = { done: 0, stopped: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.constantFrom(...requests), { maxLength: 12 }),
        async (scheduler, asked) => {
          const run = runOf(6, (what) => scheduler.schedule(Promise.resolve(), what));
          const isStopped = () => run.steering.signal.aborted;
          const all = scheduler.scheduleSequence(
            asked.map((request) => ({
              label: request,
              builder: () => Promise.resolve(run.steering[request]()),
            })),
          );
          const ending: { how?: string } = {};
          void run.ended.then((how) => (ending.how = how));
          // What can go on by itself does; a run that is paused is then asked to resume.
          for (let round = 0; round < 50 && ending.how === undefined; round++) {
            await scheduler.waitIdle();
            await breath();
            if (all.done) run.steering.resume();
          }
          const end = ending.how;
          expect(end).toBe(isStopped() && end !== 'done' ? 'stopped' : 'done');
          ends[end === 'done' ? 'done' : 'stopped']++;
          const steps = run.trace.filter((what) => what.startsWith('step'));
          expect(steps).toEqual(steps.map((_, i) => `step ${i + 1}`));
          if (!isStopped()) expect(steps).toHaveLength(6);
        },
      ),
      { numRuns: 300 },
    );
    expect(ends.done).toBeGreaterThan(0);
    expect(ends.stopped).toBeGreaterThan(0);
  });

  /** Asks where a run is at one of its effects. */
  async function asking(when: Readonly<Record<string, readonly Request[]>>, steps = 3): Promise<ModelRun> {
    const left = new Map(Object.entries(when));
    const run = runOf(steps, async (what) => {
      await breath();
      const asked = left.get(what) ?? [];
      left.delete(what);
      for (const request of asked) run.steering[request]();
    });
    await run.ended;
    return run;
  }

  it('pauses behind a step, leaves the machine, and waits for it again', async () => {
    const run = await asking({ step: ['pause'], leave: [], 'changed paused': ['resume'] });
    expect(run.told).toEqual(['running', 'pausing', 'paused', 'queued', 'running']);
    expect(run.trace).toEqual(['enter', 'step 1', 'leave', 'enter', 'step 2', 'step 3']);
  });

  it('goes on at once where it is resumed before it has paused', async () => {
    const run = await asking({ step: ['pause', 'resume'] });
    expect(run.told).toEqual(['running', 'pausing', 'running']);
    expect(run.trace).not.toContain('leave');
  });

  it('goes on where it is resumed while it still leaves the machine', async () => {
    const run = await asking({ step: ['pause'], leave: ['resume'] });
    expect(await run.ended).toBe('done');
  });

  it('leaves the queue while it is paused there', async () => {
    const run = await asking({ enter: ['pause'], 'changed paused': ['resume'] });
    expect(run.told).toEqual(['paused', 'queued', 'running']);
    expect(run.trace.filter((what) => what.startsWith('step'))).toHaveLength(3);
  });

  it.each<[string, Readonly<Record<string, readonly Request[]>>, number]>([
    ['in the queue', { enter: ['stop'] }, 0],
    ['paused in the queue', { enter: ['pause', 'stop'] }, 0],
    ['in a step', { step: ['stop'] }, 1],
    ['that is to pause', { step: ['pause', 'stop'] }, 1],
    ['that is paused', { step: ['pause'], 'changed paused': ['stop'] }, 1],
    ['that leaves the machine', { step: ['pause'], leave: ['stop'] }, 1],
    [
      'that waits for the machine again',
      { step: ['pause'], leave: ['resume'], 'changed queued': ['stop'] },
      1,
    ],
    ['twice', { step: ['stop', 'stop', 'pause', 'resume'] }, 1],
  ])('a run %s ends when it is stopped', async (_, when, steps) => {
    const run = await asking(when);
    expect(await run.ended).toBe('stopped');
    expect(run.steering.status()).toBe('stopping');
    expect(run.trace.filter((what) => what.startsWith('step'))).toHaveLength(steps);
  });

  it('takes a K that every iteration can have a part of, and that there are entries for', () => {
    const { steering } = runOf(0, breath);
    const { wishes } = steering;
    expect(wishes.k()).toBeUndefined();
    wishes.limit(2, 100);
    for (const k of [2, 100, 7]) steering.choose(k);
    // The last one counts, and one that is refused changes nothing.
    for (const k of [1, 101, 7.5, NaN]) {
      expect(() => steering.choose(k)).toThrow('K must be a whole number from 2 to 100.');
    }
    expect(wishes.k()).toBe(7);
  });
});
