import { batchesAnEpoch, countedExamples } from '../data/mixedSchedule.ts';
import type { ModelConfig } from '../formats/modelFolder.ts';
import type { PhaseEstimate } from '../protocol/estimate.ts';
import type { PhaseKind } from '../protocol/events.ts';
import type { ResolvedRecipe } from '../recipe/types.ts';
import { microTokensFor } from '../training/graphModel.ts';
import { DENSEST } from '../training/sampledGradients.ts';
import { storedBytes, type StoredBytes } from './diskModel.ts';
import { phaseLengths, validationInterval } from './job.ts';
import { phaseBytes } from './memoryModel.ts';
import { modelSizes, type ModelSizes } from './modelSizes.ts';
import type { Lengths, RecipeData } from './recipeCounts.ts';
import { stepWork, type StepWork } from './stepWork.ts';
import { predictionSeconds, stepSeconds, type TimedMachine, type TimedModel } from './timeModel.ts';

export interface CostedRun {
  readonly recipe: ResolvedRecipe;
  readonly config: ModelConfig;
  readonly data: RecipeData;
  readonly machine: TimedMachine;
}

/** What a run costs, from sizes alone. */
export interface RunCosts {
  readonly sizes: ModelSizes;
  readonly phases: readonly PhaseEstimate[];
  readonly steps: number;
  readonly seconds: number;
  /** Bytes of memory at the worst moment. */
  readonly peak: number;
  readonly disk: StoredBytes;
}

/** Seconds for each entry of the model: reading, fingerprint; and of the maskable ones, selection. */
const LOAD_SECONDS = 1.2e-8;
const SELECT_SECONDS = 5e-9;
/** Seconds to set a phase up: for itself, and for each layer. */
const SET_UP_SECONDS = 0.3;
const LAYER_SET_UP_SECONDS = 0.05;
/** Bytes a second that reach a disk, synced. */
const DISK_SPEED = 3e8;
/** Share of the validations that turn out the best so far. */
const BEST_SHARE = 0.5;
/** Share of the predicted pieces of masked-language modelling that are replaced by any piece. */
const RANDOM_PIECES = 0.1;

/**
 * Time, memory and disk of a run.
 * @throws UserError `training-length`
 */
export function runCosts(run: CostedRun): RunCosts {
  const { recipe, config, data, machine } = run;
  const sizes = modelSizes({ config, head: data.head, outputs: data.outputs, recipe });
  const { batchSize } = recipe.optimizer;
  const examples = countedExamples({ examples: data.training.count, sources: data.sources }, batchSize);
  const steps = phaseLengths(recipe, examples);
  const work = trainingWork(run);
  const model = timedModel(run, sizes);
  const validation = validationSeconds(data.validation, model, run);
  const rows = touchedRows(run, work.tokens * steps.full);
  const full = sizes.whole + rows * sizes.rowWidth;
  const inEncoder = sizes.wholeMaskable / Math.max(1, movable(recipe, sizes, rows));
  const iterations = recipe.method === 'ltsft' ? recipe.select.iterations : 1;
  const interval = recipe.validate === null ? Infinity : validationInterval(recipe, examples);
  const phases: PhaseEstimate[] = [];
  for (let iteration = 1; iteration <= iterations; iteration++) {
    for (const phase of ['full', 'sparse'] as const) {
      const count = steps[phase];
      if (count === 0 && (phase === 'full' || recipe.method !== 'ltsft')) continue;
      const mask = phase === 'full' ? 0 : maskSize(recipe, iteration);
      const density = phase === 'full' ? 1 : (mask * inEncoder) / Math.max(1, sizes.wholeMaskable);
      const entries = phase === 'full' ? full : mask + sizes.dense;
      const timed = { phase, entries, density, l1: recipe[phase].l1 > 0 };
      const secondsPerStep = stepSeconds(work, model, timed, machine);
      const validations = data.validation.count === 0 ? 0 : Math.ceil(count / interval);
      const pure = count * secondsPerStep + validations * validation;
      const seconds =
        SET_UP_SECONDS +
        LAYER_SET_UP_SECONDS * config.layers +
        pure +
        savedBytes(recipe, entries, { count, validations, seconds: pure }) / DISK_SPEED;
      const sampled = phase === 'sparse' && density <= DENSEST;
      const memory = phaseBytes(
        {
          config,
          sizes,
          outputs: data.outputs,
          reads: data.reads,
          largest: work.largest,
          dataBytes: data.bytes,
        },
        { phase, entries, sampled },
      );
      phases.push({
        iteration,
        phase,
        steps: count,
        secondsPerStep,
        validations,
        secondsPerValidation: validation,
        seconds,
        memory,
      });
    }
  }
  const around =
    LOAD_SECONDS * sizes.parameters +
    (recipe.method === 'ltsft' ? iterations * SELECT_SECONDS * sizes.maskable : 0) +
    validation;
  const total = phases.reduce((sum, phase) => sum + phase.steps, 0);
  const has = (kind: PhaseKind) => phases.some(({ phase }) => phase === kind);
  return {
    sizes,
    phases,
    steps: total,
    seconds: phases.reduce((sum, phase) => sum + phase.seconds, around),
    peak: Math.max(...phases.map(({ memory }) => memory)),
    disk: storedBytes({
      full: has('full') ? full : 0,
      sparse: has('sparse') ? maskSize(recipe, iterations) + sizes.dense : 0,
      mask: recipe.method === 'ltsft' ? maskSize(recipe, iterations) : 0,
      dense: sizes.dense,
      moved: recipe.method === 'full' ? full - sizes.dense : 0,
      keepsBest: recipe.validate?.keepBest === true && data.validation.count > 0,
      steps: total,
    }),
  };
}

