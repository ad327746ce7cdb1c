import type { Example } from '../data/example.ts';
import type { Head } from '../model/heads/head.ts';
import type { StreamState } from '../runs/checkpointFolder.ts';
import type { Evaluation } from '../training/evaluation.ts';
import type { Predictor } from '../training/predictor.ts';
import type { Weights } from '../training/weights.ts';

/** What a validation found; without an interval where it is a mean over several sources. */
export type Validated = Pick<Evaluation, 'metrics'> & Partial<Pick<Evaluation, 'metric' | 'interval'>>;

/** One of several sources. */
export interface SourceData extends Pick<TrainingData, 'examples' | 'example' | 'validate'> {
  readonly name: string;
  /** How often an epoch goes through it. */
  readonly repeat: number;
}

/** What a recipe's data are for training, whatever the task. */
export interface TrainingData {
  readonly head: Head;
  /** Columns of the head's output; names of labels where they have any. */
  readonly outputs: number;
  readonly labels: readonly string[] | undefined;
  /** Training examples; where they are streamed, about as many. */
  readonly examples: number;
  /** The example at `index` as it is trained on in an epoch of a phase. */
  readonly example: (index: number, phase: number, epoch: number) => Example;
  /** There where examples are made as they are asked for. */
  readonly stream?: ExampleStream;
  /** Absent where there is nothing to validate on. */
  readonly validate?: (predictor: Predictor, weights: Weights) => Promise<Validated>;
  /** Where the examples come from, if from several sources: training asks those. */
  readonly sources?: readonly SourceData[];
  /** What the user should know of the data. */
  readonly notes: readonly string[];
}

/**
 * Examples that come one after the other, drawn at random already: a phase takes them by their numbers, which run on from
 * epoch to epoch. Any can be asked for; those before it are then made again, unless it is the next one.
 */
export interface ExampleStream {
  /** Where the next example begins, for a checkpoint. */
  state(): StreamState;
  /** Goes on where another process stopped. */
  goOn(state: StreamState): void;
  /** SHA-256 of each file, which it has read anyway. */
  readonly hashes: ReadonlyMap<string, string>;
}
