import type { Tensor } from '@tensorflow/tfjs-core';
import type { Reads } from '../../data/packing.ts';
import type { ModelConfig } from '../config.ts';
import type { ModelContext } from '../encoder.ts';

/** How a parameter of a fresh head starts. */
export type Initial = 'normal' | 'zeros' | 'ones';

export interface HeadParameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initial: Initial;
}

/** What stands on the encoder. A further head is a further file that exports one of these. */
export interface Head {
  readonly type: HeadType;
  /** Parameters of the head alone (and the pooler's where it has one, which may be in the base), in Hugging Face's names. */
  parameters(config: ModelConfig, labels: number): readonly HeadParameter[];
  /** Which parameters of the base it uses besides the encoder's. */
  uses(config: ModelConfig): readonly string[];
  /**
   * Whether labels stand at word pieces, one for the whole sequence is read at its first piece, two are positions (where a span of
   * it starts and ends), or words are related to each other.
   */
  readonly reads: Reads;
  /** Whether it is costly, so that it is computed at the labelled positions only. */
  readonly compact: boolean;
  /** Whether it reads some positions only, so that the last layer need not be computed at the others. */
  readonly selectsQueries: boolean;
  /** Names of its dropout sites, each over [N, H]. */
  dropoutSites(config: ModelConfig): readonly string[];
  /** hidden: [N, H] at the positions read; gives logits [N, labels], or what else the head's loss takes (`losses.ts`). */
  output(context: ModelContext, hidden: Tensor): Tensor;
}

export type HeadType =
  | 'mlm'
  | 'token-classification'
  | 'sequence-classification'
  | 'question-answering'
  | 'biaffine';
