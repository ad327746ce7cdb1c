/** How large the values of an SFT are, by |value|. */
export interface Magnitudes {
  readonly count: number;
  readonly zeros: number;
  readonly mean: number;
  readonly largest: number;
  /** Quantiles, to within one part in 128. */
  readonly quantiles: readonly { readonly fraction: number; readonly value: number }[];
  /** How many lie in [2^exponent, 2^(exponent + 1)), for every exponent between the smallest and the largest that occurs. */
  readonly histogram: readonly { readonly exponent: number; readonly count: number }[];
}

/** The upper 15 bits below the sign: 8 of the exponent, 7 of the fraction. */
const bins = 1 << 15;
const fractions = [0.1, 0.5, 0.9, 0.99];

/** Summary of |value| over several arrays of finite numbers, in one pass without sorting. */
export function magnitudes(arrays: Iterable<Float32Array>): Magnitudes {
  const counts = new Float64Array(bins);
  let count = 0;
  let zeros = 0;
  let sum = 0;
  let largest = 0;
  for (const values of arrays) {
    const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
    for (let i = 0; i < values.length; i++) {
      const size = Math.abs(values[i]);
      sum += size;
      if (size === 0) zeros++;
      if (size > largest) largest = size;
      counts[(bits[i] & 0x7fffffff) >>> 16]++;
    }
    count += values.length;
  }
  return {
    count,
    zeros,
    mean: count === 0 ? 0 : sum / count,
    largest,
    quantiles:
      count === 0
        ? []
        : fractions.map((fraction) => ({ fraction, value: quantile(counts, fraction * count) })),
    histogram: histogram(counts, zeros),
  };
}

/** Lower edge of the bin in which the `rank`-th smallest value lies. */
function quantile(counts: Float64Array, rank: number): number {
  let below = 0;
  for (let bin = 0; bin < bins; bin++) {
    below += counts[bin];
    if (below >= rank && below > 0) return edge(bin);
  }
  return 0;
}

function edge(bin: number): number {
  return new Float32Array(Uint32Array.of(bin << 16).buffer)[0];
}

function histogram(counts: Float64Array, zeros: number): { exponent: number; count: number }[] {
  const bars: { exponent: number; count: number }[] = [];
  for (let biased = 0; biased < 255; biased++) {
    let count = biased === 0 ? -zeros : 0;
    for (let bin = biased << 7; bin < (biased + 1) << 7; bin++) count += counts[bin];
    bars.push({ exponent: biased - 127, count });
  }
  const first = bars.findIndex((bar) => bar.count > 0);
  const last = bars.findLastIndex((bar) => bar.count > 0);
  return first < 0 ? [] : bars.slice(first, last + 1);
}
