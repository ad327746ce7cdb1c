import { attachmentCounts, lasOf, parsingReport, type ParsedWords, uasOf } from '../core/metrics/parsing.ts';
import { greedyHeads, maximumTree } from '../core/trees.ts';
import { overSentence, wordExample, type ParsingData } from '../data/parsing.ts';
import { type Evaluation, fromCounts } from './evaluation.ts';
import type { Parse } from './parses.ts';
import type { Prediction } from './predictions.ts';
import type { Between, Predictor } from './predictor.ts';
import type { Weights } from './weights.ts';

/** How heads become a tree: the best one as a whole, or each word's best head, as the reference does it, which may form circles. */
export type Decoding = 'tree' | 'greedy';

type Trees = Pick<ParsingData, 'examples' | 'trees' | 'relations'>;

/**
 * Attachment scores: of all words with the relations that the parser gives (`uas`, `las`), and as the reference counts
 * (`uasReference`, `lasReference`): without the words at the root, each word's best head, relations read at the gold head. Words that
 * were cut off or have no pieces are errors.
 */
export async function evaluateParsing(
  predictor: Predictor,
  weights: Weights,
  data: Trees,
  decoding: Decoding = 'tree',
): Promise<Evaluation> {
  const all = [...data.examples.keys()];
  return scoreParses(data, all, await predictParses(predictor, weights, data, all, decoding));
}

/**
 * The chosen sentences' trees, and what the reference's way of counting needs: of each word that the model sees its head and
 * relation, its best head, and the relation to its gold head; four lists one behind the other.
 */
export async function predictParses(
  predictor: Predictor,
  weights: Weights,
  { examples, trees }: Pick<Trees, 'examples' | 'trees'>,
  chosen: readonly number[],
  decoding: Decoding,
  between?: Between,
): Promise<Prediction[]> {
  const inputs = chosen.map((e) => wordExample(examples[e]));
  const choose = (i: number, scores: Float32Array) => {
    const words = wordsOf(examples[chosen[i]]);
    const gold = trees[chosen[i]].heads.subarray(0, words).map((head) => (head > words ? -1 : head));
    return [decode(scores, words, decoding), greedyHeads(scores, words), gold];
  };
  const parses = await predictor.parse(weights, inputs, choose, between);
  return parses.map(([own, greedy, gold]) =>
    Float64Array.from([...own.heads, ...own.relations, ...greedy.heads, ...gold.relations]),
  );
}

/**
 * Heads and relations of the words of the chosen sentences, one list behind the other, for a file that is written. A tree is one as
 * Universal Dependencies want it: words at the root, which parsers may never have learned to name, have the relation `root`, and
 * no other word has it.
 */
export async function predictTrees(
  predictor: Predictor,
  weights: Weights,
  { examples, relations }: Pick<Trees, 'examples' | 'relations'>,
  chosen: readonly number[],
  decoding: Decoding,
  between?: Between,
): Promise<Prediction[]> {
  const inputs = chosen.map((e) => wordExample(examples[e]));
  const choose = (i: number, scores: Float32Array) => [
    decode(scores, wordsOf(examples[chosen[i]]), decoding),
  ];
  const parses = await predictor.parse(weights, inputs, choose, between);
  const root = relations.indexOf('root');
  return parses.map(([own]) =>
    Float64Array.from([
      ...own.heads,
      ...(decoding === 'tree' && root >= 0 ? treeRelations(own, root) : own.relations),
    ]),
  );
}

/** The relations of a tree where only what hangs on the root has the relation `root`, an index. */
function treeRelations({ heads, relations, otherRelations }: Parse, root: number): Int32Array {
  return relations.map((best, word) => {
    if (heads[word] === 0) return root;
    return best === root ? otherRelations[word] : best;
  });
}

/** Scores of the chosen sentences from `predictParses`. */
export function scoreParses(
  data: Trees,
  chosen: readonly number[],
  predictions: readonly Prediction[],
): Evaluation {
  const parsed = chosen.map((e, i) => compared(data, e, predictions[i], [0, 1]));
  const reference = chosen.map((e, i) => compared(data, e, predictions[i], [2, 3]));
  const all = parsingReport(parsed);
  const theirs = parsingReport(reference, 'reference');
  return fromCounts({
    metric: 'las',
    metrics: { las: all.las, uas: all.uas, lasReference: theirs.las, uasReference: theirs.uas },
    examples: parsed.length,
    units: all.words,
    counts: (metric) => ({
      rows: metric.endsWith('Reference')
        ? attachmentCounts(reference, 'reference')
        : attachmentCounts(parsed),
      score: metric.startsWith('uas') ? uasOf : lasOf,
    }),
    byLabel: all.relations,
  });
}

/**
 * Head and relation of each word of a sentence, as its tree has them, from `predictParses` or `predictTrees`; undefined for a lost
 * word.
 */
export function parsedWords(data: Trees, example: number, prediction: Prediction): ParsedWords<string> {
  return compared(data, example, prediction, [0, 1]);
}

/** Two of the lists of a prediction as heads and relations, over all words of the sentence. */
function compared(
  { examples, trees, relations }: Trees,
  e: number,
  prediction: Prediction,
  [headList, relationList]: readonly [number, number],
): ParsedWords<string> {
  const words = wordsOf(examples[e]);
  const list = (at: number) => prediction.subarray(at * words, (at + 1) * words);
  const nameOf = (index: number) => relations[index] ?? '_';
  const gold = trees[e];
  const count = gold.heads.length;
  return {
    goldHeads: gold.heads,
    goldRelations: Array.from(gold.relations, nameOf),
    heads: overSentence(examples[e], count, list(headList)),
    relations: overSentence(examples[e], count, Array.from(list(relationList), nameOf)),
  };
}

function wordsOf({ wordStarts }: ParsingData['examples'][number]): number {
  return wordStarts.length - 1;
}

function decode(scores: Float32Array, words: number, decoding: Decoding): Int32Array {
  return decoding === 'tree' ? maximumTree(scores, words) : greedyHeads(scores, words);
}
