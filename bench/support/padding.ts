import { NO_LABEL, type Example } from '../../src/data/example.ts';
import { wordLabels } from '../../src/data/wordLayout.ts';

/** Integers of a padded batch, with their shape. */
export interface PaddedTensor {
  readonly shape: readonly number[];
  readonly values: Int32Array;
}

function longestOf(batch: readonly Example[]): number {
  return Math.max(...batch.map(({ ids }) => ids.length));
}

/**
 * The examples of a batch with what its padding adds to the reference's loss: positions of padding are among the ends of an answer, and
 * among the heads of a word.
 */
export function asReferencePads(batch: readonly Example[]): Example[] {
  const length = longestOf(batch);
  return batch.map((example): Example => {
    if (example.words !== undefined) {
      return { ...example, emptyHeads: length - (example.words.length - 1) };
    }
    if (!isSpan(example)) return example;
    const ids = new Int32Array(length);
    ids.set(example.ids);
    const types = new Int32Array(length);
    types.set(example.types ?? []);
    return { ...example, ids, types, visible: example.ids.length };
  });
}

/** Two labels and more pieces: where an answer starts and ends. */
function isSpan({ ids, labels, words }: Example): boolean {
  return words === undefined && labels.length === 2 && ids.length > 2;
}

/** A batch as the reference pads it, to its longest sequence, under the names of its models' arguments. */
export function paddedExamples(batch: readonly Example[]): Record<string, PaddedTensor> {
  const length = longestOf(batch);
  const rows = (of: (example: Example) => ArrayLike<number>, filler: number): PaddedTensor => ({
    shape: [batch.length, length],
    values: Int32Array.from(
      batch.flatMap((example) => {
        const row = Array.from(of(example));
        return [...row, ...Array.from({ length: length - row.length }, () => filler)];
      }),
    ),
  });
  const column = (of: (example: Example) => number): PaddedTensor => ({
    shape: [batch.length],
    values: Int32Array.from(batch, of),
  });
  const common = {
    input_ids: rows(({ ids }) => ids, 0),
    attention_mask: rows(
      ({ ids, visible }) => Array.from(ids.subarray(0, visible ?? ids.length), () => 1),
      0,
    ),
    token_type_ids: rows(({ ids, types }) => types ?? new Int32Array(ids.length), 0),
  };
  const [first] = batch;
  if (first.words !== undefined) {
    return {
      ...common,
      word_starts: rows(({ words = [] }) => words, 0),
      // The reference's root, 0, is also its padding: neither is learnt.
      labels_arcs: rows(({ labels }) => wordLabels(labels).heads.map((head) => Math.max(head, 0)), 0),
      labels_rels: rows(({ labels }) => wordLabels(labels).relations.map((one) => Math.max(one, 0)), 0),
    };
  }
  if (isSpan(first)) {
    return {
      ...common,
      start_positions: column(({ labels }) => labels[0]),
      end_positions: column(({ labels }) => labels[1]),
    };
  }
  if (first.labels.length === 1) return { ...common, labels: column(({ labels }) => labels[0]) };
  return { ...common, labels: rows(({ labels }) => labels, NO_LABEL) };
}
