import type { Mask } from '../core/mask.ts';
import {
  selectLottery,
  selectRandom,
  selectRandomPerTensor,
  type Candidate,
  type ChosenEntries,
} from '../core/selection.ts';
import type { SelectBy } from '../recipe/types.ts';
import type { Weights } from './weights.ts';

/** Chooses `k` more entries of the maskable parameters for the mask. */
export function chooseEntries(
  weights: Weights,
  by: SelectBy,
  k: number,
  taken: Mask,
  seed: number,
): ChosenEntries {
  const candidates = maskableCandidates(weights);
  if (by === 'random') return selectRandom(candidates, k, seed, taken);
  if (by === 'randomPerTensor') return selectRandomPerTensor(candidates, k, seed, taken);
  return selectLottery(candidates, k, taken);
}

function maskableCandidates(weights: Weights): Candidate[] {
  const candidates: Candidate[] = [];
  for (const [name, { values: originals }] of weights.originals) {
    if (weights.roles.get(name) !== 'maskable') continue;
    const table = weights.tables.get(name);
    if (table === undefined) {
      const values = weights.arrays.get(name)?.values ?? originals;
      candidates.push({ name, size: originals.length, values, originals });
      continue;
    }
    const { width } = table;
    const rows = Int32Array.from(table.rows).sort();
    const values = new Float32Array(rows.length * width);
    const before = new Float32Array(rows.length * width);
    rows.forEach((row, i) => {
      const slot = table.slots[row];
      values.set(table.values.subarray(slot * width, (slot + 1) * width), i * width);
      before.set(originals.subarray(row * width, (row + 1) * width), i * width);
    });
    candidates.push({
      name,
      size: originals.length,
      values,
      originals: before,
      rows: { indices: rows, width },
    });
  }
  return candidates;
}
