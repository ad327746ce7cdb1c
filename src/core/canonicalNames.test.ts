import { expect, test } from 'vitest';
import { encoderName, isMlmHead } from './canonicalNames.ts';

test.each([
  ['bert.embeddings.LayerNorm.gamma', 'embeddings.LayerNorm.weight'],
  ['roberta.encoder.layer.11.output.LayerNorm.beta', 'encoder.layer.11.output.LayerNorm.bias'],
  ['encoder.layer.0.attention.self.key.bias', 'encoder.layer.0.attention.self.key.bias'],
  ['pooler.dense.weight', 'pooler.dense.weight'],
  ['cls.predictions.transform.LayerNorm.gamma', undefined],
  ['classifier.weight', undefined],
  ['lm_head.layer_norm.weight', undefined],
])('%s is %s', (name, canonical) => {
  expect(encoderName(name)).toBe(canonical);
});

test('heads for masked-language modelling are known by their names', () => {
  expect(['cls.predictions.bias', 'lm_head.bias', 'classifier.bias'].map(isMlmHead)).toEqual([
    true,
    true,
    false,
  ]);
});
