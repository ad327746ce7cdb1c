import { expect, test } from 'vitest';
import { headTypes } from './headTypes.ts';

const bert = 'bert.encoder.layer.0.output.dense.weight';
const roberta = 'roberta.encoder.layer.0.output.dense.weight';

test.each([
  [[bert, 'biaffine_arcs.weight', 'biaffine_rels.weight', 'bert.pooler.dense.weight'], ['parsing']],
  [[roberta, 'qa_outputs.weight', 'qa_outputs.bias'], ['questionAnswering']],
  [[roberta, 'classifier.dense.weight', 'classifier.out_proj.weight'], ['classification']],
  [[roberta, 'classifier.weight', 'classifier.bias'], ['tagging']],
  [
    [bert, 'classifier.weight', 'bert.pooler.dense.weight'],
    ['classification', 'tagging'],
  ],
  [
    [bert, 'classifier.weight', 'classifier.bias'],
    ['tagging', 'classification'],
  ],
  [[bert, 'cls.predictions.bias'], ['language']],
  [[], ['language']],
])('the head of %j is for %j', (names, types) => {
  expect(headTypes(names)).toEqual(types);
});
