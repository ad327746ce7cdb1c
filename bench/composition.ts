import { compositionRules, type CompositionRule } from '../src/core/compositionRules.ts';
import type { Parameter } from '../src/core/parameters.ts';
import { entryCount } from '../src/core/prune.ts';
import { uniform } from '../src/core/random.ts';
import type { Sft, SparseDiff } from '../src/core/sft.ts';
import { newWarmComposition } from '../src/core/warmComposition.ts';
import { median } from './statistics.ts';
import { randomEncoder, shapeConfig } from './support/shapes.ts';

export interface CompositionTiming {
  readonly rule: CompositionRule;
  /** Entries of the SFT whose coefficient is moved, and SFTs that are composed. */
  readonly moved: number;
  readonly sfts: number;
  readonly seconds: number;
  /** The first move of this slider, prepared while nobody moved one. */
  readonly first: number;
}

const MOVES = 12;

/**
 * Coefficients moved at mBERT's shape, with SFTs of 7.7 and 14.2 million entries, and with three and four of them: until the weights are
 * those of composing.
 */
export function timeComposition(): CompositionTiming[] {
  const base = randomEncoder(shapeConfig('mBERT'));
  const sfts = [7.7e6, 14.2e6, 7.7e6, 7.7e6].map((k, i) => randomSft(base, k, i + 1));
  return compositionRules.flatMap((rule) => [
    timeMoves(base, sfts.slice(0, 2), 0, rule),
    timeMoves(base, sfts.slice(0, 2), 1, rule),
    timeMoves(base, sfts.slice(0, 3), 1, rule),
    timeMoves(base, sfts, 1, rule),
  ]);
}

function timeMoves(
  base: ReadonlyMap<string, Parameter>,
  sfts: readonly Sft[],
  moved: number,
  rule: CompositionRule,
): CompositionTiming {
  const composition = newWarmComposition(base);
  const coefficients = sfts.map(() => 1);
  const move = (value: number): number => {
    coefficients[moved] = value;
    const terms = sfts.map((sft, i) => ({ sft, coefficient: coefficients[i] }));
    const began = performance.now();
    composition.set(terms, { rule });
    return (performance.now() - began) / 1000;
  };
  move(1); // all are there
  composition.prepare();
  const first = move(0.5);
  const seconds = Array.from({ length: MOVES }, (_, i) => move(i / MOVES));
  composition.set([]);
  return { rule, moved: entryCount(sfts[moved]), sfts: sfts.length, seconds: median(seconds), first };
}

/** Entries at random over all parameters. */
function randomSft(base: ReadonlyMap<string, Parameter>, k: number, seed: number): Sft {
  const total = [...base.values()].reduce((sum, { values }) => sum + values.length, 0);
  const share = k / total;
  const diffs = [...base].map(([name, { values, shape }], p): [string, SparseDiff] => {
    const indices = new Uint32Array(values.length);
    let count = 0;
    for (let i = 0; i < values.length; i++) if (uniform(seed, p, i) < share) indices[count++] = i;
    const chosen = indices.slice(0, count);
    return [
      name,
      { indices: chosen, values: Float32Array.from(chosen, (i) => 1e-3 * (uniform(i, seed) - 0.5)), shape },
    ];
  });
  return { diffs: new Map(diffs), abs: new Map() };
}
