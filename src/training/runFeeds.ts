import { gapTable, type GapTable } from '../core/gaps.ts';
import type { Example } from '../data/example.ts';
import type { PackedBatch, PackingOptions } from '../data/packing.ts';
import type { Feeds } from '../engine/program.ts';
import { fillDropout } from '../model/dropoutMasks.ts';
import { dropoutSites, keepInput, siteSize, type DropoutRates } from '../model/dropoutSites.ts';
import type { GraphModel } from '../model/stepProgram.ts';
import { batchFeeds } from './graphFeeds.ts';
import { lossFeeds, scaled, type LabelShares } from './lossFeeds.ts';

/** One packed batch of a step. */
export interface StepRun {
  readonly batch: PackedBatch;
  readonly examples: readonly Example[];
  /** What each label weighs. */
  readonly shares: LabelShares;
  /** Index in the step of each example. */
  readonly exampleIds: readonly number[];
  /** Hash of the run's seed and the step. */
  readonly stream: number;
  /** With what the loss is multiplied. */
  readonly scale: number;
}

interface RunFeedsOptions {
  readonly model: GraphModel;
  readonly packing: PackingOptions;
  readonly dropout: DropoutRates;
}

/** What a training program takes beside its parameters and embeddings. The arrays of masks are used again at the next run. */
export function newRunFeeds({ model, packing, dropout }: RunFeedsOptions): (run: StepRun) => Feeds {
  const { config, head } = model;
  const sites = dropoutSites(config, head.selectsQueries, dropout, head.dropoutSites(config));
  // They grow to the largest batch.
  const keep = new Map(sites.map((site) => [site.name, new Uint8Array(0)]));
  return ({ batch, examples, shares, exampleIds, stream, scale }) => {
    const masks: Record<string, Uint8Array> = {};
    sites.forEach((site, index) => {
      const length = siteSize(site, batch.shape);
      let mask = keep.get(site.name) ?? new Uint8Array(0);
      if (mask.length < length) mask = new Uint8Array(length);
      keep.set(site.name, mask);
      // Filler must not hold what another batch has left: a resumed run would have other bits.
      const used = mask.subarray(0, length).fill(0);
      masks[keepInput(site.name)] = used;
      fillDropout(used, site, batch, gapsOf(site.rate), { step: stream, site: index, exampleIds });
    });
    return { ...batchFeeds(batch), ...masks, ...lossFeeds(batch, examples, packing, scaled(shares, scale)) };
  };
}

/** By what an example of a step's batch is known to its random numbers. */
export function exampleId(batch: number, index: number): number {
  return batch * 65_536 + index;
}

/** What is kept of a unit is multiplied with. */
export function dropoutScale(rate: number): number {
  return 1 / (1 - gapsOf(rate).rate);
}

const tables = new Map<number, GapTable>();

function gapsOf(rate: number): GapTable {
  const table = tables.get(rate) ?? gapTable(rate);
  tables.set(rate, table);
  return table;
}
