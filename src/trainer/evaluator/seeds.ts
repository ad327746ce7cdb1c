import { trainedSfts } from '../../library/trainedSfts.ts';
import type { Evaluated } from './evaluator.ts';

/** A trained SFT of one of a system's models. */
export interface SeedSft {
  readonly hash: string;
  /** Names the full phase that chose its mask. */
  readonly fullPhase: string | undefined;
}

/** The trained SFTs of an evaluation's model, those of which its files were composed among them. */
export function seedSfts({ terms }: Pick<Evaluated, 'terms'>): SeedSft[] {
  return terms.flatMap(trainedSfts).map(({ fingerprint, fullPhase }) => ({ hash: fingerprint, fullPhase }));
}

/**
 * To which seed each model of systems with several belongs. Models that differ in SFTs of one full phase (forks), or not at all, are
 * one seed, in all systems alike: so seeds can be paired. `systems`: the SFTs of each model, for each system.
 */
export function seedGroups(systems: readonly (readonly (readonly SeedSft[])[])[]): number[] {
  const most = Math.max(1, ...systems.map(({ length }) => length));
  const groups = Array.from({ length: most }, (_, i) => i);
  for (const models of systems.filter(({ length }) => length === most)) {
    for (let i = 0; i < most; i++) {
      for (let j = 0; j < i; j++) {
        if (groups[i] === groups[j] || !areForks(models[i], models[j])) continue;
        const [from, to] = [groups[i], groups[j]];
        for (let k = 0; k < most; k++) if (groups[k] === from) groups[k] = to;
      }
    }
  }
  const order = [...new Set(groups)];
  return groups.map((group) => order.indexOf(group));
}

function areForks(a: readonly SeedSft[], b: readonly SeedSft[]): boolean {
  const [onlyA, onlyB] = [without(a, b), without(b, a)];
  if (onlyA.length === 0 && onlyB.length === 0) return true;
  const phases = new Set(onlyB.map(({ fullPhase }) => fullPhase));
  return onlyA.some(({ fullPhase }) => fullPhase !== undefined && phases.has(fullPhase));
}

/** Those of `a` that are not in `b`, which may have been put together in another order. */
function without(a: readonly SeedSft[], b: readonly SeedSft[]): SeedSft[] {
  const there = new Set(b.map(({ hash }) => hash));
  return a.filter(({ hash }) => !there.has(hash));
}
