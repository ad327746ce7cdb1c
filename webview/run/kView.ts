import type { LiveState } from '../../src/protocol/liveRun.ts';
import type { RunSnapshot } from '../../src/protocol/runSnapshot.ts';
import { aboutThreshold, type AboutThreshold } from './aboutThreshold.ts';
import { kRange, type KRange } from './kScale.ts';
import type { KWishes, PanelModel } from './model.ts';

/** K of a run whose mask forms, as the page shows it and lets it be changed. */
export interface KView {
  /** What the slider stands at. */
  readonly k: number;
  readonly range: KRange;
  readonly maskable: number;
  /** `moving`: nobody has been asked yet; `waiting`: the statistics that are shown are of another K. */
  readonly state: 'set' | 'moving' | 'waiting';
  /** A paused run makes no statistics. */
  readonly isPaused: boolean;
  /** What k would choose by the last statistics, while it is not the K that they were made for; null with a budget of layers. */
  readonly about: AboutThreshold | null;
  /** Whether layers have parts of the mask for themselves: then one histogram does not tell what another K would choose. */
  readonly hasBudget: boolean;
  /** Of the last statistics, exactly. */
  readonly threshold: number | null;
  /** The recipe's K, with which the run was started, where it has another one by now. */
  readonly backTo: number | null;
  /** What stands in the number field is no K, and not this one. */
  readonly isWrong: boolean;
}

/** K of the run that a panel shows; null where it cannot be changed, or not by the size of changes. */
export function kView({ shown, k: wishes }: Pick<PanelModel, 'shown' | 'k'>): KView | null {
  if (shown === null || shown.presence.kind !== 'live') return null;
  const { view, presence } = shown;
  return viewOf(view.run, presence.live, wishes);
}

function viewOf(run: RunSnapshot, live: LiveState, { held, asked, isWrong }: KWishes): KView | null {
  const { start } = run;
  const { status } = live;
  const canAsk = status === 'running' || status === 'pausing' || status === 'paused';
  if (start === null || !canAsk || live.k === undefined || !formsMask(run)) return null;
  const set = kOf(run, live);
  if (set === undefined) return null;
  const { maskable, hasBudget = false } = start;
  const iterations = iterationsOf(run);
  const k = held ?? asked ?? set;
  const newest = newestMask(run);
  const each = Math.floor(k / iterations);
  const isNew = newest === null ? k !== start.k : newest.k !== each;
  let state: KView['state'] = 'set';
  if (held !== null) state = 'moving';
  else if (isNew) state = 'waiting';
  return {
    k,
    range: kRange(maskable, set, iterations),
    maskable,
    state,
    isPaused: status === 'paused',
    about: isNew && newest !== null && !hasBudget ? aboutThreshold(newest.histogram, each) : null,
    hasBudget,
    threshold: newest?.threshold ?? null,
    backTo: start.k === (asked ?? set) ? null : start.k,
    isWrong,
  };
}

/**
 * How many entries the mask of a run is to have in all its iterations, as far as it has told; undefined before it starts. `live`
 * knows of a K that was asked for since the last event.
 */
export function kOf(run: RunSnapshot, live?: LiveState): number | undefined {
  const { start, mask } = run;
  if (start === null || start.k === 0) return start?.k;
  if (isBeforeChoice(run) && typeof live?.k === 'number') return live.k;
  const iterations = iterationsOf(run);
  const chosen = run.selections.at(-1);
  const told = mask !== null && mask.iteration > (chosen?.iteration ?? 0) ? mask.k : chosen?.k;
  // What is told is of one iteration.
  if (told === undefined || told === Math.floor(start.k / iterations)) return start.k;
  return told * iterations;
}

/** Whether a full phase is under way after which the entries that have moved furthest are chosen. */
function formsMask(run: RunSnapshot): boolean {
  const { done, steps } = run.phases[run.current] ?? { done: 0, steps: 0 };
  return isBeforeChoice(run) && run.start?.by === 'lottery' && !(steps > 0 && done >= steps);
}

/** Whether the entries of the iteration under way are still to be chosen. */
function isBeforeChoice({ phases, current, selections }: RunSnapshot): boolean {
  const phase = phases[current];
  return phase?.phase === 'full' && !selections.some(({ iteration }) => iteration === phase.iteration);
}

/** The last statistics of the full phase under way. */
function newestMask({ mask, phases, current }: RunSnapshot): RunSnapshot['mask'] {
  return mask !== null && mask.iteration === phases[current]?.iteration ? mask : null;
}

function iterationsOf({ phases }: RunSnapshot): number {
  return Math.max(1, ...phases.map(({ iteration }) => iteration));
}
