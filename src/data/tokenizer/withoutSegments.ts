import type { Tokenizer } from './tokenizer.ts';

/** A tokenizer that joins two texts as this one does, and does not mark which piece is of which. */
export function withoutSegments(tokenizer: Tokenizer): Tokenizer {
  return {
    ...tokenizer,
    encodePair(...given) {
      const { ids, cut } = tokenizer.encodePair(...given);
      return { ids, cut };
    },
    pairSurroundings() {
      const around = tokenizer.pairSurroundings();
      return { ...around, join: (first, second) => ({ ids: around.join(first, second).ids }) };
    },
  };
}
