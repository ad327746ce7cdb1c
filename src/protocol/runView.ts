import type { RunEvent } from './events.ts';
import { addToHistory, newMaskHistory, type MaskHistory } from './maskHistory.ts';
import { reduceRun, stepSeconds } from './reduceRun.ts';
import { addStep, newPhaseSeries, type PhaseSeries } from './runSeries.ts';
import { emptyRun, type RunSnapshot } from './runSnapshot.ts';

/**
 * Everything that a view of a run shows: where it stands, its curves, and the mask through time. Plain JSON of bounded
 * size, whatever the length of the run. Whoever has one folds further events into it and has what the run has.
 */
export interface RunView {
  /** How many events were folded into it: a batch of events says from which number it goes on. */
  events: number;
  run: RunSnapshot;
  /** In the order of the phases. */
  readonly series: PhaseSeries[];
  masks: MaskHistory;
}

/** A view of a run that has told nothing yet. */
export function newRunView(): RunView {
  return { events: 0, run: emptyRun, series: [], masks: newMaskHistory() };
}

/** Folds one event into a view; changes the view. The same events in the same order give the same view anywhere. */
export function foldEvent(view: RunView, event: RunEvent): void {
  view.events++;
  const before = view.run;
  view.run = reduceRun(view.run, event);
  switch (event.type) {
    case 'start':
      view.series.splice(0, view.series.length, ...event.phases.map((plan) => newPhaseSeries(plan)));
      view.masks = newMaskHistory(event.maskableByParameter);
      break;
    case 'phase':
      replaceSeries(view.series, newPhaseSeries(event));
      break;
    case 'step':
      addStep(seriesOf(view, event), event, stepSeconds(before, event));
      break;
    case 'mask':
    case 'select':
    case 'movement':
      addToHistory(view.masks, event);
      break;
    default:
  }
}

function seriesOf({ series, run }: RunView, place: Pick<PhaseSeries, 'iteration' | 'phase'>): PhaseSeries {
  const found = series.find((one) => isSame(one, place));
  if (found !== undefined) return found;
  const added = newPhaseSeries({ ...place, steps: run.phases[run.current]?.steps ?? 0 });
  series.push(added);
  return added;
}

function replaceSeries(series: PhaseSeries[], fresh: PhaseSeries): void {
  const at = series.findIndex((one) => isSame(one, fresh));
  if (at < 0) series.push(fresh);
  else series[at] = fresh;
}

function isSame(a: Pick<PhaseSeries, 'iteration' | 'phase'>, b: Pick<PhaseSeries, 'iteration' | 'phase'>) {
  return a.iteration === b.iteration && a.phase === b.phase;
}
