import { expect, test } from 'vitest';
import { densityTable, placeOf } from './density.ts';

const layer = 'bert.encoder.layer.3.';

test.each([
  ['bert.embeddings.word_embeddings.weight', 'emb', 'embeddings'],
  ['bert.embeddings.LayerNorm.bias', 'emb', 'layerNorm'],
  [`${layer}attention.self.query.weight`, '3', 'q'],
  [`${layer}attention.self.key.bias`, '3', 'k'],
  [`${layer}attention.self.value.weight`, '3', 'v'],
  [`${layer}attention.output.dense.weight`, '3', 'o'],
  [`${layer}attention.output.LayerNorm.weight`, '3', 'layerNorm'],
  [`${layer}intermediate.dense.weight`, '3', 'up'],
  ['roberta.encoder.layer.10.output.dense.weight', '10', 'down'],
  [`${layer}output.LayerNorm.bias`, '3', 'layerNorm'],
  ['bert.pooler.dense.weight', 'pooler', 'dense'],
  ['classifier.weight', 'head', 'dense'],
  ['cls.predictions.transform.LayerNorm.weight', 'head', 'dense'],
])('%s lies in %s, %s', (name, row, column) => {
  expect(placeOf(name)).toEqual({ row, column });
});

test('entries are counted by layer and module, weights and biases together', () => {
  const table = densityTable([
    { name: 'classifier.weight', entries: 6, total: 6, magnitude: 3 },
    { name: 'bert.encoder.layer.10.intermediate.dense.weight', entries: 10, total: 40, magnitude: 5 },
    { name: 'bert.encoder.layer.10.intermediate.dense.bias', entries: 0, total: 10, magnitude: 0 },
    { name: 'bert.encoder.layer.2.attention.self.query.weight', entries: 4, total: 16, magnitude: 2 },
    { name: 'bert.embeddings.word_embeddings.weight', entries: 1, total: 100, magnitude: 0.5 },
  ]);
  expect(table.rows).toEqual(['emb', '2', '10', 'head']);
  expect(table.columns).toEqual(['embeddings', 'q', 'up', 'dense']);
  expect(table.cells).toContainEqual({
    row: '10',
    column: 'up',
    entries: 10,
    total: 50,
    density: 0.2,
    meanMagnitude: 0.5,
  });
  expect(table.byRow.map(({ entries }) => entries)).toEqual([1, 4, 10, 6]);
  expect(table.byColumn.map(({ total }) => total)).toEqual([100, 16, 50, 6]);
  expect(table.all).toMatchObject({ entries: 21, total: 172 });
});

test('without the totals there are counts alone', () => {
  const { all } = densityTable([{ name: 'bert.pooler.dense.bias', entries: 3 }]);
  expect(all).toMatchObject({ entries: 3, total: undefined, density: undefined, meanMagnitude: undefined });
});
