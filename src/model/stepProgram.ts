import type { Tensor } from '@tensorflow/tfjs-core';
import type { InputSpec, NamedTensors, ProgramSpec } from '../engine/program.ts';
import type { ModelConfig } from './config.ts';
import { dropoutSites, keepInput, siteSize, type DropoutRates } from './dropoutSites.ts';
import { encode, type ModelContext } from './encoder.ts';
import type { Head } from './heads/head.ts';
import { lossOf } from './losses.ts';
import { labelLosses, likeliestLabels } from './ops/crossEntropy.ts';
import { distinctRows } from './ops/rows.ts';
import { wordInputs } from './wordInputs.ts';
import { probeOf, tapLength, type Tap } from './taps.ts';
import type { StepShape } from '../data/shape.ts';

/** A model as the engine sees it: which encoder, which head, and the shapes of the parameters that enter the graph. */
export interface GraphModel {
  readonly config: ModelConfig;
  readonly head: Head;
  /** Shapes by name: all but the embedding tables, which are gathered outside. */
  readonly parameters: ReadonlyMap<string, readonly number[]>;
}

/** Sizes with which a program is traced: all of them are free when it runs. */
const EXAMPLE: StepShape = { rows: 2, length: 16, queries: 8, reads: 5 };

function exampleShape({ head }: GraphModel): StepShape {
  const { rows, length } = EXAMPLE;
  const queries = head.selectsQueries ? EXAMPLE.queries : length;
  return { rows, length, queries, reads: head.compact ? EXAMPLE.reads : rows * queries };
}

/** Name of the input that holds the summed embeddings: [rows x length, H]. */
export const EMBEDDED = 'embedded';

/**
 * The loss of one packed (micro-)batch and its gradients by `gradients` (names of parameters, or EMBEDDED).
 * For each of `taps`, input and output gradient of its layer are further outputs, and its weight's gradient is left to the caller.
 * How labels enter is the loss's (`losses.ts`).
 */
export function trainingProgram(
  model: GraphModel,
  rates: DropoutRates,
  dropoutScale: (rate: number) => number,
  gradients: readonly string[],
  taps: readonly Tap[] = [],
): ProgramSpec {
  const shape = exampleShape(model);
  const sites = dropoutSites(
    model.config,
    model.head.selectsQueries,
    rates,
    model.head.dropoutSites(model.config),
  );
  const dropoutScales = Object.fromEntries(sites.map((site) => [site.name, dropoutScale(site.rate)]));
  return {
    inputs: [
      ...batchInputs(model, shape),
      ...sites.map((site): InputSpec => ({
        name: keepInput(site.name),
        shape: [siteSize(site, shape)],
        type: 'bool',
        varies: [0],
      })),
      ...lossOf(model.head).inputs(shape),
      ...taps.map((tap): InputSpec => ({
        name: probeOf(tap.weight),
        shape: [tapLength(tap, shape), tap.height],
        type: 'float32',
        varies: [0],
        zero: true,
      })),
    ],
    gradients: [...gradients, ...taps.map(({ weight }) => probeOf(weight))],
    // Each run's own embedding gradient goes to the rows of that run.
    accumulated: gradients.filter((name) => name !== EMBEDDED),
    program: (inputs) => {
      const tapped: Record<string, Tensor> = {};
      const byWeight = new Map(taps.map((tap) => [tap.weight, tap]));
      const { config, head } = model;
      const { selectsQueries } = head;
      const context = { inputs, config, selectsQueries, dropoutScales, taps: byWeight, tapped };
      const output = headOutput(model, context);
      return { loss: lossOf(head).of(output, inputs), outputs: tapped };
    },
  };
}

/** The head's output `logits` [reads, labels] without dropout. */
export function predictionProgram(model: GraphModel): ProgramSpec {
  const shape = exampleShape(model);
  return {
    inputs: batchInputs(model, shape),
    gradients: [],
    accumulated: [],
    program: (inputs) => ({
      outputs: { logits: headOutput(model, withoutDropout(model, inputs)) },
    }),
  };
}

/**
 * At each read, without dropout, -log p(label), `losses` [reads], and the label that is held most likely, `likeliest` [reads]: what a
 * vocabulary's worth of logits is too large for.
 */
export function labelLossProgram(model: GraphModel): ProgramSpec {
  const shape = exampleShape(model);
  return {
    inputs: [
      ...batchInputs(model, shape),
      { name: 'picks', shape: [shape.reads, 2], type: 'int32', varies: [0] },
    ],
    gradients: [],
    accumulated: [],
    program: (inputs) => {
      const logits = headOutput(model, withoutDropout(model, inputs));
      return {
        outputs: { losses: labelLosses(logits, inputs.picks), likeliest: likeliestLabels(logits) },
      };
    },
  };
}

export function withoutDropout({ config, head }: GraphModel, inputs: NamedTensors): ModelContext {
  return { inputs, config, selectsQueries: head.selectsQueries, dropoutScales: {} };
}

/** What the head gives for the positions that it reads. */
export function headOutput(model: GraphModel, context: ModelContext): Tensor {
  const hidden = encode(context);
  const read = model.head.compact ? distinctRows(hidden, context.inputs.reads) : hidden;
  return model.head.output(context, read);
}

/** Parameters and batch; `shape` has examples of the batch's sizes. */
export function batchInputs(model: GraphModel, shape = exampleShape(model)): InputSpec[] {
  const { rows, length, queries } = shape;
  const inputs: InputSpec[] = [
    ...[...model.parameters].map(([name, size]): InputSpec => ({ name, shape: size, type: 'float32' })),
    { name: EMBEDDED, shape: [rows * length, model.config.hiddenSize], type: 'float32', varies: [0] },
    { name: 'attention', shape: [rows, 1, length, length], type: 'float32', varies: [0, 2, 3] },
  ];
  if (model.head.selectsQueries) {
    inputs.push(
      { name: 'queries', shape: [rows * queries], type: 'int32', varies: [0] },
      { name: 'queryAttention', shape: [rows, 1, queries, length], type: 'float32', varies: [0, 2, 3] },
    );
  }
  if (model.head.reads === 'words') inputs.push(...wordInputs(rows * length));
  if (model.head.compact) inputs.push({ name: 'reads', shape: [shape.reads], type: 'int32', varies: [0] });
  return inputs;
}
