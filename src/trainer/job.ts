import { cpus } from 'node:os';
import { batchAt } from '../data/batchSchedule.ts';
import type { Engine } from '../engine/engine.ts';
import { phaseSteps, stepsPerEpoch } from '../recipe/length.ts';
import type { ResolvedRecipe } from '../recipe/types.ts';
import { graphModel, microTokensFor, packingOptions } from '../training/graphModel.ts';
import type { TrainingJob } from '../training/job.ts';
import { newPredictor, type Predictor } from '../training/predictor.ts';
import type { PreparedRun } from './prepare.ts';

type Effects = Pick<TrainingJob, 'best'> & Partial<Pick<TrainingJob, 'checkpoint' | 'resume' | 'signal'>>;

export interface JobOptions extends Effects {
  readonly engine: Engine;
  readonly threads: number;
  /** Word pieces in one run; decided by the model's size unless a checkpoint says what it was. */
  readonly microTokens?: number;
}

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
  const microTokens = options.microTokens ?? microTokensFor(config);
  const predictor = newPredictor({
    engine: options.engine,
    model,
    packing,
    labels: data.outputs,
    microTokens,
  });
  const schedule = { examples: data.examples, batchSize: optimizer.batchSize, seed: recipe.seed };
  const { validate } = data;
  const steps = phaseLengths(recipe, data.examples);
  const job: TrainingJob = {
    name: recipe.name,
    method: recipe.method,
    model,
    originals,
    roles,
    select: recipe.select,
    full: { steps: steps.full, l1: recipe.full.l1 },
    sparse: { steps: steps.sparse, l1: recipe.sparse.l1 },
    optimizer,
    l1OnSparseOnly: recipe.l1OnSparseOnly,
    dropout: recipe.dropout,
    packing,
    seed: recipe.seed,
    engine: options.engine,
    threads: options.threads,
    microTokens,
    batches: (phase, step) =>
      Array.from({ length: optimizer.accumulate }, (_, i) => {
        const { epoch, indices } = batchAt(schedule, phase, step * optimizer.accumulate + i);
        return Array.from(indices, (index) => data.example(index, phase, epoch));
      }),
    statistics: recipe.report,
    best: options.best,
    ...(options.checkpoint === undefined ? {} : { checkpoint: options.checkpoint }),
    ...(options.resume === undefined ? {} : { resume: options.resume }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(recipe.validate === null || validate === undefined
      ? {}
      : {
          validation: {
            everySteps: validationInterval(recipe, data.examples),
            metric: recipe.validate.metric,
            keepBest: recipe.validate.keepBest,
            evaluate: (weights) => validate(predictor, weights),
          },
        }),
  };
  return { job, predictor };
}

/** Steps of each phase. @throws UserError `training-length` */
export function phaseLengths(recipe: ResolvedRecipe, examples: number): { full: number; sparse: number } {
  const { batchSize, accumulate } = recipe.optimizer;
  const steps = (phase: 'full' | 'sparse') => phaseSteps(recipe[phase], examples, batchSize, accumulate);
  // A uniformly random mask needs no full phase.
  const random = recipe.method === 'ltsft' && recipe.select.by === 'random';
  return { full: random ? 0 : steps('full'), sparse: recipe.method === 'ltsft' ? steps('sparse') : 0 };
}

/** Optimiser steps between two validations. */
export function validationInterval({ validate, optimizer }: ResolvedRecipe, examples: number): number {
  if (validate?.everySteps !== undefined && validate.everySteps !== null) return validate.everySteps;
  const epoch = stepsPerEpoch(examples, optimizer.batchSize, optimizer.accumulate);
  return Math.max(1, Math.round((validate?.everyEpochs ?? 1) * epoch));
}

/** Threads that matrix products gain from: as many as there are cores, within reason. */
export function defaultThreads(): number {
  return Math.max(1, Math.min(cpus().length, 16));
}
