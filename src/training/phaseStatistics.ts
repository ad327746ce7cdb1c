import { changeHistogram, newMaskMeter, type MaskMeter } from '../core/maskStatistics.ts';
import type { Mask } from '../core/mask.ts';
import type { MaskGroup } from '../core/maskGroups.ts';
import { percent } from '../core/texts.ts';
import type { MaskEvent, MovementEvent, NoteEvent, PhaseKind } from '../protocol/events.ts';
import { changedParts, maskedParts } from './changeParts.ts';
import type { Settle } from '../recipe/types.ts';
import type { SettlingState } from './state.ts';
import type { Weights } from './weights.ts';

/** Share of the training time that statistics may take. */
const MOST = 0.02;
/** What statistics that are made whatever they cost must have come to before it is worth a word: their first ones are slow. */
const NOTED = { reports: 3, seconds: 1 };

export interface StatisticsOptions {
  readonly weights: Weights;
  readonly iteration: number;
  readonly phase: PhaseKind;
  /** The mask so far; in a sparse phase, what trains. */
  readonly mask: Mask;
  /** Where selection would add entries to it now, and how many. */
  readonly groups: () => readonly MaskGroup[];
  /** Steps between statistics, at the least. */
  readonly everySteps: number;
  /** When a full phase ends because its mask has settled; statistics are then made at exactly `everySteps`. */
  readonly settle?: Settle | undefined;
  /** How settled it was before. */
  readonly settling?: SettlingState | undefined;
  /** The clock, in milliseconds; that of the system unless given. */
  readonly now?: (() => number) | undefined;
}

export interface PhaseStatistics {
  /** Statistics after this step, which took so many seconds, if they are due; with a note where they cost too much. */
  after(step: number, seconds: number): (MaskEvent | MovementEvent | NoteEvent)[];
  /** Whether the mask has settled. */
  readonly isSettled: () => boolean;
  /** What is to be kept of that for a run that is resumed. */
  readonly settling: () => SettlingState | undefined;
}

/**
 * What forms while a phase trains: in a full phase the mask that selection would choose now, in a sparse phase how far the mask's
 * entries have moved. Due after `everySteps` steps, or later, so that it never takes more than a fiftieth of the time. Where a settled
 * mask ends the phase, that may not depend on how fast the machine is: there they are made on time, and a note says what they cost.
 */
export function phaseStatistics(options: StatisticsOptions): PhaseStatistics {
  const { settle, settling, everySteps, now = systemClock } = options;
  const meter = newMaskMeter();
  if (settling !== undefined) meter.remember(settling.marks);
  const measure = options.phase === 'full' ? maskMeasure(options, meter) : movementMeasure(options);
  const costs = newCosts();
  let count = settling?.count ?? 0;
  let last = 0;
  const isDue = (step: number): boolean =>
    settle === undefined ? step - last >= everySteps && costs.allowAnother() : step % everySteps === 0;
  return {
    after(step, seconds) {
      costs.train(seconds);
      if (!isDue(step)) return [];
      const began = now();
      const event = measure(step);
      const cost = (now() - began) / 1000;
      costs.report(cost);
      last = step;
      if (event.type === 'mask' && settle !== undefined) {
        count = (event.overlap ?? 0) >= settle.overlap ? count + 1 : 0;
      }
      const told = { ...event, seconds: cost };
      const share = settle === undefined ? undefined : costs.excess();
      return share === undefined ? [told] : [told, costNote(share, everySteps)];
    },
    isSettled: () => settle !== undefined && count >= settle.over,
    settling() {
      const marks = meter.remembered();
      return settle === undefined || marks === undefined ? undefined : { count, marks };
    },
  };
}

function systemClock(): number {
  return performance.now();
}

/** What statistics cost, beside what training takes; in seconds. */
function newCosts() {
  let trained = 0;
  let trainedSince = 0;
  let spent = 0;
  let last = 0;
  let reports = 0;
  let told = false;
  return {
    train(seconds: number): void {
      trained += seconds;
      trainedSince += seconds;
    },
    report(seconds: number): void {
      spent += seconds;
      last = seconds;
      reports++;
      trainedSince = 0;
    },
    /** Whether the training since the last ones has paid for them. */
    allowAnother: (): boolean => last <= MOST * trainedSince,
    /** Their share of the training time, once, if it is more than it may be. */
    excess(): number | undefined {
      if (told || reports < NOTED.reports || spent < NOTED.seconds || spent <= MOST * trained)
        return undefined;
      told = true;
      return spent / trained;
    },
  };
}

function costNote(share: number, everySteps: number): NoteEvent {
  const enough = Math.ceil((everySteps * share) / MOST);
  const text = `The statistics by which full.settle ends the full phase take ${percent(share)} of the training time: report: { everySteps: ${roundedUp(enough)} } keeps them under ${percent(MOST, 0)}.`;
  return { type: 'note', text };
}

/** To two digits: 1234 becomes 1300. */
function roundedUp(n: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(n)) - 1);
  return Math.ceil(n / unit) * unit;
}

function maskMeasure(
  { weights, iteration, mask, groups }: StatisticsOptions,
  meter: MaskMeter,
): (step: number) => MaskEvent {
  return (step) => {
    const all = changedParts(weights, mask);
    const wanted = groups().map(({ has, k }) => ({ parts: all.filter(has), k }));
    const { threshold, byPart, overlap, histogram } = meter.measure(
      wanted.map(({ parts, k }) => ({ parts: parts.map(({ part }) => part), k })),
    );
    const parts = wanted.flatMap((group) => group.parts);
    return {
      type: 'mask',
      iteration,
      phase: 'full',
      step,
      k: wanted.reduce((sum, { k }) => sum + k, 0),
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
