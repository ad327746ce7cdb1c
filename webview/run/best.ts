import type { ValidationEvent } from '../../src/protocol/events.ts';
import type { RunSnapshot } from '../../src/protocol/runSnapshot.ts';
import { texts } from './texts.ts';

/**
 * The validation whose values went into the SFT: of the last phase alone, for what the ones before kept was only where the next began.
 * null before the run is done, and where the SFT has the last values and not the best (`keepBest: false`).
 */
export function keptBest(
  { end, phases }: Pick<RunSnapshot, 'end' | 'phases'>,
  metric: string,
): ValidationEvent | null {
  const phase = phases.at(-1);
  if (end?.type !== 'done' || phase === undefined || phase.best === null) return null;
  const { best, validations } = phase;
  const reached = end.metrics[metric];
  const isLast = reached === validations.at(-1)?.metrics[metric] && reached !== best.metrics[metric];
  return isLast ? null : best;
}

/** `best of the sparse phase`: each phase has its own. */
export function bestOf({ iteration, phase }: ValidationEvent, phases: RunSnapshot['phases']): string {
  const several = phases.some((one) => one.iteration > 1);
  return texts.bestOf(several ? iteration : null, phase);
}
