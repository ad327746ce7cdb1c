import type { Example } from '../data/example.ts';
import type { Head } from '../model/heads/head.ts';
import type { Predictor } from '../training/predictor.ts';
import type { Weights } from '../training/weights.ts';

/** What a recipe's data are for training, whatever the task. */
export interface TrainingData {
  readonly head: Head;
  /** Columns of the head's output; names of labels where they have any. */
  readonly outputs: number;
  readonly labels: readonly string[] | undefined;
  /** Training examples. */
  readonly examples: number;
  /** The example at `index` as it is trained on in an epoch of a phase. */
  example(index: number, phase: number, epoch: number): Example;
  /** Absent where there is nothing to validate on. */
  readonly validate?: (predictor: Predictor, weights: Weights) => Promise<Readonly<Record<string, number>>>;
  /** What the user should know of the data. */
  readonly notes: readonly string[];
}
