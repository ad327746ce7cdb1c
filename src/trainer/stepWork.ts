import { hash32 } from '../core/random.ts';
import type { Example } from '../data/example.ts';
import { splitBatch } from '../data/microBatches.ts';
import { packRows } from '../data/rowPlan.ts';

/** What one optimiser step has to compute, on average. */
export interface StepWork {
  /** Runs of the graph. */
  readonly runs: number;
  /** Word pieces. */
  readonly tokens: number;
  /** Positions, filler included. */
  readonly positions: number;
  /** Pairs of a position and one of its row: so many weights has a head's attention. */
  readonly pairs: number;
  /** Positions of the largest run. */
  readonly largest: number;
}

export interface WorkOptions {
  /** Word pieces of each example, or of enough of them. */
  readonly lengths: readonly number[];
  readonly batchSize: number;
  /** Batches a step. */
  readonly accumulate: number;
  readonly microTokens: number;
  readonly model: { readonly hiddenSize: number; readonly heads: number };
}

/** Steps that are looked at: lengths differ from batch to batch. */
const STEPS = 24;
const SEED = 1;

/** Packs some random steps as training would. */
export function stepWork({ lengths, batchSize, accumulate, microTokens, model }: WorkOptions): StepWork {
  if (lengths.length === 0) throw new Error('No example to estimate a step from.');
  const sum = { runs: 0, tokens: 0, positions: 0, pairs: 0 };
  const size = Math.min(batchSize, lengths.length);
  let largest = 0;
  for (let b = 0; b < STEPS * accumulate; b++) {
    const batch = Array.from({ length: size }, (_, i) =>
      ofLength(lengths[hash32(SEED, b, i) % lengths.length]),
    );
    for (const { examples } of splitBatch(batch, microTokens)) {
      const taken = examples.map(({ ids }) => ids.length);
      const { rows, length } = packRows(taken, model);
      sum.runs++;
      sum.tokens += taken.reduce((total, one) => total + one, 0);
      sum.positions += rows * length;
      sum.pairs += rows * length * length;
      largest = Math.max(largest, rows * length);
    }
  }
  return {
    runs: sum.runs / STEPS,
    tokens: sum.tokens / STEPS,
    positions: sum.positions / STEPS,
    pairs: sum.pairs / STEPS,
    largest,
  };
}

const NONE = new Int32Array(0);

function ofLength(length: number): Example {
  return { ids: new Int32Array(length), labels: NONE };
}
