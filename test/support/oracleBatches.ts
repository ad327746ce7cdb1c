import { NO_LABEL, type Example } from '../../src/data/example.ts';
import type { Tensors } from './oracleFiles.ts';

/** The examples of a padded batch [B, T]; `index` where batches are stacked [n, B, T]. */
export function examplesOf(tensors: Tensors, prefix: string, index = 0): Example[] {
  const read = (name: string) => tensors.get(`${prefix}${name}`);
  const ids = read('input_ids')!;
  const [count, length] = ids.shape.slice(-2);
  const offset = index * count * length;
  const row = (name: string, i: number, size: number) =>
    Int32Array.from(
      (read(name)!.values as Int32Array).slice(offset + i * length, offset + i * length + size),
    );
  if (read('word_starts') !== undefined) return wordExamples(tensors, prefix, index);
  const starts = read('start_positions');
  const perSequence = starts === undefined && read('labels')!.shape.length < ids.shape.length;
  return Array.from({ length: count }, (_, i) => {
    const size = row('attention_mask', i, length).reduce((sum, one) => sum + one, 0);
    const inside = (position: number) => (position < length ? position : NO_LABEL);
    const labels =
      starts !== undefined
        ? Int32Array.from([starts, read('end_positions')!], ({ values }) => inside(values[index * count + i]))
        : perSequence
          ? Int32Array.of(read('labels')!.values[index * count + i])
          : row('labels', i, size);
    const types = read('token_type_ids') === undefined ? undefined : row('token_type_ids', i, size);
    if (starts !== undefined)
      return {
        ids: row('input_ids', i, length),
        types: row('token_type_ids', i, length),
        visible: size,
        labels,
      };
    return { ids: row('input_ids', i, size), ...(types === undefined ? {} : { types }), labels };
  });
}

/**
 * Sentences for the parser. `word_starts` ends at where the last word does; what follows is 0. As in the reference nothing is
 * learnt of words at the root, and padding is among the heads that a word may choose.
 */
function wordExamples(tensors: Tensors, prefix: string, index: number): Example[] {
  const read = (name: string) => tensors.get(`${prefix}${name}`)!;
  const [count, length] = read('input_ids').shape.slice(-2);
  const offset = index * count * length;
  return Array.from({ length: count }, (_, i) => {
    const row = (name: string, size: number) =>
      (read(name).values as Int32Array).slice(offset + i * length, offset + i * length + size);
    const size = row('attention_mask', length).reduce((sum, one) => sum + one, 0);
    const starts = row('word_starts', length);
    const words = starts.lastIndexOf(0) === length - 1 ? starts.indexOf(0) - 1 : length - 1;
    const heads = row('labels_arcs', words).map((head) => (head === 0 ? NO_LABEL : head));
    const relations = row('labels_rels', words);
    return {
      ids: row('input_ids', size),
      types: row('token_type_ids', size),
      words: starts.slice(0, words + 1),
      emptyHeads: length - words,
      labels: Int32Array.from([...heads, ...relations]),
    };
  });
}