/** What a step of training computes. */
function trainingWork({ recipe, config, data: { training, sources } }: CostedRun): StepWork {
  const { batchSize, accumulate } = recipe.optimizer;
  const whole = workOf(training, { batchSize, accumulate }, config);
  if (sources === undefined) return whole;
  // The last batch of each source may be small, but the largest run is one of a whole batch.
  const mean = Math.max(1, Math.round(training.count / batchesAnEpoch({ sources, batchSize })));
  return { ...workOf(training, { batchSize: mean, accumulate }, config), largest: whole.largest };
}

function workOf(
  { lengths }: Lengths,
  { batchSize, accumulate }: { batchSize: number; accumulate: number },
  config: ModelConfig,
): StepWork {
  return stepWork({ lengths, batchSize, accumulate, microTokens: microTokensFor(config), model: config });
}

function timedModel({ config, data, recipe }: CostedRun, sizes: ModelSizes): TimedModel {
  return {
    config,
    outputs: data.outputs,
    reads: data.reads,
    // The output matrix of a language head is most of it; tied to the embeddings, it trains with them.
    trainsOutput:
      recipe.kind === 'task'
        ? !recipe.freeze.includes('head')
        : !recipe.freeze.includes(recipe.mlm.untie ? 'decoder' : 'embeddings'),
    trainsEncoder: sizes.wholeMaskable + sizes.rowWidth > 0,
  };
}

/** Seconds of one validation, or of an evaluation. */
export function validationSeconds(
  { lengths, count }: Lengths,
  model: TimedModel,
  { config, machine }: Pick<CostedRun, 'config' | 'machine'>,
): number {
  if (lengths.length === 0) return 0;
  // Predictions group examples of like length to about the size of a run.
  const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
  const batchSize = Math.max(1, Math.min(lengths.length, Math.floor(microTokensFor(config) / mean)));
  const work = workOf({ lengths, count }, { batchSize, accumulate: 1 }, config);
  return (predictionSeconds(work, model, machine) * count) / batchSize;
}

/** Rows of the word embeddings that a full phase reads. */
function touchedRows({ recipe, config, data }: CostedRun, tokens: number): number {
  const { vocabSize } = config;
  const read = Math.min(data.distinct, vocabSize);
  if (recipe.kind === 'task') return read;
  const drawn = tokens * recipe.mlm.probability * RANDOM_PIECES;
  return read + (vocabSize - read) * (1 - Math.exp(-drawn / vocabSize));
}

/** Entries among which selection finds the mask. */
function movable({ select }: ResolvedRecipe, sizes: ModelSizes, rows: number): number {
  return select.by === 'random' ? sizes.maskable : sizes.wholeMaskable + rows * sizes.rowWidth;
}

function maskSize({ select }: ResolvedRecipe, iteration: number): number {
  return Math.floor(select.k / select.iterations) * iteration;
}

/** Bytes of checkpoints and best values that are written in a phase. */
function savedBytes(
  { checkpoint, validate }: ResolvedRecipe,
  entries: number,
  { count, validations, seconds }: { count: number; validations: number; seconds: number },
): number {
  const bySteps = checkpoint.everySteps === null ? 0 : count / checkpoint.everySteps;
  const byTime = checkpoint.everyMinutes === null ? 0 : seconds / (60 * checkpoint.everyMinutes);
  const best = validate?.keepBest === true ? validations * BEST_SHARE : 0;
  return 4 * entries * (3 * Math.floor(Math.max(bySteps, byTime)) + best);
}
