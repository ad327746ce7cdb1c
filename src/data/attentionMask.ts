import type { PackedBatch } from './packing.ts';

/** Added to an attention score to forbid it: its exponential is exactly 0. */
const FORBIDDEN = -1e9;

/**
 * The block-diagonal attention mask, 0 within a sequence and a large negative number elsewhere: [rows, 1, length, length].
 * Filler attends to itself.
 */
export function attentionMask(batch: PackedBatch): Float32Array {
  const { rows, length } = batch.shape;
  return maskOf(
    batch,
    Int32Array.from({ length: rows * length }, (_, slot) => slot),
  );
}

/** The same for the last layer's queries only: [rows, 1, queries, length]. */
export function queryMask(batch: PackedBatch): Float32Array {
  return maskOf(batch, batch.queries);
}

function maskOf({ shape: { length }, examples, visible }: PackedBatch, slots: Int32Array): Float32Array {
  const mask = new Float32Array(slots.length * length).fill(FORBIDDEN);
  slots.forEach((slot, i) => {
    const row = slot - (slot % length);
    if (examples[slot] < 0) {
      mask[i * length + (slot - row)] = 0;
      return;
    }
    let first = slot;
    while (first > row && examples[first - 1] === examples[slot]) first--;
    const end = first + visible[examples[slot]];
    mask.fill(0, i * length + first - row, i * length + end - row);
  });
  return mask;
}
