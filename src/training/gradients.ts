import { gapTable, type GapTable } from '../core/gaps.ts';
import { hash32 } from '../core/random.ts';
import { ensureLength, touchRow, type RowTable } from '../core/rowTable.ts';
import { attentionMask, queryMask } from '../data/attentionMask.ts';
import { NO_LABEL, type Example } from '../data/example.ts';
import { splitBatch } from '../data/microBatches.ts';
import { pack, type PackedBatch, type PackingOptions } from '../data/packing.ts';
import type { StepShape } from '../data/shape.ts';
import type { Engine, Executable } from '../engine/engine.ts';
import { gradientOf, type FeedArray } from '../engine/program.ts';
import { fillDropout } from '../model/dropoutMasks.ts';
import {
  dropoutSites,
  keepInput,
  siteSize,
  type DropoutRates,
  type DropoutSite,
} from '../model/dropoutSites.ts';
import { embed, type EmbeddingTables } from '../model/embeddings.ts';
import { embeddingNames } from '../model/names.ts';
import { EMBEDDED, layoutOf, trainingProgram, type GraphModel } from '../model/stepProgram.ts';
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
  /** Word pieces that are computed in one run. */
  readonly microTokens: number;
  readonly seed: number;
  /** Names of the parameters whose gradients are wanted. */
  readonly wanted: ReadonlySet<string>;
  /** Whether rows of tables that a batch reads are touched (full phase), or only touched ones get gradients (sparse). */
  readonly touch: boolean;
  /** Graphs compiled so far; they are kept from phase to phase. */
  readonly graphs: GraphCache;
}

/** Compiled graphs with their buffers, by shape and gradients. */
export type GraphCache = Map<string, Promise<Compiled>>;

/** Frees all graphs. */
export async function releaseGraphs(graphs: GraphCache): Promise<void> {
  for (const compiled of graphs.values()) await (await compiled).executable.release();
  graphs.clear();
}

export interface GradientComputer {
  readonly gradients: StepGradients;
  /** Computes loss and gradients of a step's batches; `stepId` addresses its random numbers. */
  compute(batches: readonly (readonly Example[])[], stepId: number): Promise<StepLoss>;
}

interface Compiled {
  readonly executable: Executable;
  readonly sites: readonly DropoutSite[];
  /** Grow to the largest batch. */
  readonly keep: Record<string, Uint8Array<ArrayBuffer>>;
  embedded: Float32Array<ArrayBuffer>;
  embeddedGradient: Float32Array<ArrayBuffer>;
}

/** Computes gradients with an engine: packs, cuts into micro-batches, embeds, and brings row gradients back to tables. */
export function gradientComputer(options: GradientOptions): GradientComputer {
  const { engine, model, weights, packing, dropout, wanted } = options;
  const { config } = model;
  const tableNames = embeddingNames(config);
  const tables = embeddingTables(weights, tableNames);
  const gradients = newGradients(options);
  const embeds = Object.values(tableNames).some((name) => wanted.has(name));
  const graphGradients = [...model.parameters.keys()].filter((name) => wanted.has(name));
  const differentiated = embeds ? [...graphGradients, EMBEDDED] : graphGradients;
  const gradientKey = differentiated.join();
  const gaps = new Map<number, GapTable>();
  const gapsOf = (rate: number) => {
    const table = gaps.get(rate) ?? gapTable(rate);
    gaps.set(rate, table);
    return table;
  };

  async function compile(shape: StepShape): Promise<Compiled> {
    const spec = trainingProgram(
      model,
      layoutOf(shape),
      dropout,
      (rate) => 1 / (1 - gapsOf(rate).rate),
      differentiated,
    );
    const sites = dropoutSites(config, shape, dropout, model.head.dropoutSites(config));
    return {
      executable: await engine.compile(spec),
      sites,
      keep: Object.fromEntries(sites.map((site) => [keepInput(site.name), new Uint8Array(0)])),
      embedded: new Float32Array(0),
      embeddedGradient: new Float32Array(0),
    };
  }

  function compiledFor(shape: StepShape): Promise<Compiled> {
    const key = `${shape.length}/${shape.queries}/${gradientKey}`;
    const known = options.graphs.get(key) ?? compile(shape);
    options.graphs.set(key, known);
    return known;
  }

  async function run(
    batch: PackedBatch,
    share: number,
    ids: readonly number[],
    stepId: number,
    accumulate: boolean,
  ) {
    const compiled = await compiledFor(batch.shape);
    const { executable, sites, keep } = compiled;
    const size = batch.ids.length * config.hiddenSize;
    compiled.embedded = ensureLength(compiled.embedded, size);
    const embedded = compiled.embedded.subarray(0, size);
    embed(batch, tables, embedded);
    const masks: Record<string, Uint8Array> = {};
    sites.forEach((site, index) => {
      const name = keepInput(site.name);
      const length = siteSize(site, batch.shape);
      if (keep[name].length < length) keep[name] = new Uint8Array(length);
      masks[name] = keep[name].subarray(0, length);
      const address = { step: stepId, site: index, exampleIds: ids };
      fillDropout(masks[name], site, batch, gapsOf(site.rate), address);
    });
    const loss = new Float32Array(1);
    const outputs: Record<string, Float32Array> = { loss };
    if (embeds) {
      compiled.embeddedGradient = ensureLength(compiled.embeddedGradient, size);
      outputs[gradientOf(EMBEDDED)] = compiled.embeddedGradient.subarray(0, size);
    }
    for (const name of graphGradients) outputs[gradientOf(name)] = graphGradient(gradients, name);
    await executable.run(
      {
        ...graphFeeds(model, weights, batch, embedded),
        ...masks,
        weights: Float32Array.from(batch.labelled, (labelled) => labelled * share),
      },
      outputs,
      { accumulate },
    );
    if (embeds) scatter(batch, outputs[gradientOf(EMBEDDED)], options, tables, gradients);
    return loss[0];
  }

  return {
    gradients,
    async compute(batches, stepId) {
      for (const { values } of gradients.tables.values()) values.fill(0);
      const losses: number[] = [];
      let tokens = 0;
      let runs = 0;
      for (const [b, batch] of batches.entries()) {
        const share = 1 / (Math.max(1, countLabels(batch, packing)) * batches.length);
        let loss = 0;
        for (const part of splitBatch(batch, options.microTokens)) {
          const ids = part.examples.map((_, i) => b * 65536 + part.first + i);
          const packed = pack(part.examples, packing);
          loss += (await run(packed, share, ids, hash32(options.seed, stepId), runs++ > 0)) * batches.length;
          for (const example of part.examples) tokens += example.ids.length;
        }
        losses.push(loss);
      }
      return { losses, tokens };
    },
  };
}

