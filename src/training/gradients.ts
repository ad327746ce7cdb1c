import type { Precision } from '../core/precision.ts';
import { hash32 } from '../core/random.ts';
import { ensureLength } from '../core/rowTable.ts';
import type { Example } from '../data/example.ts';
import { splitBatch } from '../data/microBatches.ts';
import { pack, type PackingOptions } from '../data/packing.ts';
import type { Engine, Executable } from '../engine/engine.ts';
import { gradientOf, INVERSE_SCALE } from '../engine/program.ts';
import type { DropoutRates } from '../model/dropoutSites.ts';
import { embed } from '../model/embeddings.ts';
import { embeddingNames } from '../model/names.ts';
import { EMBEDDED, trainingProgram, type GraphModel } from '../model/stepProgram.ts';
import { addSource, type SourceDiffs } from './activeSource.ts';
import { scatterEmbeddingGradient } from './embeddingGradients.ts';
import { embeddingTables, graphParameters } from './graphFeeds.ts';
import { labelShares } from './lossFeeds.ts';
import { dropoutScale, exampleId, newRunFeeds, type StepRun } from './runFeeds.ts';
import type { ShortGradients } from './shortGradients.ts';
import { seenParameters } from './seenParameters.ts';
import { trains, type Weights } from './weights.ts';

/** Gradients of one optimiser step, summed over its batches. */
export interface StepGradients {
  /** By name, for all but the tables. */
  readonly arrays: Map<string, Float32Array>;
  /** By name; slot by slot as in the table's `values`. */
  readonly tables: ReadonlyMap<string, TableGradient>;
}

export interface TableGradient {
  values: Float32Array<ArrayBuffer>;
}

export interface StepLoss {
  /** Of each batch of the step. */
  readonly losses: readonly number[];
  readonly tokens: number;
}

export interface GradientOptions {
  readonly engine: Engine;
  readonly model: GraphModel;
  readonly weights: Weights;
  readonly packing: PackingOptions;
  readonly dropout: DropoutRates;
  /** Single where it is absent. */
  readonly precision?: Precision | undefined;
  /** Word pieces that are computed in one run. */
  readonly microTokens: number;
  readonly seed: number;
  /** Names of the parameters whose gradients are wanted. */
  readonly wanted: ReadonlySet<string>;
  /** Weights whose gradients are computed at the masked entries alone; they are not among those wanted. */
  readonly sampled?: ShortGradients;
  /** Whether rows of tables that a batch reads are touched (full phase), or only touched ones get gradients (sparse). */
  readonly touch: boolean;
}

export interface GradientComputer {
  readonly gradients: StepGradients;
  /**
   * Computes loss and gradients of a step's batches; `stepId` addresses its random numbers. `sources`: of each batch, what is added to
   * the values while it is computed. `scale`: in mixed precision, with what the loss is multiplied inside the graph; neither loss nor
   * gradients that are given back are.
   */
  compute(
    batches: readonly (readonly Example[])[],
    stepId: number,
    options?: { readonly sources?: readonly SourceDiffs[] | undefined; readonly scale?: number },
  ): Promise<StepLoss>;
  /** Frees what the engine holds. */
  release(): Promise<void>;
}

interface Compiled {
  readonly executable: Executable;
  /** Grow to the largest batch. */
  embedded: Float32Array<ArrayBuffer>;
  embeddedGradient: Float32Array<ArrayBuffer>;
}

