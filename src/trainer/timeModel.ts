import type { ModelConfig } from '../model/config.ts';
import type { PhaseKind } from '../protocol/events.ts';
import { DENSEST } from '../training/sampledGradients.ts';
import type { StepWork } from './stepWork.ts';

/**
 * How long steps take, from what they compute. The constants were fitted to bench/RESULTS.md: within a factor of two there, which is
 * what a machine's speed varies by anyhow.
 */

/** What a step's time depends on beside its work. */
export interface TimedModel {
  readonly config: Pick<ModelConfig, 'layers' | 'hiddenSize' | 'heads' | 'intermediateSize'>;
  /** Columns of the head's output. */
  readonly outputs: number;
  /** Share of a run's word pieces at which the head is computed. */
  readonly reads: number;
  /** Whether the head's output matrix trains. */
  readonly trainsOutput: boolean;
  /** Whether the encoder trains, so that gradients go through it. */
  readonly trainsEncoder: boolean;
}

/** A phase's own part of it. */
export interface TimedPhase {
  readonly phase: PhaseKind;
  /** Entries that the optimiser walks over. */
  readonly entries: number;
  /** Share of the encoder's weights that is in the mask; 1 in a full phase. */
  readonly density: number;
  readonly l1: boolean;
}

export interface TimedMachine {
  /** Of a large matrix product, measured. */
  readonly flopsPerSecond: number;
  readonly threads: number;
}

/** Elementwise work on an attention weight, in multiply-adds of matrix products that take as long (see data/rowPlan.ts). */
const PAIR_COST = 350;
/** Seconds for each element of a layer's activations, forwards and backwards, on one thread of two. */
const ELEMENT_SECONDS = 1.5e-9;
/** Seconds for each entry of the optimiser's two passes: the memory's speed, hardly better on more threads. */
const UPDATE_SECONDS = { one: 2.6e-9, several: 2e-9 };
/** The same for an entry of the mask, which is gathered and put back too. */
const MASKED_SECONDS = 5e-9;
/** L1 reads p0, too. */
const L1_FACTOR = 1.2;
/** Density at which a weight's chosen gradient entries cost as much as all of them. */
const EVEN_DENSITY = 0.27;
/** Share of the last layer that is not computed at positions that nobody reads. */
const SPARED_OF_LAST = 0.7;
/** Seconds of a run of the graph however small it is: for itself, and for each layer. */
const RUN_SECONDS = 1.5e-3;
const LAYER_SECONDS = 5e-4;

/** Seconds of an optimiser step. */
export function stepSeconds(
  work: StepWork,
  model: TimedModel,
  phase: TimedPhase,
  machine: TimedMachine,
): number {
  const { forward, attention, layers } = encoderFlops(work, model);
  const head = headFlops(work.tokens, model);
  // Backwards: once by the input and once by the weights, of which a thin mask wants a part.
  const byWeights =
    phase.phase === 'full' || phase.density > DENSEST ? 1 : Math.min(1, phase.density / EVEN_DENSITY);
  const encoder = model.trainsEncoder ? forward * (2 + byWeights) + attention : forward + attention / 3;
  const products = encoder + head * (model.trainsOutput ? 3 : 2);
  const elements = elementSeconds(work, model, layers) * (model.trainsEncoder ? 1 : 1 / 3);
  return (
    work.runs * (RUN_SECONDS + LAYER_SECONDS * model.config.layers) +
    products / machine.flopsPerSecond +
    elements +
    updateSeconds(phase, machine)
  );
}

/** Seconds of a prediction for these examples, which needs no gradients. */
export function predictionSeconds(work: StepWork, model: TimedModel, machine: TimedMachine): number {
  const { forward, attention, layers } = encoderFlops(work, model);
  const products = forward + attention / 3 + headFlops(work.tokens, model);
  return (
    (work.runs * (RUN_SECONDS + LAYER_SECONDS * model.config.layers)) / 2 +
    products / machine.flopsPerSecond +
    elementSeconds(work, model, layers) / 3
  );
}

/** Forwards; attention: forwards and backwards, since its elementwise part is counted in. */
function encoderFlops(
  { positions, pairs }: StepWork,
  { config, reads }: TimedModel,
): { forward: number; attention: number; layers: number } {
  const { hiddenSize, intermediateSize, heads } = config;
  const layers = config.layers - SPARED_OF_LAST * (1 - reads);
  const perPosition = 4 * hiddenSize ** 2 + 2 * hiddenSize * intermediateSize;
  return {
    forward: 2 * layers * perPosition * positions,
    attention: 2 * layers * (12 * hiddenSize + PAIR_COST * heads) * pairs,
    layers,
  };
}

/** Forwards, or backwards by one of its sides. */
function headFlops(tokens: number, { config, outputs, reads }: TimedModel): number {
  return 2 * outputs * config.hiddenSize * tokens * reads;
}

function elementSeconds({ positions }: StepWork, { config }: TimedModel, layers: number): number {
  return ELEMENT_SECONDS * layers * positions * (16 * config.hiddenSize + 4 * config.intermediateSize);
}

function updateSeconds({ phase, entries, l1 }: TimedPhase, { threads }: TimedMachine): number {
  const whole = threads > 1 ? UPDATE_SECONDS.several : UPDATE_SECONDS.one;
  return entries * (phase === 'full' ? whole : MASKED_SECONDS) * (l1 ? L1_FACTOR : 1);
}