/** What every program of a model takes: its parameters, and a packed batch with its embedding sums. */
export function graphFeeds(
  model: GraphModel,
  weights: Weights,
  batch: PackedBatch,
  embedded: Float32Array,
): Record<string, FeedArray> {
  return {
    ...graphParameters(model, weights),
    [EMBEDDED]: embedded,
    attention: attentionMask(batch),
    queryAttention: queryMask(batch),
    queries: batch.queries,
    reads: batch.reads,
    picks: batch.picks,
  };
}

/** Values of what enters the graph: arrays, and a table where the output matrix is tied to it. */
function graphParameters(model: GraphModel, weights: Weights): Record<string, Float32Array> {
  const feeds: Record<string, Float32Array> = {};
  for (const name of model.parameters.keys()) {
    const array = weights.arrays.get(name)?.values ?? wholeTable(weights, name);
    if (array === undefined) throw new Error(`The model lacks ${name}.`);
    feeds[name] = array;
  }
  return feeds;
}

function wholeTable(weights: Weights, name: string): Float32Array | undefined {
  const table = weights.tables.get(name);
  return table === undefined || weights.dense.has(name) ? table?.values : table.base;
}

/** The three tables by role. */
export function embeddingTables(weights: Weights, names: ReturnType<typeof embeddingNames>): EmbeddingTables {
  const find = (name: string): RowTable => {
    const table = weights.tables.get(name);
    if (table === undefined) throw new Error(`The model lacks ${name}.`);
    return table;
  };
  return { word: find(names.word), position: find(names.position), type: find(names.type) };
}

function newGradients({ model, weights, wanted }: GradientOptions): StepGradients {
  const arrays = new Map<string, Float32Array>();
  const tables = new Map<string, TableGradient>();
  for (const name of wanted) {
    if (!trains(weights, name)) continue;
    const table = weights.tables.get(name);
    const parameter = weights.arrays.get(name);
    if (table !== undefined) tables.set(name, { values: new Float32Array(table.rows.length * table.width) });
    else if (parameter !== undefined && model.parameters.has(name)) {
      arrays.set(name, new Float32Array(parameter.values.length));
    }
  }
  return { arrays, tables };
}

function graphGradient({ arrays, tables }: StepGradients, name: string): Float32Array {
  const array = arrays.get(name) ?? tables.get(name)?.values;
  if (array === undefined) throw new Error(`No gradient of ${name} was asked for.`);
  return array;
}

/** Adds the gradient of each slot's embedding sum to the rows that were summed, slot by slot: a fixed order. */
function scatter(
  batch: PackedBatch,
  embedded: Float32Array,
  { touch, model, weights }: GradientOptions,
  tables: EmbeddingTables,
  gradients: StepGradients,
): void {
  const names = embeddingNames(model.config);
  for (const [table, name, rows] of [
    [tables.word, names.word, batch.ids],
    [tables.position, names.position, batch.positions],
    [tables.type, names.type, batch.types],
  ] as const) {
    const gradient = gradients.tables.get(name);
    if (gradient === undefined || !trains(weights, name)) continue;
    const { width } = table;
    for (let slot = 0; slot < rows.length; slot++) {
      if (batch.examples[slot] < 0) continue;
      const row = rows[slot];
      // torch's padding_idx: the padding piece's row gets no gradient from the lookup.
      if (table === tables.word && row === model.config.padTokenId) continue;
      const to = touch ? touchRow(table, row) : table.slots[row];
      if (to < 0) continue;
      gradient.values = ensureLength(gradient.values, (to + 1) * width);
      const into = gradient.values;
      for (let i = 0; i < width; i++) into[to * width + i] += embedded[slot * width + i];
    }
  }
}

function countLabels(batch: readonly Example[], { reads }: PackingOptions): number {
  let count = 0;
  for (const { labels } of batch) {
    if (reads === 'first') count += Number(labels[0] !== NO_LABEL);
    else for (let i = 0; i < labels.length; i++) count += Number(labels[i] !== NO_LABEL);
  }
  return count;
}
