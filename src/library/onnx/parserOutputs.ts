import type { GraphValue } from '../../engine/graph/graph.ts';
import type { ModelConfig } from '../../formats/modelConfig.ts';
import { biaffineNames } from '../../model/heads/biaffine.ts';
import { cast, concatenate, integers, node, type Part } from './parts.ts';

/** What a parser takes beside the word pieces, and what it gives. */
export const parserNames = { wordStarts: 'word_starts', arcs: 'arc_scores', relations: 'relation_scores' };

/** int64 [batch, words + 1] */
export const wordStarts: GraphValue = {
  name: parserNames.wordStarts,
  type: 'int64',
  shape: [1, 2],
  varies: [0, 1],
};

/**
 * The head of a parser (`model/heads/biaffine.ts`) over a padded batch: from the encoder's rows `hidden` [batch x sequence, H] to
 * `arc_scores` [batch, words, words + 1] and `relation_scores` [batch, words, words + 1, relations], of each word with each head: the
 * root, then the words. Word w of a sentence has the pieces from `word_starts[w]` to before `word_starts[w + 1]`. A graph has no
 * say in which heads are chosen, so that it gives the relations of all.
 * @param shape name of the batch's shape [batch, sequence]
 * @param places name of 0, 1, 2 ... sequence - 1
 */
export function parserOutputs(
  config: ModelConfig,
  relations: number,
  { hidden, shape, places }: Readonly<Record<'hidden' | 'shape' | 'places', string>>,
): Part & { readonly outputs: readonly GraphValue[] } {
  const names = biaffineNames(config);
  return {
    outputs: [scores(parserNames.arcs, [1, 1, 2]), scores(parserNames.relations, [1, 1, 2, relations])],
    constants: [
      integers('words.hiddenSize', [config.hiddenSize]),
      integers('words.first', [0], true),
      integers('words.from0', [0]),
      integers('words.from1', [1]),
      integers('words.beforeLast', [-1]),
      integers('words.end', [2 ** 31 - 1]),
      integers('words.second', [1]),
      integers('words.last', [-1]),
      integers('words.oneMore', [0, 1]),
      { name: 'words.one', type: 'float32', shape: [], values: [1] },
    ],
    nodes: [
      concatenate([shape, 'words.hiddenSize'], 'words.shape'),
      node('Reshape', [hidden, 'words.shape'], 'words.pieces'),
      // The root: the first piece through the pooler.
      node('Gather', ['words.pieces', 'words.first'], 'words.firstPiece', { axis: { int: 1 } }),
      node('Gemm', ['words.firstPiece', `${names.pooler}.weight`, `${names.pooler}.bias`], 'words.pooled', {
        transB: { int: 1 },
      }),
      node('Tanh', ['words.pooled'], 'words.root'),
      node('Unsqueeze', ['words.root', 'words.second'], 'words.roots'),
      // A word: the mean of its pieces, 0 where it has none.
      node(
        'Slice',
        [parserNames.wordStarts, 'words.from0', 'words.beforeLast', 'words.second'],
        'words.from',
      ),
      node('Slice', [parserNames.wordStarts, 'words.from1', 'words.end', 'words.second'], 'words.to'),
      node('Unsqueeze', ['words.from', 'words.last'], 'words.fromColumn'),
      node('Unsqueeze', ['words.to', 'words.last'], 'words.toColumn'),
      node('GreaterOrEqual', [places, 'words.fromColumn'], 'words.begun'),
      node('Less', [places, 'words.toColumn'], 'words.open'),
      node('And', ['words.begun', 'words.open'], 'words.within'),
      cast('words.within', 'words.parts', 1),
      node('ReduceSum', ['words.parts', 'words.last'], 'words.sum', { keepdims: { int: 1 } }),
      node('Max', ['words.sum', 'words.one'], 'words.count'),
      node('Div', ['words.parts', 'words.count'], 'words.shares'),
      node('MatMul', ['words.shares', 'words.pieces'], 'words.means'),
      concatenate(['words.roots', 'words.means'], 'words.heads', 1),
      // A further column of ones: the biases of the bilinear forms.
      node('Pad', ['words.means', 'words.oneMore', 'words.one', 'words.last'], 'words.dependents1'),
      node('Pad', ['words.heads', 'words.oneMore', 'words.one', 'words.last'], 'words.heads1'),
      node('MatMul', ['words.dependents1', names.arcs], 'arcs.byWord'),
      swapped('words.heads', 'arcs.heads', [0, 2, 1]),
      node('MatMul', ['arcs.byWord', 'arcs.heads'], parserNames.arcs),
      node('Unsqueeze', ['words.dependents1', 'words.second'], 'relations.dependents'),
      node('MatMul', ['relations.dependents', names.relations], 'relations.byWord'),
      node('Unsqueeze', ['words.heads1', 'words.second'], 'relations.candidates'),
      swapped('relations.candidates', 'relations.heads', [0, 1, 3, 2]),
      node('MatMul', ['relations.byWord', 'relations.heads'], 'relations.byRelation'),
      swapped('relations.byRelation', parserNames.relations, [0, 2, 3, 1]),
    ],
  };
}

function scores(name: string, shape: readonly number[]): GraphValue {
  return { name, type: 'float32', shape, varies: [0, 1, 2] };
}

function swapped(from: string, to: string, perm: readonly number[]): Part['nodes'][number] {
  return node('Transpose', [from], to, { perm: { ints: perm } });
}
