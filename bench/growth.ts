import { train } from '../src/training/train.ts';
import { median } from './statistics.ts';
import { benchJob } from './support/jobs.ts';
import { randomEncoder, shapeConfig, type ShapeName } from './support/shapes.ts';
import { languageBatches } from './support/texts.ts';

export interface GrowthResult {
  readonly shape: ShapeName;
  readonly tokens: number;
  readonly seconds: number;
}

const WARM_UP = 2;
const MEASURED = 3;

/** How a step of masked-language modelling grows with the tokens in it and with the model. */
export async function timeGrowth(threads: number): Promise<GrowthResult[]> {
  const results: GrowthResult[] = [];
  for (const tokens of [64, 128, 256, 512, 1024, 2048, 4096])
    results.push(await timeOne('MiniLM', tokens, threads));
  for (const shape of ['MiniLM', 'BASE', 'mBERT'] as const) results.push(await timeOne(shape, 512, threads));
  return results;
}

async function timeOne(shape: ShapeName, tokens: number, threads: number): Promise<GrowthResult> {
  const config = shapeConfig(shape);
  const length = Math.min(256, tokens);
  const batches = await languageBatches(shape, 1, tokens / length, length);
  const job = benchJob({
    config,
    base: randomEncoder(config),
    task: 'mlm',
    labels: config.vocabSize,
    batches,
    steps: WARM_UP + MEASURED,
    l1: 0.1,
    k: 1000,
    dropout: 0.1,
    learningRate: 5e-5,
    engine: { threads },
  });
  const seconds: number[] = [];
  for await (const event of train(job)) {
    if (event.type !== 'step') continue;
    if (event.phase === 'sparse') break;
    if (event.step > WARM_UP) seconds.push(event.seconds);
  }
  return { shape, tokens, seconds: median(seconds) };
}
