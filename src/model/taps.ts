import type { StepShape } from '../data/shape.ts';
import { gradientOf } from '../engine/program.ts';
import type { ModelConfig } from './config.ts';
import { encoderPrefix } from './names.ts';

/**
 * Where a layer's input X and the gradient Y of its output leave the graph, both [positions, features], so that chosen entries of
 * its weight's gradient Y'X can be computed outside (core/sampledProducts.ts).
 */
export interface Tap {
  readonly weight: string;
  readonly bias: string;
  /** The encoder's layer that it is part of. */
  readonly layer: number;
  /** Output of the program that holds X; weights with the same input share one. */
  readonly input: string;
  /** Output that holds Y. */
  readonly gradient: string;
  /** The weight's shape: [height, width]. */
  readonly height: number;
  readonly width: number;
  /** Which positions of a row the layer computes. */
  readonly positions: 'all' | 'queries';
}

/** The taps of all of the encoder's weights. */
export function encoderTaps(config: ModelConfig, selectsQueries: boolean): Tap[] {
  const { hiddenSize, intermediateSize, layers } = config;
  return Array.from({ length: layers }, (_, layer): Tap[] => {
    const selects = layer === layers - 1 && selectsQueries;
    const block = `${encoderPrefix(config)}encoder.layer.${layer}`;
    const tap = (name: string, height: number, width: number, whole: boolean, input = name): Tap => ({
      weight: `${block}.${name}.weight`,
      bias: `${block}.${name}.bias`,
      layer,
      input: `tap.${layer}.${input}`,
      gradient: gradientOf(probeOf(`${block}.${name}.weight`)),
      height,
      width,
      positions: selects && !whole ? 'queries' : 'all',
    });
    return [
      tap('attention.self.query', hiddenSize, hiddenSize, false, selects ? 'queried' : 'attended'),
      tap('attention.self.key', hiddenSize, hiddenSize, true, 'attended'),
      tap('attention.self.value', hiddenSize, hiddenSize, true, 'attended'),
      tap('attention.output.dense', hiddenSize, hiddenSize, false),
      tap('intermediate.dense', intermediateSize, hiddenSize, false),
      tap('output.dense', hiddenSize, intermediateSize, false),
    ];
  }).flat();
}

/** Name of the input, always zero, by which a layer's output is differentiated. */
export function probeOf(weight: string): string {
  return `probe.${weight}`;
}

/** Positions that a tap covers in a batch of this shape. */
export function tapLength({ positions }: Tap, { rows, length, queries }: StepShape): number {
  return rows * (positions === 'queries' ? queries : length);
}
