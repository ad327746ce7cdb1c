import { changeHistogram, newMaskMeter } from '../core/maskStatistics.ts';
import type { Mask } from '../core/mask.ts';
import type { MaskEvent, MovementEvent, PhaseKind } from '../protocol/events.ts';
import { changedParts, maskedParts } from './changeParts.ts';
import type { Weights } from './weights.ts';

/** Share of the training time that statistics may take. */
const MOST = 0.02;

export interface StatisticsOptions {
  readonly weights: Weights;
  readonly iteration: number;
  readonly phase: PhaseKind;
  /** The mask so far; in a sparse phase, what trains. */
  readonly mask: Mask;
  /** Entries that selection will add to it. */
  readonly k: number;
  /** Steps between statistics, at the least. */
  readonly everySteps: number;
}

export interface PhaseStatistics {
  /** Statistics after this step, which took so many seconds, if they are due. */
  after(step: number, seconds: number): MaskEvent | MovementEvent | undefined;
}

/**
 * What forms while a phase trains: in a full phase the mask that selection would choose now, in a sparse phase how far the mask's
 * entries have moved. Due after `everySteps` steps, or later, so that it never takes more than a fiftieth of the time.
 */
export function phaseStatistics(options: StatisticsOptions): PhaseStatistics {
  const measure = options.phase === 'full' ? maskMeasure(options) : movementMeasure(options);
  let cost = 0;
  let trained = 0;
  let last = 0;
  return {
    after(step, seconds) {
      trained += seconds;
      if (step - last < options.everySteps || cost > MOST * trained) return undefined;
      const began = performance.now();
      const event = measure(step);
      cost = (performance.now() - began) / 1000;
      trained = 0;
      last = step;
      return { ...event, seconds: cost };
    },
  };
}

function maskMeasure({ weights, iteration, mask, k }: StatisticsOptions): (step: number) => MaskEvent {
  const meter = newMaskMeter();
  return (step) => {
    const parts = changedParts(weights, mask);
    const { threshold, byPart, overlap, histogram } = meter.measure(
      parts.map(({ part }) => part),
      k,
    );
    return {
      type: 'mask',
      iteration,
      phase: 'full',
      step,
      threshold,
      overlap: overlap ?? null,
      byParameter: Object.fromEntries(parts.map(({ name }, i) => [name, byPart[i]])),
      histogram,
      seconds: 0,
    };
  };
}

function movementMeasure({ weights, iteration, mask }: StatisticsOptions): (step: number) => MovementEvent {
  return (step) => {
    const parts = maskedParts(weights, mask);
    const histogram = changeHistogram(parts.map(({ part }) => part));
    return { type: 'movement', iteration, phase: 'sparse', step, histogram, seconds: 0 };
  };
}
