/** Where each sequence starts when sequences are laid into `rows` rows of `length` slots. */
export interface Placement {
  readonly rows: number;
  readonly length: number;
  /** First slot of each sequence, counted over all rows. */
  readonly starts: Int32Array;
}

/** Row lengths that are tried: a graph is compiled for each that occurs. */
const LENGTHS = [16, 32, 48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512];

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
  const longest = Math.max(...lengths);
  const candidates = LENGTHS.filter((length) => length >= longest);
  if (candidates.length === 0) candidates.push(Math.ceil(longest / 64) * 64);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const order = lengths.map((_, i) => i).sort((a, b) => lengths[b] - lengths[a] || a - b);
  let best: Placement | undefined;
  let least = Infinity;
  for (const length of candidates) {
    const placement = firstFit(lengths, order, length);
    const work = cost(placement, model);
    if (work < least) {
      best = placement;
      least = work;
    }
    if (length >= total) break;
  }
  if (best === undefined) throw new Error('Nothing to pack.');
  return best;
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
