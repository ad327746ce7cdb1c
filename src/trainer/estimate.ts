import type { Engine } from '../engine/engine.ts';
import { namedPath } from '../formats/hubCache.ts';
import { SPEED_ELEMENTS, SPEED_FLOPS, speedProgram } from '../model/speedProgram.ts';
import type { RecipeEstimate } from '../protocol/estimate.ts';
import type { LoadedRecipe } from '../recipe/load.ts';
import { runsFolderOf } from '../runs/runFolder.ts';
import { loadBaseFrame } from './base.ts';
import { type TrialShape, trialShape } from './engines/trialShape.ts';
import { estimateWarnings } from './estimateWarnings.ts';
import { keptBytes } from './keptFullPhase.ts';
import { freeDisk, machineMemory } from './machine.ts';
import { resolveWithFacts, type PreparedData } from './prepare.ts';
import type { ReadOptions } from './recipeCounts.ts';
import { readRecipeData } from './recipeData.ts';
import { runCosts } from './runCosts.ts';
import { isElectron } from './thisNode.ts';
import type { TimedMachine } from './timeModel.ts';

/** What a run will cost on this machine, roughly: within a factor of two. */
export interface Estimate {
  readonly steps: number;
  readonly seconds: number;
  /** Bytes of memory at the worst moment. */
  readonly peak: number;
}

/** Runs of a matrix product until its speed is told, and how long at the least: a processor's first moments are its fastest. */
const LEAST_RUNS = 5;
const LEAST_SECONDS = 0.2;

/** Floating-point operations a second of this machine's matrix products, measured in about 0.2 s: the median of several. */
export async function measureSpeed(engine: Engine): Promise<number> {
  const executable = await engine.compile(speedProgram());
  try {
    const a = new Float32Array(SPEED_ELEMENTS).fill(1);
    const product = new Float32Array(SPEED_ELEMENTS);
    const seconds: number[] = [];
    for (let spent = 0; spent < LEAST_SECONDS || seconds.length < LEAST_RUNS;) {
      const began = performance.now();
      await executable.run({ a, b: a }, { product });
      const taken = (performance.now() - began) / 1000;
      seconds.push(taken);
      spent += taken;
    }
    seconds.sort((x, y) => x - y);
    return SPEED_FLOPS / seconds[Math.floor(seconds.length / 2)];
  } finally {
    await executable.release();
  }
}

/** Time of a whole run whose data have been prepared, but for validations; `estimateRecipe` tells more. */
export function estimateRun(prepared: PreparedData, flopsPerSecond: number, threads = 2): Estimate {
  const { recipe, base, data } = prepared;
  const count = Math.min(1000, data.examples);
  const examples = Array.from({ length: count }, (_, i) => data.example(i, 0, 0));
  const { steps, seconds, peak } = runCosts({
    recipe,
    config: base.config,
    machine: { flopsPerSecond, threads },
    data: {
      head: data.head,
      outputs: data.outputs,
      training: { lengths: examples.map(({ ids }) => ids.length), count: data.examples },
      sources: data.sources,
      validation: { lengths: [], count: 0 },
      reads: recipe.kind === 'language' ? recipe.mlm.probability : 1,
      distinct: new Set(examples.flatMap(({ ids }) => [...ids])).size,
      bytes: 0,
    },
  });
  return { steps, seconds, peak };
}

export interface EstimateOptions extends ReadOptions {
  /** What computes, once it is known what is to be computed. @throws UserError of its engine */
  readonly machine: (shape: TrialShape) => Promise<TimedMachine>;
  /** Where its runs would lie; beside the recipe unless given. */
  readonly runsFolder?: string | undefined;
}

/**
 * What training a recipe would cost here, and what its data are to the base's tokenizer. Reads no weights.
 * @throws UserError of reading, of a recipe that does not fit its base or its data; the signal's reason
 */
export async function estimateRecipe(
  loaded: LoadedRecipe,
  { machine: machineFor, runsFolder, ...options }: EstimateOptions,
): Promise<RecipeEstimate> {
  const base = await loadBaseFrame(namedPath(loaded.folder, loaded.recipe.base, 'base'));
  const recipe = await resolveWithFacts(loaded, base);
  const { data, facts } = await readRecipeData(recipe, base, options);
  const machine = await machineFor(trialShape(base.config, data.head, data.outputs, recipe.precision));
  const costs = runCosts({ recipe, config: base.config, data, machine });
  const { sizes, phases, steps, seconds, peak } = costs;
  const hasMask = recipe.method === 'ltsft';
  const { free, total } = machineMemory();
  const memory = { peak, free, total, fits: peak <= free };
  const freeBytes = await freeDisk(runsFolder ?? runsFolderOf(loaded.file));
  const kept = keptBytes(recipe, sizes.maskable, freeBytes);
  const diskPeak = costs.disk.peak + kept;
  const disk = {
    ...costs.disk,
    kept,
    peak: diskPeak,
    free: freeBytes,
    fits: freeBytes === null || diskPeak <= freeBytes,
  };
  return {
    version: 1,
    name: recipe.name,
    kind: recipe.kind,
    method: recipe.method,
    base: { name: base.name, parameters: sizes.parameters, maskable: sizes.maskable },
    k: hasMask ? recipe.select.k : 0,
    density: hasMask ? recipe.select.density : 0,
    examples: data.training.count,
    phases,
    time: { steps, seconds },
    memory,
    disk,
    machine,
    data: facts,
    warnings: estimateWarnings({
      data: facts,
      phases,
      memory,
      disk,
      electron: isElectron,
      precision: recipe.precision ?? 'single',
      warmupSteps: recipe.optimizer.warmupSteps,
    }),
  };
}
