import { fillKeep, keepSeed, type GapTable } from '../core/gaps.ts';
import type { PackedBatch } from '../data/packing.ts';
import type { DropoutSite } from './dropoutSites.ts';

/** More heads than any encoder has, so that (piece, head) is one number. */
const MOST_HEADS = 256;

/** What a mask's layout follows. */
export type DropoutSlots = Pick<
  PackedBatch,
  'shape' | 'ids' | 'examples' | 'pieces' | 'queries' | 'readSlots'
>;

export interface DropoutAddress {
  /** Hash of the run's seed and the step. */
  readonly step: number;
  /** The site's index among all sites of the model. */
  readonly site: number;
  /** Index in the step of each packed example. */
  readonly exampleIds: readonly number[];
}

/**
 * Writes a site's mask (1 keep, 0 drop). A unit's fate depends on (step, site, example, piece, unit) alone, not on where
 * packing put the piece, nor on how the step is cut into micro-batches. Filler is left as it is.
 */
export function fillDropout(
  keep: Uint8Array,
  site: DropoutSite,
  batch: DropoutSlots,
  table: GapTable,
  address: DropoutAddress,
): void {
  if (site.kind === 'attention') fillAttention(keep, site, batch, table, address);
  else fillUnits(keep, site, batch, table, address);
}

function fillUnits(
  keep: Uint8Array,
  site: DropoutSite,
  batch: DropoutSlots,
  table: GapTable,
  address: DropoutAddress,
) {
  const slots = slotsOf(site, batch);
  for (let i = 0; i < slots.length; i++) {
    const example = batch.examples[slots[i]];
    if (example < 0) continue;
    const seed = keepSeed(address.step, address.site, address.exampleIds[example], batch.pieces[slots[i]]);
    fillKeep(keep, i * site.units, (i + 1) * site.units, table, seed);
  }
}

/** Laid out [rows, heads, queries, length]; only keys of the query's own sequence matter. */
function fillAttention(
  keep: Uint8Array,
  site: DropoutSite,
  batch: DropoutSlots,
  table: GapTable,
  address: DropoutAddress,
) {
  const { length, rows } = batch.shape;
  const slots = slotsOf(site, batch);
  const perRow = slots.length / rows;
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i];
    const example = batch.examples[slot];
    if (example < 0) continue;
    const first = (slot % length) - batch.pieces[slot];
    let end = slot % length;
    const row = Math.floor(i / perRow);
    while (end < length && batch.examples[row * length + end] === example) end++;
    const id = address.exampleIds[example];
    for (let head = 0; head < site.units; head++) {
      const at = ((row * site.units + head) * perRow + (i % perRow)) * length;
      const seed = keepSeed(address.step, address.site, id, batch.pieces[slot] * MOST_HEADS + head);
      fillKeep(keep, at + first, at + end, table, seed);
    }
  }
}

function slotsOf(site: DropoutSite, batch: DropoutSlots): Int32Array {
  if (site.positions === 'reads') return batch.readSlots;
  if (site.positions === 'queries') return batch.queries;
  return Int32Array.from(batch.ids, (_, slot) => slot);
}
