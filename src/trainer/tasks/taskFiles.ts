import type { Head } from '../../model/heads/head.ts';
import type { ClassifiedFacts, TaggedFacts } from '../../protocol/estimate.ts';
import type { ResolvedTaskRecipe } from '../../recipe/types.ts';
import { distinctOf, PIECE_BYTES } from '../pieceCounts.ts';
import type { FactsAndLengths, ReadOptions, RecipeFactsAndData } from '../recipeCounts.ts';

type Counted = FactsAndLengths<TaggedFacts | ClassifiedFacts>;

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

/**
 * What the labelled files of a recipe are for an estimate: each is counted, in order, and the lengths that are trained
 * and validated on are kept.
 * @throws UserError as `count`; the signal's reason
 */
export async function countTaskFiles(
  { data, validate }: ResolvedTaskRecipe,
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
  const train = await countAll(data.train, 'train');
  const validation = await countAll(data.validation, 'validation');
  const lengths = train.flatMap((one) => one.lengths);
  const evaluated = validate === null ? [] : validation.flatMap((one) => one.lengths);
  const sample = evaluated.slice(0, validate?.sample ?? evaluated.length);
  const facts = [...train, ...validation].map((one) => one.facts);
  return {
    data: {
      head,
      outputs,
      training: { lengths, count: lengths.length },
      validation: { lengths: sample, count: sample.length },
      reads: Math.min(1, reads(train)),
      distinct: distinctOf(train),
      bytes: facts.reduce((sum, { words, pieces }) => sum + wordBytes * words + PIECE_BYTES * pieces, 0),
    },
    facts,
  };
}
