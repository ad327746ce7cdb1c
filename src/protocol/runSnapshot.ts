import type {
  CheckpointEvent,
  DoneEvent,
  FailedEvent,
  MaskEvent,
  KeptEvent,
  MovementEvent,
  PhasePlan,
  SelectEvent,
  ShortenedEvent,
  StartEvent,
  StepEvent,
  StoppedEvent,
  ValidationEvent,
} from './events.ts';

export type RunStatus = 'starting' | 'running' | 'done' | 'stopped' | 'failed';

/** A phase, as far as it has come. Numbers are null before there is a step to take them from. */
export interface PhaseSnapshot extends PhasePlan {
  /** Set where the phase has ended before its schedule did; absent in snapshots of older versions. */
  readonly shortened?: ShortenedEvent | undefined;
  /** Steps that are done. */
  readonly done: number;
  readonly last: StepEvent | null;
  /** Mean loss of about the last 50 steps. */
  readonly smoothedLoss: number | null;
  /** Means of about the last 20 steps. */
  readonly secondsPerStep: number | null;
  readonly tokensPerStep: number | null;
  /** Spent on validation in this phase. */
  readonly validationSeconds: number;
  /** In order; where there are very many, older ones are thinned out. */
  readonly validations: readonly ValidationEvent[];
  readonly best: ValidationEvent | null;
}

/** What a run's events amount to: all that progress bars and views show. Plain JSON, of bounded size. */
export interface RunSnapshot {
  readonly status: RunStatus;
  /** null until the run has told what it is. */
  readonly start: StartEvent | null;
  readonly phases: readonly PhaseSnapshot[];
  /** The phase under way, or the last one that was: an index into `phases`; -1 before the first. */
  readonly current: number;
  /** The last of each kind that was told: the mask while it forms, and how far its entries have moved. */
  readonly mask: MaskEvent | null;
  readonly movement: MovementEvent | null;
  /** What the full phase learnt, once it is kept; absent in snapshots of older versions. */
  readonly kept?: KeptEvent | null;
  /** One for each iteration that has chosen its entries. */
  readonly selections: readonly SelectEvent[];
  readonly checkpoint: CheckpointEvent | null;
  /** The last hundred. */
  readonly notes: readonly string[];
  /** Spent on steps, validation and selection. */
  readonly seconds: number;
  /** How the run ended. */
  readonly end: DoneEvent | StoppedEvent | FailedEvent | null;
}

/** A run that has told nothing yet. */
export const emptyRun: RunSnapshot = {
  status: 'starting',
  start: null,
  phases: [],
  current: -1,
  mask: null,
  movement: null,
  selections: [],
  checkpoint: null,
  notes: [],
  seconds: 0,
  end: null,
};

/** A phase of which nothing is done. */
export function emptyPhase({ iteration, phase, steps }: PhasePlan): PhaseSnapshot {
  return {
    iteration,
    phase,
    steps,
    done: 0,
    last: null,
    smoothedLoss: null,
    secondsPerStep: null,
    tokensPerStep: null,
    validationSeconds: 0,
    validations: [],
    best: null,
  };
}
