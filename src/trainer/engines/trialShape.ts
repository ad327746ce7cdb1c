import type { Precision } from '../../core/precision.ts';
import type { ModelConfig } from '../../model/config.ts';
import type { Head } from '../../model/heads/head.ts';
import { microTokensFor } from '../../training/graphModel.ts';

/** What the speed of a run's steps depends on, beside the machine. Plain JSON. */
export interface TrialShape {
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly heads: number;
  readonly layers: number;
  /** Word pieces of a run, and of a row of it. */
  readonly microTokens: number;
  readonly length: number;
  /** Columns of the head's output, and whether they are a vocabulary's, predicted of some pieces. */
  readonly outputs: number;
  readonly isLanguage: boolean;
  /** Absent: single. */
  readonly precision?: Precision;
}

/** The shape of a run, from its model and its head. */
export function trialShape(
  config: ModelConfig,
  head: Pick<Head, 'type'>,
  outputs: number,
  precision?: Precision,
): TrialShape {
  const { hiddenSize, intermediateSize, heads, layers, vocabSize, maxPositions } = config;
  const isLanguage = head.type === 'mlm';
  return {
    hiddenSize,
    intermediateSize,
    heads,
    layers,
    microTokens: microTokensFor(config),
    length: Math.min(128, maxPositions - 2),
    outputs: isLanguage ? vocabSize : outputs,
    isLanguage,
    ...(precision === undefined ? {} : { precision }),
  };
}

/** Names a shape in the list of what has been measured. */
export function shapeKey(shape: TrialShape): string {
  const { hiddenSize, intermediateSize, heads, layers, microTokens, length, outputs, isLanguage, precision } =
    shape;
  const model = `${layers}x${hiddenSize}x${intermediateSize}/${heads}`;
  return `${model} ${microTokens}/${length} ${isLanguage ? `mlm ${outputs}` : 'task'}${precision === 'mixed' ? ' mixed' : ''}`;
}
