import { gapTable } from '../../src/core/gaps.ts';
import { hash32 } from '../../src/core/random.ts';
import { batchAt, type BatchSchedule } from '../../src/data/batchSchedule.ts';
import type { Example } from '../../src/data/example.ts';
import { fillDropout, type DropoutSlots } from '../../src/model/dropoutMasks.ts';
import { dropoutSites, siteSize } from '../../src/model/dropoutSites.ts';
import type { TrainingJob } from '../../src/training/job.ts';

/*
 * What a run of ours draws at random, for the peer to be given (bench/peer/draws.py), so that nothing but the computation differs.
 */

const PHASES = ['full', 'sparse'] as const;

/** Indices of the examples of each step of both phases. */
export function drawnOrder(schedule: BatchSchedule, { full, sparse }: Pick<TrainingJob, 'full' | 'sparse'>) {
  return [full.steps, sparse.steps].map((steps, phase) =>
    Array.from({ length: steps }, (_, step) => [...batchAt(schedule, phase, step).indices]),
  );
}

/** 1 / (rate of keeping) by rate of dropout. */
export function drawnScales({ dropout }: Pick<TrainingJob, 'dropout'>): Record<string, number> {
  return Object.fromEntries(
    Object.values(dropout).map((rate) => [String(rate), rate > 0 ? 1 / (1 - gapTable(rate).rate) : 1]),
  );
}

/**
 * The dropout masks of every site of each step of both phases, in the order in which a model comes by its sites, over batches that are
 * padded to their longest sequence: a bit a unit (1: kept), each mask from a byte of its own. One batch a step.
 */
export function* drawnDropout(job: TrainingJob): Generator<Uint8Array> {
  const { model, dropout, seed } = job;
  const sites = dropoutSites(model.config, false, dropout, model.head.dropoutSites(model.config));
  const tables = new Map(sites.map(({ rate }) => [rate, gapTable(rate)]));
  for (const [phase, name] of PHASES.entries()) {
    for (let step = 0; step < job[name].steps; step++) {
      const [batch] = job.batches(phase, step);
      const address = {
        step: hash32(seed, hash32(seed, phase, step)),
        exampleIds: batch.map((_, i) => i),
      };
      const whole = paddedSlots(batch);
      const first = paddedSlots(batch.map(({ ids }) => ({ ids: ids.subarray(0, 1) })));
      for (const [index, site] of sites.entries()) {
        const slots = site.kind === 'head' && model.head.reads === 'first' ? first : whole;
        const everywhere = { ...site, positions: 'all' } as const;
        const keep = new Uint8Array(siteSize(everywhere, slots.shape));
        const table = tables.get(site.rate);
        if (table !== undefined) fillDropout(keep, everywhere, slots, table, { ...address, site: index });
        yield packBits(keep);
      }
    }
  }
}

/** A sequence a row. */
function paddedSlots(batch: readonly Pick<Example, 'ids'>[]): DropoutSlots {
  const length = Math.max(...batch.map(({ ids }) => ids.length));
  const size = batch.length * length;
  const ids = new Int32Array(size);
  const examples = new Int32Array(size).fill(-1);
  const pieces = new Int32Array(size);
  for (const [row, example] of batch.entries()) {
    for (let piece = 0; piece < example.ids.length; piece++) {
      examples[row * length + piece] = row;
      pieces[row * length + piece] = piece;
    }
  }
  const queries = ids.map((_, slot) => slot);
  const shape = { rows: batch.length, length, queries: length, reads: size };
  return { shape, ids, examples, pieces, queries, readSlots: queries };
}

/** The first is the highest bit of the first byte; what the last byte lacks is 0. */
function packBits(bits: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  for (let i = 0; i < bits.length; i++) bytes[i >> 3] |= bits[i] << (7 - (i & 7));
  return bytes;
}
