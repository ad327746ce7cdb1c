import type { StepEvent } from '../../src/protocol/events.ts';
import type { train } from '../../src/training/train.ts';

/** Goes on to the end of the next step; undefined at the end of the run. */
export async function nextStep(run: ReturnType<typeof train>): Promise<StepEvent | undefined> {
  for (;;) {
    const next = await run.next();
    if (next.done === true) return undefined;
    if (next.value.type === 'step') return next.value;
  }
}
