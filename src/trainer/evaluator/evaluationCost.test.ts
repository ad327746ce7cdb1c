import { expect, it } from 'vitest';
import type { ModelConfig } from '../../formats/modelFolder.ts';
import { evaluationSeconds } from './evaluationCost.ts';

const mbert = {
  modelType: 'bert',
  layers: 12,
  hiddenSize: 768,
  heads: 12,
  intermediateSize: 3072,
  vocabSize: 119_547,
} as ModelConfig;
const text = { length: 256, outputs: 119_547, probability: 0.15 };
const machine = { flopsPerSecond: 1e11, threads: 2 };

function seconds(change: Partial<typeof text> = {}, examples = 1000, speed = 1): number {
  const flopsPerSecond = speed * machine.flopsPerSecond;
  return evaluationSeconds({ ...text, ...change }, examples, mbert, { ...machine, flopsPerSecond });
}

it('grows with examples, their length and the model, and shrinks with the speed', () => {
  // Two operations a weight and a piece: 1,000 blocks of 256 pieces are 44 TFLOP in the encoder, 14 in the head.
  expect(seconds()).toBeGreaterThan(500);
  expect(seconds()).toBeLessThan(1500);
  expect(seconds({}, 5000) / seconds()).toBeCloseTo(5);
  expect(seconds({ length: 128 })).toBeLessThan(seconds() / 1.9);
  expect(seconds({ probability: 0.3 })).toBeGreaterThan(seconds());
  expect(seconds({}, 1000, 2)).toBeLessThan(seconds() / 1.5);
});
