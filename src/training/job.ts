import type { Parameter } from '../core/parameters.ts';
import type { Example } from '../data/example.ts';
import type { PackingOptions } from '../data/packing.ts';
import type { Engine } from '../engine/engine.ts';
import type { DropoutRates } from '../model/dropoutSites.ts';
import type { GraphModel } from '../model/stepProgram.ts';
import type { Method, Optimizer, Select } from '../recipe/types.ts';
import type { Role } from './roles.ts';
import type { BestStore, TrainingState } from './state.ts';
import type { Weights } from './weights.ts';

/** A phase with its length in steps. */
export interface PhaseSpec {
  readonly steps: number;
  /** Lambda of the L1 term. */
  readonly l1: number;
}

export interface ValidationSpec {
  readonly everySteps: number;
  readonly metric: string;
  readonly keepBest: boolean;
  /** Metrics of the current weights. */
  evaluate(weights: Weights): Promise<Readonly<Record<string, number>>>;
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
  readonly full: PhaseSpec;
  readonly sparse: PhaseSpec;
  readonly optimizer: Omit<Optimizer, 'batchSize' | 'accumulate'>;
  readonly l1OnSparseOnly: boolean;
  readonly dropout: DropoutRates;
  readonly packing: PackingOptions;
  readonly seed: number;
  readonly engine: Engine;
  readonly threads: number;
  /** Entries of the model from which the optimiser runs on several threads, too; for tests. */
  readonly parallelFrom?: number;
  readonly microTokens: number;
  /** The batches of one optimiser step; `phase` counts the run's phases from 0, `step` from 0 in each. */
  batches(phase: number, step: number): readonly (readonly Example[])[];
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
