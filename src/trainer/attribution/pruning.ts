import { entryCount, prune } from '../../core/prune.ts';
import type { Sft } from '../../core/sft.ts';
import type { Variant } from './variants.ts';

/** How many entries a share of an SFT is: at least one, unless it is none at all. */
export function entriesOfShare(all: number, share: number): number {
  return share <= 0 ? 0 : Math.max(1, Math.round(share * all));
}

/** The SFT as it is, and with the largest of its entries alone, for each share (0 to 1) of them. */
export function prunedVariants(sft: Sft, shares: readonly number[]): Variant[] {
  const all = entryCount(sft);
  const pruned = shares.map((share) => {
    const kept = share >= 1 ? sft : prune(sft, entriesOfShare(all, share));
    return { name: `${Number((100 * share).toPrecision(4))} %`, sft: kept, entries: entryCount(kept) };
  });
  return [{ name: 'whole', sft, entries: all }, ...pruned];
}
