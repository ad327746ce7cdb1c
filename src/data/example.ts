/** What a position without a label carries, as in the reference (ignored by the loss and by metrics). */
export const NO_LABEL = -100;

/** One input of the model: word pieces and what is to be predicted of them. */
export interface Example {
  /** Word-piece ids, special pieces included, not padded. */
  readonly ids: Int32Array;
  /** Segment (token type) of each piece; absent where all are 0. */
  readonly types?: Int32Array;
  /**
   * How many of the pieces, the first ones, others may look at; absent: all. The rest is padding that a head reads, as the
   * reference's softmax over positions does.
   */
  readonly visible?: number;
  /**
   * Where each word starts in `ids`, and at last where the last one ends, for a head that reads words: word i has the pieces from
   * `words[i]` to before `words[i + 1]`, none if these are equal.
   */
  readonly words?: Int32Array;
  /** Further heads that a word may choose, all of score 0, as the reference's padding has them; absent: none. */
  readonly emptyHeads?: number;
  /**
   * One label a piece (NO_LABEL where there is none), or a single label for a whole sequence, or the positions of a span's ends, or of
   * words their heads (0 for the root, else the number of a word, from 1) and then their relations.
   */
  readonly labels: Int32Array;
}
