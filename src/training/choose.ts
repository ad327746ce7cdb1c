import { keepChanges, selectKept, selectKeptPerTensor, type KeptChanges } from '../core/keptChanges.ts';
import { chooseInGroups, type GroupChoice, type MaskGroup } from '../core/maskGroups.ts';
import type { Mask } from '../core/mask.ts';
import { selectLottery, selectRandom, selectRandomPerTensor, type Candidate } from '../core/selection.ts';
import type { SelectBy } from '../recipe/types.ts';
import type { Weights } from './weights.ts';

/** Chooses more entries of the maskable parameters for the mask, as the full phase has moved them. */
export function chooseEntries(
  weights: Weights,
  by: SelectBy,
  groups: readonly MaskGroup[],
  taken: Mask,
  seed: number,
): GroupChoice {
  return chooseInGroups(maskableCandidates(weights), groups, seed, (candidates, k, own) => {
    if (by === 'random') return selectRandom(candidates, k, own, taken);
    if (by === 'randomPerTensor') return selectRandomPerTensor(candidates, k, own, taken);
    return selectLottery(candidates, k, taken);
  });
}

/** The same, of what another run has kept of its full phase. */
export function chooseKept(
  { parameters }: Pick<KeptChanges, 'parameters'>,
  by: SelectBy,
  groups: readonly MaskGroup[],
  seed: number,
): GroupChoice {
  return chooseInGroups(parameters, groups, seed, (own, k, ownSeed) => {
    if (by === 'random') return selectRandom(own, k, ownSeed);
    const kept = { parameters: own };
    return by === 'randomPerTensor' ? selectKeptPerTensor(kept, k, ownSeed) : selectKept(kept, k);
  });
}

/** What a full phase has moved, and by how much: the `share` of it that moved most. */
export function keepFullPhase(weights: Weights, share: number): KeptChanges {
  const candidates = maskableCandidates(weights);
  const entries = candidates.reduce((sum, { size }) => sum + size, 0);
  return keepChanges(candidates, Math.floor(share * entries));
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
