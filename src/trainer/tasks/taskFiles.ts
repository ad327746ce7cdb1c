import type { Head } from '../../model/heads/head.ts';
import type { AnsweredFacts, ClassifiedFacts, TaggedFacts } from '../../protocol/estimate.ts';
import type { ResolvedTaskRecipe } from '../../recipe/types.ts';
import { distinctOf, PIECE_BYTES } from '../pieceCounts.ts';
import type { FactsAndLengths, Lengths, ReadOptions, RecipeFactsAndData } from '../recipeCounts.ts';

type Counted = FactsAndLengths<TaggedFacts | ClassifiedFacts | AnsweredFacts>;

export interface TaskCounting {
  readonly head: Head;
  readonly outputs: number;
  /** Bytes that a word of the data takes in memory. */
  readonly wordBytes: number;
  /** Share of the word pieces of the training files at which the head is read. */
  readonly reads: (train: readonly Counted[]) => number;
  /** What one file is. @throws UserError of reading */
  readonly count: (file: string, role: 'train' | 'validation') => Promise<Counted>;
}

/** So many lengths are kept of several sources that repeat: they tell what a step computes. */
const MOST_LENGTHS = 100_000;

/**
 * What the labelled files of a recipe are for an estimate: each is counted, in order, and the lengths that are trained
 * and validated on are kept.
 * @throws UserError as `count`; the signal's reason
 */
export async function countTaskFiles(
  { data, sources, validate }: ResolvedTaskRecipe,
  { progress, signal }: ReadOptions,
  { head, outputs, wordBytes, reads, count }: TaskCounting,
): Promise<RecipeFactsAndData> {
  const countAll = async (files: readonly string[], role: 'train' | 'validation') => {
    const counted: Counted[] = [];
    for (const file of files) {
      signal?.throwIfAborted();
      progress?.(file, 0);
      counted.push(await count(file, role));
    }
    return counted;
  };
  const parts = sources ?? [{ ...data, repeat: 1 }];
  const train: Counted[][] = [];
  for (const part of parts) train.push(await countAll(part.train, 'train'));
  const validation: Counted[][] = [];
  for (const part of parts) validation.push(await countAll(part.validation, 'validation'));
  const training = train.map((files, i) => ({ lengths: lengthsOf(files), repeat: parts[i].repeat }));
  // Each source is validated on its own first examples.
  const evaluated =
    validate === null ? [] : validation.flatMap((files) => firstLengths(files, validate.sample ?? Infinity));
  const all = [...train, ...validation].flat();
  return {
    data: {
      head,
      outputs,
      training: epochLengths(training),
      ...(sources === null
        ? {}
        : { sources: training.map(({ lengths, repeat }) => ({ examples: lengths.length, repeat })) }),
      validation: { lengths: evaluated, count: evaluated.length },
      reads: Math.min(1, reads(train.flat())),
      distinct: distinctOf(train.flat()),
      bytes: all.reduce(
        (sum, { facts: { words, pieces } }) => sum + wordBytes * words + PIECE_BYTES * pieces,
        0,
      ),
    },
    facts: all.map(({ facts }) => facts),
  };
}

function lengthsOf(files: readonly Counted[]): number[] {
  return files.flatMap(({ lengths }) => lengths);
}

/** Lengths of the first `most` examples of the files, or of all windows of so many questions. */
export function firstLengths(
  files: readonly Pick<Counted, 'lengths' | 'questions'>[],
  most: number,
): number[] {
  let before = 0;
  return files.flatMap(({ lengths, questions }) => {
    const own = lengths.filter((_, i) => before + (questions?.[i] ?? i) < most);
    before += questions === undefined ? lengths.length : (questions.at(-1) ?? -1) + 1;
    return own;
  });
}

/** What an epoch goes through, each source as often as it repeats; of more than `most` lengths about as many, in proportion. */
export function epochLengths(
  sources: readonly { readonly lengths: readonly number[]; readonly repeat: number }[],
  most = MOST_LENGTHS,
): Lengths {
  const count = sources.reduce((sum, { lengths, repeat }) => sum + repeat * lengths.length, 0);
  const repeats = sources.some(({ repeat }) => repeat > 1);
  const share = repeats ? Math.min(1, most / count) : 1;
  const lengths = sources.flatMap(({ lengths: own, repeat }) => {
    const wanted = Math.round(share * repeat * own.length);
    return Array.from({ length: wanted }, (_, i) => own[Math.floor((i * own.length) / wanted)]);
  });
  return { lengths, count };
}
