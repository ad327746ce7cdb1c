import type { Example } from '../data/example.ts';
import type { ExampleWords } from '../data/tagging.ts';
import type { Between, Predictor } from './predictor.ts';
import type { Weights } from './weights.ts';

/**
 * What a model says of one example, in as few numbers as any metric needs: the label of each word (NO_PREDICTION for a word that
 * was lost), the label of a text, or [sum of -log p, pieces] of a block of text.
 */
export type Prediction = Float64Array;

/** A word that the model never saw: cut off, or without a piece of its own. */
export const NO_PREDICTION = -1;

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
export async function predictClasses(
  predictor: Predictor,
  weights: Weights,
  examples: readonly Example[],
  chosen: readonly number[],
  between?: Between,
): Promise<Prediction[]> {
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
}

/** Losses of the chosen blocks of text, which are masked already. */
export async function predictLosses(
  predictor: Predictor,
  weights: Weights,
  examples: readonly Example[],
  chosen: readonly number[],
  between?: Between,
): Promise<Prediction[]> {
  const sums = await predictor.labelLosses(
    weights,
    chosen.map((e) => examples[e]),
    between,
  );
  // Parts of one array: of a large text there are many.
  return chosen.map((_, i) => sums.subarray(2 * i, 2 * i + 2));
}

function largest(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}
