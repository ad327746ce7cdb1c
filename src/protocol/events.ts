import type { ChangeHistogram } from '../core/maskStatistics.ts';

export type { ChangeHistogram };

/** What a run tells: one JSON object a line in `events.jsonl`, in this order of time. */
export type RunEvent =
  | StartEvent
  | PhaseEvent
  | StepEvent
  | ValidationEvent
  | MaskEvent
  | MovementEvent
  | ShortenedEvent
  | KeptEvent
  | SelectEvent
  | RewindEvent
  | CheckpointEvent
  | NoteEvent
  | DoneEvent
  | StoppedEvent
  | FailedEvent;

export type PhaseKind = 'full' | 'sparse';

export interface PhasePlan {
  /** Counts from 1. */
  readonly iteration: number;
  readonly phase: PhaseKind;
  readonly steps: number;
}

export interface StartEvent {
  readonly type: 'start';
  readonly version: 1;
  readonly time: string;
  readonly name: string;
  readonly engine: string;
  readonly threads: number;
  readonly seed: number;
  /** Entries that the mask will have; maskable entries; all parameters of the model. */
  readonly k: number;
  readonly maskable: number;
  readonly parameters: number;
  /** Entries that may be in a mask, by parameter; runs of the first version do not tell it. */
  readonly maskableByParameter?: Readonly<Record<string, number>> | undefined;
  /** How the entries of a mask are chosen, where there is one; runs of earlier versions do not tell it. */
  readonly by?: string | undefined;
  /** Whether layers have parts of the mask for themselves, so that it has a threshold in each of them. */
  readonly hasBudget?: boolean | undefined;
  readonly phases: readonly PhasePlan[];
}

export interface PhaseEvent extends PhasePlan {
  readonly type: 'phase';
}

export interface StepEvent {
  readonly type: 'step';
  readonly iteration: number;
  readonly phase: PhaseKind;
  /** Counts from 1 in each phase. */
  readonly step: number;
  /** Mean loss of the step's batches, without L1. */
  readonly loss: number;
  /** lambda * sum|p - p0| / N. */
  readonly l1: number;
  /** Norm of the masked gradient with L1, before clipping. */
  readonly gradientNorm: number;
  readonly learningRate: number;
  /** Word pieces in the step's batches. */
  readonly tokens: number;
  readonly seconds: number;
  /** Mean loss of the batches of each source, where there are several sources; of those that this step had. */
  readonly lossBySource?: Readonly<Record<string, number>> | undefined;
}

export interface ValidationEvent {
  readonly type: 'validation';
  readonly iteration: number;
  readonly phase: PhaseKind;
  readonly step: number;
  readonly metric: string;
  readonly metrics: Readonly<Record<string, number>>;
  /** Whether it is the phase's best so far. */
  readonly best: boolean;
  readonly seconds: number;
}

/** In a full phase: the mask that selection would choose now. */
export interface MaskEvent {
  readonly type: 'mask';
  readonly iteration: number;
  readonly phase: 'full';
  readonly step: number;
  /** Entries asked for in this iteration; runs of earlier versions do not tell it. */
  readonly k?: number | undefined;
  /** The smallest |p - p0| in it. */
  readonly threshold: number;
  /** Jaccard index with the one of the event before; null in the first event of a phase. */
  readonly overlap: number | null;
  /** Its entries by parameter. */
  readonly byParameter: Readonly<Record<string, number>>;
  /** Of all entries that it was chosen from. */
  readonly histogram: ChangeHistogram;
  /** What finding out took. */
  readonly seconds: number;
}

/** In a sparse phase: how far the entries of the mask have moved from p0. */
export interface MovementEvent {
  readonly type: 'movement';
  readonly iteration: number;
  readonly phase: 'sparse';
  readonly step: number;
  readonly histogram: ChangeHistogram;
  readonly seconds: number;
}

/** A full phase has ended before its schedule did. */
export interface ShortenedEvent {
  readonly type: 'shortened';
  readonly iteration: number;
  readonly phase: 'full';
  /** Its last step, and the steps that it would have had. */
  readonly step: number;
  readonly steps: number;
  /** Somebody asked for it, or its mask had settled. */
  readonly reason: 'asked' | 'settled';
}

/** What the full phase learnt has been kept. */
export interface KeptEvent {
  readonly type: 'kept';
  /** Entries that are kept, and that have moved. */
  readonly count: number;
  readonly moved: number;
  /** Of the file. */
  readonly bytes: number;
  readonly seconds: number;
}

export interface SelectEvent {
  readonly type: 'select';
  readonly iteration: number;
  readonly by: string;
  /** Entries asked for in this iteration, and chosen: fewer where fewer have moved. */
  readonly k: number;
  readonly chosen: number;
  readonly threshold: number;
  /** Entries of the whole mask by parameter. */
  readonly byParameter: Readonly<Record<string, number>>;
  readonly seconds: number;
}

export interface RewindEvent {
  readonly type: 'rewind';
  readonly iteration: number;
}

export interface CheckpointEvent {
  readonly type: 'checkpoint';
  readonly iteration: number;
  readonly phase: PhaseKind;
  readonly step: number;
}

/** Something that the user should know and that is no error. */
export interface NoteEvent {
  readonly type: 'note';
  readonly text: string;
}

export interface DoneEvent {
  readonly type: 'done';
  readonly time: string;
  readonly seconds: number;
  readonly file: string;
  readonly entries: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** Of the metric by which the task is judged; older runs do not tell it. */
  readonly interval?: MetricInterval | undefined;
}

/** The 95 % bootstrap interval of a metric, in the metric's own unit. */
export interface MetricInterval {
  readonly metric: string;
  readonly low: number;
  readonly high: number;
}

export interface StoppedEvent {
  readonly type: 'stopped';
  readonly time: string;
  readonly reason: string;
}

export interface FailedEvent {
  readonly type: 'failed';
  readonly time: string;
  readonly code: string;
  readonly message: string;
}
