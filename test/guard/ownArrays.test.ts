import { expect, it } from 'vitest';
import { benchJob } from '../../bench/support/jobs.ts';
import { NO_LABEL, type Example } from '../../src/data/example.ts';
import { newPredictor } from '../../src/training/predictor.ts';
import { train } from '../../src/training/train.ts';
import { randomWeights, smallConfig } from '../support/smallEncoder.ts';
import { watchRuns } from './watchedRuns.ts';

const config = smallConfig(32);
const LABELS = 5;

/** Sentences with a label at every piece but the first. */
const sentences: readonly Example[] = [9, 14, 6, 11].map((length, s) => ({
  ids: Int32Array.from({ length }, (_, i) => 1 + ((7 * i + 3 * s) % (config.vocabSize - 1))),
  labels: Int32Array.from({ length }, (_, i) => (i === 0 ? NO_LABEL : (i + s) % LABELS)),
}));

it('training and prediction give ONNX Runtime an array for all that it computes', async () => {
  const watched = watchRuns();
  for (const task of ['tagging', 'mlm'] as const) {
    const before = watched.runs;
    const job = benchJob({
      config,
      base: randomWeights(config),
      task,
      labels: task === 'mlm' ? config.vocabSize : LABELS,
      batches: [sentences],
      steps: 2,
      l1: 0.1,
      k: 500,
      dropout: 0.1,
      learningRate: 1e-3,
      engine: { threads: 1 },
      // Each step is cut in two.
      microTokens: 24,
    });
    const running = train(job);
    let next = await running.next();
    while (next.done !== true) next = await running.next();
    expect(watched.runs - before, task).toBeGreaterThanOrEqual(8);

    if (task === 'mlm') continue;
    const predictor = newPredictor({ ...job, labels: LABELS });
    let seen = 0;
    await predictor.logits(next.value.weights, sentences, () => seen++);
    await predictor.labelLosses(next.value.weights, sentences, () => {});
    await predictor.release();
    expect(seen).toBe(36);
  }
  expect([watched.withoutArray, watched.withoutOutputs]).toEqual([[], 0]);
});
