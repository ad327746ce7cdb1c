import { hash32 } from '../core/random.ts';
import { batchAt, epochOrder, type BatchIndices, type BatchSchedule } from './batchSchedule.ts';

/** A source of examples, and how often an epoch goes through it. */
export interface MixedSource {
  readonly examples: number;
  readonly repeat: number;
}

export interface MixedSchedule extends Omit<BatchSchedule, 'examples'> {
  readonly sources: readonly MixedSource[];
}

export interface MixedBatch extends BatchIndices {
  /** Index of the source that the whole batch is from. */
  readonly source: number;
}

/**
 * The `number`-th batch of a phase, from one source alone. An epoch goes through the batches of all sources, of each as often as it
 * repeats, in an order of its own. Depends on nothing but the arguments, so that a resumed run sees the same batches.
 */
export function mixedBatchAt(schedule: MixedSchedule, phase: number, number: number): MixedBatch {
  const { sources, batchSize, seed } = schedule;
  const perEpoch = batchesAnEpoch(schedule);
  const epoch = Math.floor(number / perEpoch);
  const order = epochOrder(perEpoch, hash32(seed, phase, sources.length), epoch);
  let place = order[number % perEpoch];
  for (const [source, { examples, repeat }] of sources.entries()) {
    const once = Math.ceil(examples / batchSize);
    if (place >= once * repeat) {
      place -= once * repeat;
      continue;
    }
    // A repetition is an epoch of the source: its batches are other ones.
    const own = { examples, batchSize, seed: hash32(seed, source) };
    const { indices } = batchAt(own, phase, epoch * repeat * once + place);
    return { source, epoch: epoch * repeat + Math.floor(place / once), indices };
  }
  throw new RangeError(`There is no batch ${number}.`);
}

/** Batches of an epoch, of all sources together. */
export function batchesAnEpoch({ sources, batchSize }: Pick<MixedSchedule, 'sources' | 'batchSize'>): number {
  return sources.reduce((sum, { examples, repeat }) => sum + repeat * Math.ceil(examples / batchSize), 0);
}

/** What an epoch goes through: `examples` in all, and where they come from, if from several sources. */
export interface EpochExamples {
  readonly examples: number;
  readonly sources?: readonly MixedSource[] | undefined;
}

/**
 * Examples by which lengths in epochs become steps. Of several sources they are as many as would fill the batches of an epoch: each
 * batch is from one source, so the last one of each may not be full.
 */
export function countedExamples({ examples, sources }: EpochExamples, batchSize: number): number {
  if (sources === undefined) return examples;
  const batches = batchesAnEpoch({ sources, batchSize });
  // Where mixing makes no more batches, lengths are what they are of the same examples from one source.
  return batches === Math.ceil(examples / batchSize) ? examples : batches * batchSize;
}
