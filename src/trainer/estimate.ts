import type { Engine } from '../engine/engine.ts';
import { SPEED_ELEMENTS, SPEED_FLOPS, speedProgram } from '../model/speedProgram.ts';
import type { PreparedData } from './prepare.ts';
import { phaseLengths } from './job.ts';

/** What a run will cost on this machine, roughly: within a factor of two. */
export interface Estimate {
  readonly steps: number;
  readonly seconds: number;
}

/** Share of a step's time that goes into matrix products. */
const PRODUCT_SHARE = 0.8;
/** Seconds an optimiser step takes for each trained entry. */
const UPDATE_SECONDS = 4e-9;
/** Seconds a step takes however small the model is. */
const LEAST_SECONDS = 2e-3;

/** Floating-point operations a second of this machine's matrix products, measured in about 0.1 s. */
export async function measureSpeed(engine: Engine): Promise<number> {
  const executable = await engine.compile(speedProgram());
  const a = new Float32Array(SPEED_ELEMENTS).fill(1);
  const product = new Float32Array(SPEED_ELEMENTS);
  let best = Infinity;
  for (let i = 0; i < 5; i++) {
    const began = performance.now();
    await executable.run({ a, b: a }, { product });
    best = Math.min(best, performance.now() - began);
  }
  await executable.release();
  return (SPEED_FLOPS / best) * 1000;
}

/** Time of a whole run, from the sizes of model and data and a measured speed. */
export function estimateRun(prepared: PreparedData, flopsPerSecond: number): Estimate {
  const { recipe, base, data, maskable } = prepared;
  const { config } = base;
  const lengths = phaseLengths(recipe, data.examples);
  const perLayer = 4 * config.hiddenSize ** 2 + 2 * config.hiddenSize * config.intermediateSize;
  const pieces = meanPieces(prepared) * recipe.optimizer.batchSize * recipe.optimizer.accumulate;
  // Forwards once, backwards twice; a frozen output matrix has no gradient of its own.
  const encoder = 6 * config.layers * perLayer * pieces;
  const output =
    recipe.kind === 'language'
      ? 4 * config.vocabSize * config.hiddenSize * pieces * recipe.mlm.probability
      : 0;
  const step = LEAST_SECONDS + (encoder + output) / (flopsPerSecond * PRODUCT_SHARE);
  const full = step + UPDATE_SECONDS * Math.min(maskable, config.layers * perLayer * 1.3);
  const sparse = step + UPDATE_SECONDS * recipe.select.k;
  const iterations = recipe.method === 'ltsft' ? recipe.select.iterations : 1;
  return {
    steps: iterations * (lengths.full + lengths.sparse),
    seconds: iterations * (lengths.full * full + lengths.sparse * sparse),
  };
}

/** Mean length of the first examples. */
function meanPieces({ data }: PreparedData): number {
  const count = Math.min(200, data.examples);
  let pieces = 0;
  for (let i = 0; i < count; i++) pieces += data.example(i, 0, 0).ids.length;
  return pieces / Math.max(1, count);
}
