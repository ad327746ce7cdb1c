import type { MixedSource } from '../data/mixedSchedule.ts';
import type { Head } from '../model/heads/head.ts';
import type { DataFacts } from '../protocol/estimate.ts';

/** Examples of a recipe, told by their lengths; `count` is larger than the lengths are where a text was sampled. */
export interface Lengths {
  /** Word pieces of each, special ones included. */
  readonly lengths: readonly number[];
  readonly count: number;
}

/** What of a recipe's data decides what training costs. */
export interface RecipeData {
  readonly head: Head;
  /** Columns of the head's output. */
  readonly outputs: number;
  /** Of several sources, as often as an epoch goes through each. */
  readonly training: Lengths;
  /** Where the training examples come from, if from several sources. */
  readonly sources?: readonly MixedSource[] | undefined;
  /** What is validated on each time; empty where there is no validation. */
  readonly validation: Lengths;
  /** Share of the word pieces at which something is predicted. */
  readonly reads: number;
  /** Distinct word pieces. */
  readonly distinct: number;
  /** Bytes in memory: sentences or lines, word pieces, labels. */
  readonly bytes: number;
}

export interface ReadOptions {
  /** Called with what is being read and how much of it is done. */
  readonly progress?: ((file: string, share: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What reading a recipe's files finds. */
export interface RecipeFactsAndData {
  readonly data: RecipeData;
  readonly facts: DataFacts[];
}

/** Facts of a labelled file, and the lengths of its examples as training takes them. */
export interface FactsAndLengths<Facts> {
  readonly facts: Facts;
  /** Word pieces of each example; of a large file, of enough of them. */
  readonly lengths: readonly number[];
  /** The question of which each example is a window, ascending, counted in this file; absent where each is one by itself. */
  readonly questions?: readonly number[];
  /** Distinct word pieces. */
  readonly distinct: ReadonlySet<number>;
}
