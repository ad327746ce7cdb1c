/** How large the values of an SFT are, by |value|. */
export interface Magnitudes {
  readonly count: number;
  readonly zeros: number;
  readonly mean: number;
  readonly largest: number;
  /** Quantiles, to within one part in 128. */
  readonly quantiles: readonly { readonly fraction: number; readonly value: number }[];
  /** How many lie in [2^exponent, 2^(exponent + 1)), for every exponent between the smallest and the largest that occurs. */
  readonly histogram: readonly ValueBar[];
}

/** Values of one power of two, and how many of them are negative. */
export interface ValueBar {
  readonly exponent: number;
  readonly count: number;
  readonly negative: number;
}

/** Counts values, however many arrays they come in, in one pass without sorting and in constant memory. */
export interface ValueTally {
  /** Counts an array of finite numbers. */
  add(values: Float32Array): void;
  magnitudes(): Magnitudes;
}

/** The upper 16 bits: the sign, 8 of the exponent, 7 of the fraction. */
const bins = 1 << 16;
/** Those of the numbers without a sign; the negative ones come behind them. */
const half = bins / 2;
const fractions = [0.1, 0.5, 0.9, 0.99];

export function newValueTally(): ValueTally {
  const counts = new Float64Array(bins);
  let count = 0;
  let zeros = 0;
  let sum = 0;
  let largest = 0;
  return {
    add(values) {
      const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
      for (let i = 0; i < values.length; i++) {
        const size = Math.abs(values[i]);
        sum += size;
        if (size === 0) zeros++;
        if (size > largest) largest = size;
        counts[bits[i] >>> 16]++;
      }
      count += values.length;
    },
    magnitudes() {
      const sizes = counts.slice(0, half).map((positive, bin) => positive + counts[bin + half]);
      return {
        count,
        zeros,
        mean: count === 0 ? 0 : sum / count,
        largest,
        quantiles:
          count === 0
            ? []
            : fractions.map((fraction) => ({ fraction, value: quantile(sizes, fraction * count) })),
        histogram: histogram(sizes, counts.subarray(half), zeros),
      };
    },
  };
}

/** Lower edge of the bin in which the `rank`-th smallest value lies. */
function quantile(sizes: Float64Array, rank: number): number {
  let below = 0;
  for (let bin = 0; bin < half; bin++) {
    below += sizes[bin];
    if (below >= rank && below > 0) return edge(bin);
  }
  return 0;
}

function edge(bin: number): number {
  return new Float32Array(Uint32Array.of(bin << 16).buffer)[0];
}

/** A zero shares its bin with the smallest numbers, and has a sign too: it is in no bar. */
function histogram(sizes: Float64Array, negatives: Float64Array, zeros: number): ValueBar[] {
  const bars: ValueBar[] = [];
  for (let biased = 0; biased < 255; biased++) {
    let count = biased === 0 ? -zeros : 0;
    let negative = 0;
    for (let bin = biased << 7; bin < (biased + 1) << 7; bin++) {
      count += sizes[bin];
      negative += negatives[bin];
    }
    bars.push({ exponent: biased - 127, count, negative: Math.min(negative, count) });
  }
  const first = bars.findIndex((bar) => bar.count > 0);
  const last = bars.findLastIndex((bar) => bar.count > 0);
  return first < 0 ? [] : bars.slice(first, last + 1);
}
