import { type Example, NO_LABEL } from '../data/example.ts';
import type { ExampleWords } from '../data/tagging.ts';
import type { Between, Predictor } from './predictor.ts';
import type { Weights } from './weights.ts';

/**
 * What a model says of one example, in as few numbers as any metric needs: the label of each word (NO_PREDICTION for a word that
 * was lost), the label of a text, or [sum of -log p, pieces] of a block of text, with the piece that was held most likely at each of
 * them behind it where that is asked for.
 */
export type Prediction = Float64Array;

/** A word that the model never saw (cut off, or without a piece of its own), or one for which its scores are no numbers. */
export const NO_PREDICTION = -1;

/** Sum of -log p, and pieces. */
export const LOSS_COLUMNS = 2;

/** What a model says of the chosen examples. */
type PredictExamples = (
  predictor: Predictor,
  weights: Weights,
  examples: readonly Example[],
  chosen: readonly number[],
  between?: Between,
) => Promise<Prediction[]>;

/** Labels of the words of the chosen examples. */
export async function predictTags(
  predictor: Predictor,
  weights: Weights,
  { examples, words }: { readonly examples: readonly Example[]; readonly words: readonly ExampleWords[] },
  chosen: readonly number[],
  between?: Between,
): Promise<Prediction[]> {
  const inputs = chosen.map((e) => examples[e]);
  const byPiece = inputs.map(({ ids }) => new Int32Array(ids.length).fill(NO_PREDICTION));
  const take = (example: number, piece: number, logits: Float32Array) => {
    byPiece[example][piece] = largest(logits);
  };
  await predictor.logits(weights, inputs, take, between);
  return chosen.map((e, i) =>
    Float64Array.from(words[e].positions, (at) => (at < 0 ? NO_PREDICTION : byPiece[i][at])),
  );
}

/** Labels of the chosen texts. */
export const predictClasses: PredictExamples = async (predictor, weights, examples, chosen, between) => {
  const predicted = chosen.map(() => Float64Array.of(0));
  const take = (example: number, _piece: number, logits: Float32Array) => {
    predicted[example][0] = largest(logits);
  };
  await predictor.logits(
    weights,
    chosen.map((e) => examples[e]),
    take,
    between,
  );
  return predicted;
};

/** Losses of the chosen blocks of text, which are masked already. */
export const predictLosses: PredictExamples = async (predictor, weights, examples, chosen, between) => {
  // Parts of one array: of a large text there are many.
  const sums = new Float64Array(LOSS_COLUMNS * chosen.length);
  const rows = chosen.map((_, i) => sums.subarray(LOSS_COLUMNS * i, LOSS_COLUMNS * (i + 1)));
  const inputs = chosen.map((e) => examples[e]);
  await predictor.labelLosses(weights, inputs, (example, _, loss) => addLoss(rows[example], loss), between);
  return rows;
};

/** The same with the likeliest pieces: [sum, pieces, likeliest piece at each labelled one...], in the order of the text. */
export const predictPieces: PredictExamples = async (predictor, weights, examples, chosen, between) => {
  const inputs = chosen.map((e) => examples[e]);
  const places = inputs.map(({ labels }) => labelledPieces(labels));
  const rows = places.map(({ size }) => new Float64Array(LOSS_COLUMNS + size));
  const take = (example: number, piece: number, loss: number, likeliest: number) => {
    addLoss(rows[example], loss);
    rows[example][LOSS_COLUMNS + (places[example].get(piece) ?? 0)] = likeliest;
  };
  await predictor.labelLosses(weights, inputs, take, between);
  return rows;
};

function addLoss(row: Float64Array, loss: number): void {
  row[0] += loss;
  row[1]++;
}

/** Of each labelled piece, the how manieth it is. */
function labelledPieces(labels: Int32Array): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  labels.forEach((label, piece) => {
    if (label !== NO_LABEL) found.set(piece, found.size);
  });
  return found;
}

/** Where the largest value stands, the first of equal ones; NO_PREDICTION where a value is no number. */
function largest(values: Float32Array): number {
  let best = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) return NO_PREDICTION;
    if (values[i] > values[best]) best = i;
  }
  return best;
}
