import { cpus } from 'node:os';
import { countedExamples } from '../data/mixedSchedule.ts';
import type { Engine } from '../engine/engine.ts';
import { phaseSteps, stepsPerEpoch } from '../recipe/length.ts';
import type { ResolvedRecipe } from '../recipe/types.ts';
import type { CheckpointExtra } from '../runs/checkpoint.ts';
import { graphModel, microTokensFor, packingOptions } from '../training/graphModel.ts';
import type { TrainingJob } from '../training/job.ts';
import { newPredictor, type Predictor } from '../training/predictor.ts';
import type { PreparedRun } from './prepare.ts';
import { trainingBatches } from './trainingBatches.ts';

type Effects = Pick<TrainingJob, 'best'> &
  Partial<Pick<TrainingJob, 'checkpoint' | 'resume' | 'signal'>> & {
    readonly keepFullPhase?: TrainingJob['keepFullPhase'];
    readonly live?: TrainingJob['live'] | undefined;
  };

export interface JobOptions extends Effects {
  readonly engine: Engine;
  readonly threads: number;
  /** Word pieces in one run; decided by the model's size unless a checkpoint says what it was. */
  readonly microTokens?: number;
  /** Whether the engine's device has room for several steps in one run. */
  readonly strides?: boolean;
  /** As `countedExamples`, where a checkpoint has fixed them; those of the data unless given. */
  readonly examples?: number;
}

/** Runs of the program in a stride: the graph of more takes minutes to load. */
const STRIDE_RUNS = 8;
/** A full phase of so many steps makes up for that. */
const LEAST_STRIDE_STEPS = 1000;

/** A prepared run as a job for `train()`, and the predictor of its validations, to be released afterwards. */
export function trainingJob(
  prepared: PreparedRun,
  options: JobOptions,
): { job: TrainingJob; predictor: Predictor } {
  const { recipe, base, data, originals, roles } = prepared;
  const { config } = base;
  const { optimizer } = recipe;
  const model = graphModel(originals, config, data.head);
  const packing = packingOptions(config, data.head);
  const reads = recipe.kind === 'language' ? recipe.mlm.probability : 1;
  const microTokens = Math.min(
    options.microTokens ?? microTokensFor(config),
    mostTokens(options.engine, data.outputs * reads),
  );
  const predictor = newPredictor({
    engine: options.engine,
    model,
    packing,
    labels: data.outputs,
    microTokens,
  });
  const { batches, sources } = trainingBatches(prepared);
  const { examples = examplesOf(prepared, undefined) } = options;
  const { validate } = data;
  const steps = phaseLengths(recipe, examples);
  const job: TrainingJob = {
    name: recipe.name,
    method: recipe.method,
    model,
    originals,
    roles,
    select: recipe.select,
    ...(prepared.kept === undefined ? {} : { kept: prepared.kept }),
    ...(options.live === undefined ? {} : { live: options.live }),
    ...(options.keepFullPhase === undefined ? {} : { keepFullPhase: options.keepFullPhase }),
    full: fullPhase(recipe, steps.full),
    sparse: { steps: steps.sparse, l1: recipe.sparse.l1 },
    optimizer,
    l1OnSparseOnly: recipe.l1OnSparseOnly,
    dropout: recipe.dropout,
    ...(recipe.precision === undefined ? {} : { precision: recipe.precision }),
    packing,
    // A large text is read as it is needed, and no further than a checkpoint says.
    ...(options.strides === true && data.stream === undefined && steps.full >= LEAST_STRIDE_STEPS
      ? { strides: STRIDE_RUNS }
      : {}),
    seed: recipe.seed,
    engine: options.engine,
    threads: options.threads,
    microTokens,
    batches,
    ...(sources === undefined ? {} : { sources }),
    statistics: recipe.report,
    best: options.best,
    ...(options.checkpoint === undefined ? {} : { checkpoint: options.checkpoint }),
    ...(options.resume === undefined ? {} : { resume: options.resume }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(recipe.validate === null || validate === undefined
      ? {}
      : {
          validation: {
            everySteps: validationInterval(recipe, examples),
            metric: recipe.validate.metric,
            keepBest: recipe.validate.keepBest,
            evaluate: async (weights) => (await validate(predictor, weights)).metrics,
          },
        }),
  };
  return { job, predictor };
}

function fullPhase({ full }: ResolvedRecipe, steps: number): TrainingJob['full'] {
  const { l1, stopAfter, settle } = full;
  return {
    steps,
    l1,
    ...(stopAfter === undefined ? {} : { stopAfter }),
    ...(settle === undefined ? {} : { settle }),
  };
}

/** Word pieces of a run whose largest array, the head's output, still fits where the engine computes. */
function mostTokens({ largestArray = Infinity }: Engine, outputsPerPiece: number): number {
  // Packed runs differ in how many pieces they predict.
  const most = Math.floor(largestArray / (2 * Float32Array.BYTES_PER_ELEMENT * outputsPerPiece));
  return Math.max(LEAST_TOKENS, most);
}

/** A run of fewer could not hold a sentence. */
const LEAST_TOKENS = 64;

/** As `countedExamples`; of a run that goes on, what they were when it began, so that its phases stay as long as they were. */
export function examplesOf(
  { recipe, data }: Pick<PreparedRun, 'recipe' | 'data'>,
  past: Pick<CheckpointExtra, 'examples' | 'stream'> | undefined,
): number {
  if (past === undefined) return countedExamples(data, recipe.optimizer.batchSize);
  // Checkpoints of earlier versions do not say it: epochs of several sources counted as those of one.
  return past.examples ?? past.stream?.examples ?? data.examples;
}

/** Steps of each phase; `examples` as `countedExamples`. @throws UserError `training-length` */
export function phaseLengths(recipe: ResolvedRecipe, examples: number): { full: number; sparse: number } {
  const { batchSize, accumulate } = recipe.optimizer;
  const steps = (phase: 'full' | 'sparse') => phaseSteps(recipe[phase], examples, batchSize, accumulate);
  // A uniformly random mask needs no full phase, and another run's takes the place of this one's.
  const random = recipe.method === 'ltsft' && recipe.select.by === 'random';
  return {
    full: random || recipe.fullFrom !== undefined ? 0 : steps('full'),
    sparse: recipe.method === 'ltsft' ? steps('sparse') : 0,
  };
}

/** Optimiser steps between two validations; `examples` as `countedExamples`. */
export function validationInterval({ validate, optimizer }: ResolvedRecipe, examples: number): number {
  if (validate?.everySteps !== undefined && validate.everySteps !== null) return validate.everySteps;
  const epoch = stepsPerEpoch(examples, optimizer.batchSize, optimizer.accumulate);
  return Math.max(1, Math.round((validate?.everyEpochs ?? 1) * epoch));
}

/** Threads that matrix products gain from: as many as there are cores, within reason. */
export function defaultThreads(): number {
  return Math.max(1, Math.min(cpus().length, 16));
}
