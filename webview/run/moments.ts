import type { ChangeHistogram } from '../../src/protocol/events.ts';
import type { MaskFrame, MaskHistory, MovementFrame } from '../../src/protocol/maskHistory.ts';
import type { MomentPlace } from '../../src/protocol/runPanel.ts';

/** A moment to which the time slider goes: of the mask while it forms, or of movement in a chosen one. */
export type Moment =
  | { readonly kind: 'mask'; readonly mask: MaskFrame }
  | { readonly kind: 'movement'; readonly mask: MaskFrame | null; readonly movement: MovementFrame };

/** All moments in the order of time: in each iteration masks, the chosen one, movements. */
export function momentsOf({ frames, movements }: MaskHistory): readonly Moment[] {
  const iterations = new Set([...frames, ...movements].map(({ iteration }) => iteration));
  return [...iterations]
    .sort((a, b) => a - b)
    .flatMap((iteration): Moment[] => {
      const masks = frames.filter((frame) => frame.iteration === iteration);
      const mask = masks.findLast((frame) => frame.step === null) ?? masks.at(-1) ?? null;
      const moved = movements.filter((one) => one.iteration === iteration);
      return [
        ...masks.map((mask): Moment => ({ kind: 'mask', mask })),
        ...moved.map((movement): Moment => ({ kind: 'movement', mask, movement })),
      ];
    });
}

/** The moment that is shown: the one asked for, or the newest. */
export function momentAt(moments: readonly Moment[], frame: number | null): Moment | undefined {
  return moments[Math.min(moments.length - 1, frame ?? Infinity)];
}

/** Where a moment stands among those of a later time, of which some older ones are gone: it, or the one before it. */
export function placeAmong(moments: readonly Moment[], shown: MomentPlace): number {
  const found = moments.findLastIndex((one) => !isAfter(placeOf(one), shown));
  return Math.max(0, found);
}

function isAfter(a: MomentPlace, b: MomentPlace): boolean {
  const [at, of] = [a, b].map(([iteration, phase, step]) => [iteration, phase, step ?? Infinity]);
  const differs = at.findIndex((value, i) => value !== of[i]);
  return differs >= 0 && at[differs] > of[differs];
}

/** Where a moment is in time. */
export function placeOf(moment: Moment): MomentPlace {
  if (moment.kind === 'movement') return [moment.movement.iteration, 1, moment.movement.step];
  return [moment.mask.iteration, 0, moment.mask.step];
}

/** Limits within which all histograms of a kind lie, so that times can be compared. */
export interface HistogramLimits {
  /** Exponents of 2. */
  readonly exponents: readonly [number, number];
  readonly most: number;
}

/** Limits for histograms; a fallback where there is none. */
export function limitsOf(histograms: readonly ChangeHistogram[]): HistogramLimits {
  let low = Infinity;
  let high = -Infinity;
  let most = 1;
  for (const { first, counts } of histograms) {
    counts.forEach((count, i) => {
      if (count === 0) return;
      low = Math.min(low, first + i);
      high = Math.max(high, first + i + 1);
      most = Math.max(most, count);
    });
  }
  return { exponents: low < high ? [low, high] : [-30, 0], most };
}

/** Histograms of the moments of one kind. */
export function histogramsOf(moments: readonly Moment[], kind: Moment['kind']): readonly ChangeHistogram[] {
  return moments.flatMap((moment) => {
    if (moment.kind !== kind) return [];
    return moment.kind === 'movement' ? [moment.movement.histogram] : (moment.mask.histogram ?? []);
  });
}
