import type { Example } from '../../src/data/example.ts';
import type { TensorToWrite } from '../../src/formats/safetensorsWriter.ts';

/** Examples for the peer: of each field the values of all, one after the other, and where each example's end (`FIELD.ends`). */
export function flatExamples(examples: readonly Example[]): TensorToWrite[] {
  const field = (name: string, of: (example: Example) => Int32Array) => flatten(name, examples.map(of));
  const none = new Int32Array(0);
  return [
    ...field('ids', ({ ids }) => ids),
    ...field('types', ({ ids, types }) => types ?? new Int32Array(ids.length)),
    ...field('labels', ({ labels }) => labels),
    ...field('words', ({ words }) => words ?? none),
  ];
}

/** Rows one after the other, and where each ends. */
export function flatten(name: string, rows: readonly Int32Array[]): TensorToWrite[] {
  const ends = new Int32Array(rows.length);
  rows.forEach((row, i) => (ends[i] = (i > 0 ? ends[i - 1] : 0) + row.length));
  const values = new Int32Array(ends.at(-1) ?? 0);
  rows.forEach((row, i) => values.set(row, ends[i] - row.length));
  return [
    { name, shape: [values.length], values },
    { name: `${name}.ends`, shape: [ends.length], values: ends },
  ];
}
