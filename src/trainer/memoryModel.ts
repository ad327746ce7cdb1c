import { activationBytes } from '../model/activationBytes.ts';
import type { ModelConfig } from '../model/config.ts';
import type { PhaseKind } from '../protocol/events.ts';
import type { ModelSizes } from './modelSizes.ts';

/** Bytes that training holds at its worst moment; fitted to the peaks in bench/RESULTS.md, within a quarter. */

export interface RememberedModel {
  readonly config: Pick<ModelConfig, 'layers' | 'hiddenSize' | 'intermediateSize' | 'vocabSize'>;
  readonly sizes: ModelSizes;
  /** Columns of the head's output, and at which share of the word pieces it is computed. */
  readonly outputs: number;
  readonly reads: number;
  /** Positions of the largest run. */
  readonly largest: number;
  /** Bytes of the data in memory. */
  readonly dataBytes: number;
}

export interface RememberedPhase {
  readonly phase: PhaseKind;
  /** Entries that train: whole arrays and touched rows, or those of mask and head. */
  readonly entries: number;
  /** Whether the mask is so thin that its gradients are computed alone. */
  readonly sampled: boolean;
}

/** Node with the engine and our code loaded. */
const PROCESS_BYTES = 190e6;
/** A vocabulary's piece in the tokenizer's tables. */
const PIECE_BYTES = 600;
/** Data, and what is left of reading them until memory is collected. */
const DATA_FACTOR = 1.5;
const FLOAT = 4;
/** Values, gradients and two moments; p0 stays where it was. */
const TRAINED_ARRAYS = 4;
/** The same for entries of a mask, with their p0 and two lists of their indices; all other values are p0's own. */
const MASKED_ARRAYS = 7;
/** What the engine's memory pool takes beyond the activations that it holds: it grows by doubling. */
const POOL_FACTOR = 1.4;
/** Layers whose factors lie transposed beside the others (training/sampledGradients.ts). */
const TRANSPOSED_LAYERS = 2;
/** Logits, probabilities and gradient of the head's output. */
const HEAD_ARRAYS = 3;

/** Bytes at the worst moment of a phase. */
export function phaseBytes(model: RememberedModel, phase: RememberedPhase): number {
  const { config, sizes, largest } = model;
  const { layers, hiddenSize, intermediateSize } = config;
  const fixed = PROCESS_BYTES + PIECE_BYTES * config.vocabSize + DATA_FACTOR * model.dataBytes;
  const perEntry = FLOAT * (phase.phase === 'sparse' ? MASKED_ARRAYS : TRAINED_ARRAYS);
  const activations = activationBytes(config, largest) * POOL_FACTOR;
  const tapped = FLOAT * largest * (8 * hiddenSize + 2 * intermediateSize);
  const taps = phase.sampled ? (layers + TRANSPOSED_LAYERS) * tapped : 0;
  const head = FLOAT * HEAD_ARRAYS * largest * model.reads * model.outputs;
  return fixed + FLOAT * sizes.parameters + perEntry * phase.entries + activations + taps + head;
}
