import { hash32 } from '../core/random.ts';
import { type Example, NO_LABEL } from './example.ts';
import type { Tokenizer } from './tokenizer/tokenizer.ts';

/** What masking needs to know of a tokenizer. */
export type MaskingVocabulary = Pick<Tokenizer, 'vocabSize' | 'special' | 'specialIds'>;

export interface Masking {
  /** The share of pieces that are chosen (BERT: 0.15). */
  readonly probability: number;
  readonly seed: number;
  /** Which of its maskings an example gets: another one each time that it is trained on. */
  readonly draw: number;
}

/** The seed and draw of every evaluation, so that its loss can be compared (the reference's seed). */
export const EVALUATION_MASKS = { seed: 2147483647, draw: 0 } as const;

/** Of the chosen pieces 80 % become the mask piece, 10 % any piece, and 10 % stay. */
const MASKED = 0.8;
const MASKED_OR_RANDOM = 0.9;

/** Independent streams of random numbers. */
const CHOICE = 1;
const TREATMENT = 2;
const PIECE = 3;

/**
 * BERT's masking (Devlin et al. 2019): each piece but the special ones is chosen with the given probability, gets its
 * own id as label, and is replaced. Every decision is a function of seed, draw, index and position alone, so that it
 * depends neither on the order of examples nor on how they are batched. Where nothing is chosen, no piece has a label.
 * @param index of the example in its data
 */
export function maskTokens(
  example: Example,
  { probability, seed, draw }: Masking,
  { vocabSize, special, specialIds }: MaskingVocabulary,
  index: number,
): Example {
  const ids = example.ids.slice();
  const labels = new Int32Array(ids.length).fill(NO_LABEL);
  const stream = (which: number): ((position: number) => number) => {
    const key = hash32(seed, draw, which);
    return (position) => hash32(key, index, position) / 2 ** 32;
  };
  const [choice, treatment, piece] = [stream(CHOICE), stream(TREATMENT), stream(PIECE)];
  for (const [position, id] of example.ids.entries()) {
    if (specialIds.has(id) || choice(position) >= probability) continue;
    labels[position] = id;
    const share = treatment(position);
    if (share < MASKED) ids[position] = special.mask;
    else if (share < MASKED_OR_RANDOM) ids[position] = Math.floor(piece(position) * vocabSize);
  }
  return { ...example, ids, labels };
}
