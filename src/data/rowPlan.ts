/** Where each sequence starts when sequences are laid into `rows` rows of `length` slots. */
export interface Placement {
  readonly rows: number;
  readonly length: number;
  /** First slot of each sequence, counted over all rows. */
  readonly starts: Int32Array;
}

/** Rows are not tried longer than this, or than the longest sequence: attention across sequences is wasted work. */
const LONGEST_ROW = 512;

/** Positions come in multiples of this: vector instructions take that many. */
export const POSITIONS = 8;

/**
 * Elementwise work on an attention weight (mask, softmax, dropout, and all of it backwards), in multiply-adds of the matrix
 * products that take as long; measured, and only a choice of shapes depends on it.
 */
const WEIGHT_COST = 350;

/**
 * Chooses row length and number of rows with the least work: a shorter row wastes no attention across sequences, a longer
 * one is filled better. First fit by decreasing length; depends on the lengths alone.
 */
export function packRows(
  lengths: readonly number[],
  model: { hiddenSize: number; heads: number },
): Placement {
  const shortest = roundUp(Math.max(...lengths), POSITIONS);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const longest = Math.max(shortest, Math.min(roundUp(total, POSITIONS), LONGEST_ROW));
  const order = lengths.map((_, i) => i).sort((a, b) => lengths[b] - lengths[a] || a - b);
  let best: Placement | undefined;
  let least = Infinity;
  for (let length = shortest; length <= longest; length += POSITIONS) {
    const placement = firstFit(lengths, order, length);
    const work = cost(placement, model);
    if (work < least) {
      best = placement;
      least = work;
    }
  }
  if (best === undefined) throw new Error('Nothing to pack.');
  return best;
}

/** The next multiple of `unit`, at least one. */
export function roundUp(n: number, unit: number): number {
  return Math.max(1, Math.ceil(n / unit)) * unit;
}

function firstFit(lengths: readonly number[], order: readonly number[], length: number): Placement {
  const used: number[] = [];
  const starts = new Int32Array(lengths.length);
  for (const i of order) {
    let row = used.findIndex((filled) => filled + lengths[i] <= length);
    if (row < 0) row = used.push(0) - 1;
    starts[i] = row * length + used[row];
    used[row] += lengths[i];
  }
  return { rows: used.length, length, starts };
}

function cost(
  { rows, length }: Placement,
  { hiddenSize, heads }: { hiddenSize: number; heads: number },
): number {
  const matrices = 36 * hiddenSize * hiddenSize;
  const attention = length * (12 * hiddenSize + WEIGHT_COST * heads);
  return rows * length * (matrices + attention);
}
