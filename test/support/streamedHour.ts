import type { RunEvent } from '../../src/protocol/events.ts';
import { eventsOf } from './inventedRun.ts';

/** Messages of ten minutes and of an hour, at the ten a second that a watcher gets at most. */
export const streamed = { tenMinutes: 6000, hour: 36_000 } as const;

const everySteps = 50;
const run = eventsOf({ full: streamed.hour, sparse: 1000, layers: 12 });

/** How a run of 12 layers begins whose full phase has a step for each of these messages. */
export const beginning: readonly RunEvent[] = [
  run.start,
  { type: 'phase', iteration: 1, phase: 'full', steps: streamed.hour },
];

/** The events of its message of this number, from 1: a step, and now and then what is told of the mask. */
export function eventsOfMessage(number: number): RunEvent[] {
  const step = run.step('full', number);
  if (number % everySteps !== 0) return [step];
  return [step, run.mask(number), run.validation('full', number, number < 1000)];
}
