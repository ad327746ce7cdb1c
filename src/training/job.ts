import type { KeptChanges } from '../core/keptChanges.ts';
import type { Parameter } from '../core/parameters.ts';
import type { Precision } from '../core/precision.ts';
import type { Example } from '../data/example.ts';
import type { PackingOptions } from '../data/packing.ts';
import type { Engine } from '../engine/engine.ts';
import type { DropoutRates } from '../model/dropoutSites.ts';
import type { GraphModel } from '../model/stepProgram.ts';
import type { Method, Optimizer, Select, Settle } from '../recipe/types.ts';
import type { SourceDiffs } from './activeSource.ts';
import type { Role } from './roles.ts';
import type { BestStore, TrainingState } from './state.ts';
import type { Weights } from './weights.ts';

/** A phase with its length in steps. */
export interface PhaseSpec {
  readonly steps: number;
  /** Lambda of the L1 term. */
  readonly l1: number;
}

/** A full phase, which may end before its schedule does: after so many steps, or when its mask has settled. */
export interface FullPhaseSpec extends PhaseSpec {
  readonly stopAfter?: number;
  readonly settle?: Settle;
}

/** What is asked of a full phase while it trains. */
export interface LiveWishes {
  /** Another K; undefined: the job's. */
  readonly k: () => number | undefined;
  /** Whether the mask is to be chosen now. */
  readonly selectsNow: () => boolean;
}

export interface ValidationSpec {
  readonly everySteps: number;
  readonly metric: string;
  readonly keepBest: boolean;
  /** Metrics of the current weights. */
  evaluate(weights: Weights): Promise<Readonly<Record<string, number>>>;
}

/** Sources of batches, each with the SFT of its language, which is added to p while one of its batches is computed. */
export interface JobSources {
  readonly names: readonly string[];
  readonly diffs: readonly SourceDiffs[];
  /** The source of each batch of a step, as `TrainingJob.batches` counts them. */
  of(phase: number, step: number): readonly number[];
}

/** Everything that training needs: data and model in memory, and where effects go. */
export interface TrainingJob {
  readonly name: string;
  readonly method: Method;
  readonly model: GraphModel;
  /** p0 of every parameter, in the model's order: base, applied SFTs and fresh head. */
  readonly originals: Map<string, Parameter>;
  readonly roles: ReadonlyMap<string, Role>;
  readonly select: Select;
  /** What the full phase of another run learnt: it takes the place of this run's own. For one iteration. */
  readonly kept?: KeptChanges;
  /** Keeps what the full phase learns, for runs that choose another mask from it. For one iteration. */
  readonly keepFullPhase?: {
    readonly share: number;
    readonly save: (kept: KeptChanges) => Promise<{ readonly bytes: number }>;
  };
  readonly full: FullPhaseSpec;
  readonly live?: LiveWishes;
  readonly sparse: PhaseSpec;
  readonly optimizer: Omit<Optimizer, 'batchSize' | 'accumulate'>;
  readonly l1OnSparseOnly: boolean;
  readonly dropout: DropoutRates;
  /** Single where it is absent. */
  readonly precision?: Precision;
  readonly packing: PackingOptions;
  readonly seed: number;
  readonly engine: Engine;
  readonly threads: number;
  /** Entries of the model from which the optimiser runs on several threads, too; for tests. */
  readonly parallelFrom?: number;
  readonly microTokens: number;
  /** How many runs of its program a full phase makes in one, where the engine can; by default none. It takes more memory there. */
  readonly strides?: number;
  /** The batches of one optimiser step; `phase` counts the run's phases from 0, `step` from 0 in each. */
  batches(phase: number, step: number): readonly (readonly Example[])[];
  /** Where the batches come from, if from several sources. */
  readonly sources?: JobSources;
  readonly validation?: ValidationSpec;
  readonly best: BestStore;
  readonly checkpoint?: {
    /** Whether one should be written now; asked after each step. */
    due(step: number): boolean;
    save(state: TrainingState): Promise<void>;
  };
  readonly resume?: TrainingState;
  /** Tells how the mask forms; at the least so many steps apart. */
  readonly statistics?: { readonly everySteps: number };
  /** Stops after the step under way. */
  readonly signal?: AbortSignal;
}
