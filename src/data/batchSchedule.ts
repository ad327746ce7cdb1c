import { hash32, shuffled } from '../core/random.ts';

/** A batch by the indices of its examples, and the epoch that it belongs to (from 0 in each phase). */
export interface BatchIndices {
  readonly epoch: number;
  readonly indices: Int32Array;
}

export interface BatchSchedule {
  readonly examples: number;
  readonly batchSize: number;
  readonly seed: number;
}

/**
 * The `number`-th batch of a phase. Each epoch goes through all examples in an order of its own; its last batch may be
 * smaller. Depends on nothing but the arguments, so that a resumed run sees the same batches.
 */
export function batchAt(schedule: BatchSchedule, phase: number, number: number): BatchIndices {
  const { examples, batchSize, seed } = schedule;
  const perEpoch = Math.ceil(examples / batchSize);
  const epoch = Math.floor(number / perEpoch);
  const order = epochOrder(examples, hash32(seed, phase), epoch);
  const start = (number % perEpoch) * batchSize;
  return { epoch, indices: order.subarray(start, start + batchSize) };
}

/** The last orders are remembered: consecutive batches share them, those of several sources take turns. */
const remembered = new Map<string, Int32Array>();
const MOST_ORDERS = 64;

/** 0..count-1 in the order of an epoch. */
export function epochOrder(count: number, seed: number, epoch: number): Int32Array {
  const key = `${count}/${seed}/${epoch}`;
  const order = remembered.get(key) ?? shuffled(count, seed, epoch);
  remembered.delete(key);
  remembered.set(key, order);
  if (remembered.size > MOST_ORDERS) {
    const [oldest] = remembered.keys();
    remembered.delete(oldest);
  }
  return order;
}
