import type { PhaseKind } from '../../src/protocol/events.ts';
import type { PhaseSeries } from '../../src/protocol/runSeries.ts';

/** A phase of a run. */
export interface PhasePlace {
  readonly iteration: number;
  readonly phase: PhaseKind;
}

/** A phase's part of the axis on which all phases lie one after the other. */
export interface PhaseSpan extends PhasePlace {
  /** Steps of the phases before it. */
  readonly from: number;
  readonly steps: number;
}

/** One axis for several runs: a phase begins at the same place in all, and is as long as the longest. */
export function stepAxis(runs: readonly (readonly PhaseSeries[])[]): readonly PhaseSpan[] {
  const found: { iteration: number; phase: PhaseKind; steps: number }[] = [];
  for (const { iteration, phase, ...series } of runs.flat()) {
    const steps = Math.max(series.steps, series.counts.length === 0 ? 0 : lastStep(series));
    const same = found.find((one) => isSamePhase(one, { iteration, phase }));
    if (same === undefined) found.push({ iteration, phase, steps });
    else same.steps = Math.max(same.steps, steps);
  }
  found.sort((a, b) => a.iteration - b.iteration || order(a.phase) - order(b.phase));
  let from = 0;
  return found.map((phase) => {
    const span = { ...phase, from };
    from += phase.steps;
    return span;
  });
}

/** Where a step of a phase lies; undefined for a phase that the axis does not have. */
export function positionOf(axis: readonly PhaseSpan[], place: PhasePlace, step: number): number | undefined {
  const span = axis.find((one) => isSamePhase(one, place));
  return span === undefined ? undefined : span.from + step;
}

/** The phase and its step at a position. */
export function stepAt(axis: readonly PhaseSpan[], x: number): (PhasePlace & { step: number }) | undefined {
  const span = axis.find(({ from, steps }) => x <= from + steps) ?? axis.at(-1);
  if (span === undefined) return undefined;
  const { iteration, phase, from } = span;
  return { iteration, phase, step: Math.max(0, Math.round(x - from)) };
}

/** Steps of all phases. */
export function axisEnd(axis: readonly PhaseSpan[]): number {
  const last = axis.at(-1);
  return last === undefined ? 0 : last.from + last.steps;
}

/** From the first step to the end of the last phase that has begun in one of the runs. */
export function begunRange(
  axis: readonly PhaseSpan[],
  runs: readonly (readonly PhaseSeries[])[],
): readonly [number, number] {
  const begun = runs.flat().filter(({ counts }) => counts.length > 0);
  const last = axis.findLast((span) => begun.some((one) => isSamePhase(one, span))) ?? axis[0];
  return [0, Math.max(1, last === undefined ? 0 : last.from + last.steps)];
}

/** A range that the user asked for, within what there is; null where it is all of it. */
export function boundedZoom(
  [from, to]: readonly [number, number],
  end: number,
): readonly [number, number] | null {
  const low = Math.max(0, Math.min(from, end - 2));
  const high = Math.min(end, Math.max(to, low + 2));
  return low <= 0 && high >= end ? null : [low, high];
}

export function isSamePhase(a: PhasePlace, b: PhasePlace): boolean {
  return a.iteration === b.iteration && a.phase === b.phase;
}

function lastStep({ width, counts }: Pick<PhaseSeries, 'width' | 'counts'>): number {
  return (counts.length - 1) * width + (counts.at(-1) ?? 0);
}

function order(phase: PhaseKind): number {
  return phase === 'full' ? 0 : 1;
}
