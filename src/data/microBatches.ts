import type { Example } from './example.ts';

/** Part of a batch that is computed in one run. */
export interface MicroBatch {
  readonly examples: readonly Example[];
  /** Index of its first example in the batch. */
  readonly first: number;
}

/** Cuts a batch, in order, into parts of nearly equal size of at most `budget` word pieces (or one example) each. */
export function splitBatch(batch: readonly Example[], budget: number): MicroBatch[] {
  const total = batch.reduce((sum, example) => sum + example.ids.length, 0);
  const share = total / Math.max(1, Math.ceil(total / budget));
  const parts: MicroBatch[] = [];
  let first = 0;
  let size = 0;
  batch.forEach((example, i) => {
    const length = example.ids.length;
    if (i > first && (size + length > budget || size >= share)) {
      parts.push({ examples: batch.slice(first, i), first });
      first = i;
      size = 0;
    }
    size += length;
  });
  if (first < batch.length) parts.push({ examples: batch.slice(first), first });
  return parts;
}
