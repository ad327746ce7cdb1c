import { NO_LABEL, type Example } from '../data/example.ts';
import { wordLabels } from '../data/wordLayout.ts';
import type { PackedBatch, PackingOptions } from '../data/packing.ts';
import { arcFeeds } from './wordFeeds.ts';
import type { FeedArray, ShapedArray } from '../engine/program.ts';

/** What each label of a batch weighs, so that the sums over its parts are means over the batch. */
export type LabelShares = readonly number[];

/** Added to the score of a position of another example: its exponential is exactly 0. */
const FORBIDDEN = -1e9;

/** One share for labels; one for starts and one for ends of spans, of which each is half of the loss. */
export function labelShares(
  batch: readonly Example[],
  { reads }: Pick<PackingOptions, 'reads'>,
  batches: number,
): LabelShares {
  if (reads === 'spans') {
    return [0, 1].map((side) => {
      const count = batch.filter(({ labels }) => labels[side] !== NO_LABEL).length;
      return 1 / (2 * Math.max(1, count) * batches);
    });
  }
  let count = 0;
  for (const { labels } of batch) {
    if (reads === 'words') count += wordLabels(labels).heads.filter((head) => head !== NO_LABEL).length;
    else if (reads === 'first') count += Number(labels[0] !== NO_LABEL);
    else for (let i = 0; i < labels.length; i++) count += Number(labels[i] !== NO_LABEL);
  }
  return [1 / (Math.max(1, count) * batches)];
}

/** The shares of a loss that is multiplied by `scale`. */
export function scaled(shares: LabelShares, scale: number): LabelShares {
  return scale === 1 ? shares : shares.map((share) => share * scale);
}

/** What the loss of a head wants beside the batch (`model/losses.ts`). */
export function lossFeeds(
  batch: PackedBatch,
  examples: readonly Example[],
  { reads }: Pick<PackingOptions, 'reads'>,
  shares: LabelShares,
): Record<string, FeedArray | ShapedArray> {
  if (reads === 'spans') return spanFeeds(batch, examples, shares);
  if (batch.words !== undefined) return arcFeeds(batch.words, examples, shares[0]);
  return { weights: Float32Array.from(batch.labelled, (labelled) => labelled * shares[0]) };
}

function spanFeeds(
  { readSlots, examples: owners, pieces }: PackedBatch,
  examples: readonly Example[],
  shares: LabelShares,
): Record<string, FeedArray | ShapedArray> {
  const count = examples.length;
  const reads = readSlots.length;
  const members = new Float32Array(count * reads).fill(FORBIDDEN);
  const firstRead = new Int32Array(count);
  readSlots.forEach((slot, read) => {
    const owner = owners[slot];
    if (owner < 0) return;
    members[owner * reads + read] = 0;
    if (pieces[slot] === 0) firstRead[owner] = read;
  });
  const feeds: Record<string, FeedArray | ShapedArray> = {
    members: { array: members, shape: [count, reads] },
  };
  for (const [side, name] of ['start', 'end'].entries()) {
    const labelled = examples.map(({ labels }) => labels[side] !== NO_LABEL);
    // Positions of an example stand together, so its read is counted from its first.
    const picks = examples.flatMap(({ labels }, e) => [e, firstRead[e] + (labelled[e] ? labels[side] : 0)]);
    feeds[name] = Float32Array.from({ length: 2 * count }, (_, i) => Number(i % 2 === side));
    feeds[`${name}.picks`] = Int32Array.from(picks);
    feeds[`${name}.weights`] = Float32Array.from(labelled, (is) => Number(is) * shares[side]);
  }
  return feeds;
}