/** Computes gradients with an engine: packs, cuts into micro-batches, embeds, and brings row gradients back to tables. */
export function gradientComputer(options: GradientOptions): GradientComputer {
  const { engine, model, weights, packing, dropout, precision = 'single', wanted, sampled } = options;
  const { config } = model;
  const tableNames = embeddingNames(config);
  const tables = embeddingTables(weights, tableNames);
  const gradients = newGradients(options);
  const embeds = Object.values(tableNames).some((name) => wanted.has(name));
  const graphGradients = [...model.parameters.keys()].filter(
    (name) => wanted.has(name) && sampled?.biases?.has(name) !== true,
  );
  const trained = [...graphGradients, ...(sampled?.resident?.keys() ?? [])];
  const differentiated = embeds ? [...trained, EMBEDDED] : trained;
  const seen = seenParameters(
    model.parameters.keys(),
    new Set([...wanted, ...(sampled?.slabs.keys() ?? [])]),
  );
  let compiling: Promise<Compiled> | undefined;
  const runFeeds = newRunFeeds(options);

  async function compile(): Promise<Compiled> {
    const program = trainingProgram(model, dropout, dropoutScale, differentiated, sampled?.taps);
    const spec = precision === 'single' ? program : { ...program, precision };
    return {
      executable: await engine.compile(
        sampled?.resident === undefined ? spec : { ...spec, resident: sampled.resident },
      ),
      embedded: new Float32Array(0),
      embeddedGradient: new Float32Array(0),
    };
  }

  async function run(step: StepRun, accumulate: boolean, source: SourceDiffs | undefined) {
    compiling ??= compile();
    const compiled = await compiling;
    const takeBack = source === undefined ? undefined : addSource(weights, source);
    const { executable } = compiled;
    const { batch, scale } = step;
    const size = batch.ids.length * config.hiddenSize;
    compiled.embedded = ensureLength(compiled.embedded, size);
    const embedded = compiled.embedded.subarray(0, size);
    embed(batch, tables, embedded);
    const loss = new Float32Array(1);
    const outputs: Record<string, Float32Array> = { loss };
    if (embeds) {
      compiled.embeddedGradient = ensureLength(compiled.embeddedGradient, size);
      outputs[gradientOf(EMBEDDED)] = compiled.embeddedGradient.subarray(0, size);
    }
    Object.assign(outputs, sampled?.outputs(batch.shape));
    for (const name of graphGradients) outputs[gradientOf(name)] = graphGradient(gradients, name);
    await executable.run(
      {
        ...graphParameters(model, weights),
        [EMBEDDED]: embedded,
        ...sampled?.feeds?.(),
        ...runFeeds(step),
        ...(precision === 'single' ? {} : { [INVERSE_SCALE]: Float32Array.of(1 / scale) }),
      },
      outputs,
      { accumulate, unchanged: seen({ sameStep: accumulate, source: source !== undefined }) },
    );
    takeBack?.();
    sampled?.collect(batch.shape, accumulate);
    if (embeds) {
      const gradient = outputs[gradientOf(EMBEDDED)];
      scatterEmbeddingGradient(batch, gradient, options, tables, gradients.tables);
    }
    return loss[0] / scale;
  }

  return {
    gradients,
    async compute(batches, stepId, { sources, scale = 1 } = {}) {
      for (const { values } of gradients.tables.values()) values.fill(0);
      const losses: number[] = [];
      let tokens = 0;
      let runs = 0;
      for (const [b, batch] of batches.entries()) {
        const shares = labelShares(batch, packing, batches.length);
        let loss = 0;
        for (const part of splitBatch(batch, options.microTokens)) {
          const exampleIds = part.examples.map((_, i) => exampleId(b, part.first + i));
          const packed = pack(part.examples, packing);
          const stream = hash32(options.seed, stepId);
          const { examples } = part;
          const step = { batch: packed, examples, shares, exampleIds, stream, scale };
          const share = await run(step, runs++ > 0, sources?.[b]);
          loss += share * batches.length;
          for (const example of part.examples) tokens += example.ids.length;
        }
        losses.push(loss);
      }
      return { losses, tokens };
    },
    async release() {
      await (await compiling)?.executable.release();
    },
  };
}

function newGradients({ model, weights, wanted, sampled }: GradientOptions): StepGradients {
  const arrays = new Map<string, Float32Array>();
  const tables = new Map<string, TableGradient>();
  for (const name of wanted) {
    if (!trains(weights, name)) continue;
    const table = weights.tables.get(name);
    const parameter = weights.arrays.get(name);
    if (table !== undefined) tables.set(name, { values: new Float32Array(table.rows.length * table.width) });
    else if (parameter !== undefined && model.parameters.has(name)) {
      arrays.set(name, sampled?.biases?.get(name) ?? new Float32Array(parameter.values.length));
    }
  }
  return { arrays, tables };
}

function graphGradient({ arrays, tables }: StepGradients, name: string): Float32Array {
  const array = arrays.get(name) ?? tables.get(name)?.values;
  if (array === undefined) throw new Error(`No gradient of ${name} was asked for.`);
  return array;
}
