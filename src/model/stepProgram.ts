import type { InputSpec, ProgramSpec } from '../engine/program.ts';
import type { ModelConfig } from './config.ts';
import { dropoutSites, keepInput, siteSize, type DropoutRates } from './dropoutSites.ts';
import { encode, type ModelContext } from './encoder.ts';
import type { Head } from './heads/head.ts';
import { crossEntropy, labelLosses } from './ops/crossEntropy.ts';
import { distinctRows } from './ops/rows.ts';
import { selectsQueries, type StepShape } from '../data/shape.ts';

/** A model as the engine sees it: which encoder, which head, and the shapes of the parameters that enter the graph. */
export interface GraphModel {
  readonly config: ModelConfig;
  readonly head: Head;
  /** Shapes by name: all but the embedding tables, which are gathered outside. */
  readonly parameters: ReadonlyMap<string, readonly number[]>;
}

/** What a compiled program depends on; the number of rows and of reads is free. */
export interface Layout {
  /** Positions a row, and those at which the last layer is computed. */
  readonly length: number;
  readonly queries: number;
}

/** The layout of a packed batch's shape. */
export function layoutOf({ length, queries }: StepShape): Layout {
  return { length, queries };
}

/** Sizes with which a program is traced. */
function exampleShape({ length, queries }: Layout, { head }: GraphModel): StepShape {
  const rows = 2;
  return { rows, length, queries, reads: head.compact ? 5 : rows * queries };
}

/** Name of the input that holds the summed embeddings: [rows x length, H]. */
export const EMBEDDED = 'embedded';

/**
 * The loss of one packed (micro-)batch and its gradients by `gradients` (names of parameters, or EMBEDDED).
 * Labels enter as `picks` int32 [reads, 2] (read, label) and `weights` [reads].
 */
export function trainingProgram(
  model: GraphModel,
  layout: Layout,
  rates: DropoutRates,
  dropoutScale: (rate: number) => number,
  gradients: readonly string[],
): ProgramSpec {
  const shape = exampleShape(layout, model);
  const sites = dropoutSites(model.config, shape, rates, model.head.dropoutSites(model.config));
  const dropoutScales = Object.fromEntries(sites.map((site) => [site.name, dropoutScale(site.rate)]));
  return {
    inputs: [
      ...batchInputs(model, shape),
      ...sites.map((site): InputSpec => ({
        name: keepInput(site.name),
        shape: [siteSize(site, shape)],
        type: 'bool',
        varies: true,
      })),
      { name: 'picks', shape: [shape.reads, 2], type: 'int32', varies: true },
      { name: 'weights', shape: [shape.reads], type: 'float32', varies: true },
    ],
    gradients,
    // Each run's own embedding gradient goes to the rows of that run.
    accumulated: gradients.filter((name) => name !== EMBEDDED),
    program: (inputs) => {
      const logits = headLogits(model, { inputs, config: model.config, shape, dropoutScales });
      return { loss: crossEntropy(logits, inputs.picks, inputs.weights) };
    },
  };
}

/** The head's output `logits` [reads, labels] without dropout. */
export function predictionProgram(model: GraphModel, layout: Layout): ProgramSpec {
  const shape = exampleShape(layout, model);
  return {
    inputs: batchInputs(model, shape),
    gradients: [],
    accumulated: [],
    program: (inputs) => ({
      outputs: { logits: headLogits(model, { inputs, config: model.config, shape, dropoutScales: {} }) },
    }),
  };
}

/** -log p(label) at each read, `losses` [reads], without dropout: what a vocabulary's worth of logits is too large for. */
export function labelLossProgram(model: GraphModel, layout: Layout): ProgramSpec {
  const shape = exampleShape(layout, model);
  return {
    inputs: [
      ...batchInputs(model, shape),
      { name: 'picks', shape: [shape.reads, 2], type: 'int32', varies: true },
    ],
    gradients: [],
    accumulated: [],
    program: (inputs) => {
      const logits = headLogits(model, { inputs, config: model.config, shape, dropoutScales: {} });
      return { outputs: { losses: labelLosses(logits, inputs.picks) } };
    },
  };
}

function headLogits(model: GraphModel, context: ModelContext) {
  const hidden = encode(context);
  const read = model.head.compact ? distinctRows(hidden, context.inputs.reads) : hidden;
  return model.head.logits(context, read);
}

function batchInputs(model: GraphModel, shape: StepShape): InputSpec[] {
  const { rows, length, queries } = shape;
  const inputs: InputSpec[] = [
    ...[...model.parameters].map(([name, size]): InputSpec => ({ name, shape: size, type: 'float32' })),
    { name: EMBEDDED, shape: [rows * length, model.config.hiddenSize], type: 'float32', varies: true },
    { name: 'attention', shape: [rows, 1, length, length], type: 'float32', varies: true },
  ];
  if (selectsQueries(shape)) {
    inputs.push(
      { name: 'queries', shape: [rows * queries], type: 'int32', varies: true },
      { name: 'queryAttention', shape: [rows, 1, queries, length], type: 'float32', varies: true },
    );
  }
  if (model.head.compact) inputs.push({ name: 'reads', shape: [shape.reads], type: 'int32', varies: true });
  return inputs;
}
