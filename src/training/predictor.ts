import type { Example } from '../data/example.ts';
import { pack, type PackedBatch, type PackingOptions } from '../data/packing.ts';
import type { Engine, Executable } from '../engine/engine.ts';
import { embed } from '../model/embeddings.ts';
import { embeddingNames } from '../model/names.ts';
import { labelLossProgram, predictionProgram, type GraphModel } from '../model/stepProgram.ts';
import { embeddingTables, graphFeeds } from './graphFeeds.ts';
import type { Weights } from './weights.ts';

export interface PredictorOptions {
  readonly engine: Engine;
  readonly model: GraphModel;
  readonly packing: PackingOptions;
  /** Columns of the head's output. */
  readonly labels: number;
  /** Word pieces that are computed in one run. */
  readonly microTokens: number;
}

/** Runs a model forward, without dropout. Graphs are kept from call to call. */
export interface Predictor {
  /** Calls back with the logits [labels] at each labelled piece (or first piece) of each example; do not keep the array. */
  logits(
    weights: Weights,
    examples: readonly Example[],
    visit: (example: number, piece: number, logits: Float32Array) => void,
  ): Promise<void>;
  /** Sum of -log p(label) and number of labels, of each example: [examples, 2]. */
  labelLosses(weights: Weights, examples: readonly Example[]): Promise<Float64Array>;
  release(): Promise<void>;
}

/** Makes a predictor; nothing is compiled before it is used. */
export function newPredictor(options: PredictorOptions): Predictor {
  const { engine, model, packing, labels } = options;
  const names = embeddingNames(model.config);
  const compiled = new Map<'logits' | 'losses', Promise<Executable>>();

  function graph(kind: 'logits' | 'losses'): Promise<Executable> {
    const program = kind === 'logits' ? predictionProgram : labelLossProgram;
    const known = compiled.get(kind) ?? engine.compile(program(model));
    compiled.set(kind, known);
    return known;
  }

  async function run(
    kind: 'logits' | 'losses',
    weights: Weights,
    batch: PackedBatch,
    out: Float32Array,
  ): Promise<void> {
    const { shape } = batch;
    const embedded = new Float32Array(shape.rows * shape.length * model.config.hiddenSize);
    embed(batch, embeddingTables(weights, names), embedded);
    const executable = await graph(kind);
    await executable.run(graphFeeds(model, weights, batch, embedded), { [kind]: out });
  }

  return {
    async logits(weights, examples, visit) {
      for (const group of byLength(examples, options.microTokens)) {
        const batch = pack(
          group.map((e) => examples[e]),
          packing,
        );
        const out = new Float32Array(batch.shape.reads * labels);
        await run('logits', weights, batch, out);
        forEachRead(batch, (read, example, piece) => {
          visit(group[example], piece, out.subarray(read * labels, (read + 1) * labels));
        });
      }
    },
    async labelLosses(weights, examples) {
      const sums = new Float64Array(2 * examples.length);
      for (const group of byLength(examples, options.microTokens)) {
        const batch = pack(
          group.map((e) => examples[e]),
          packing,
        );
        const out = new Float32Array(batch.shape.reads);
        await run('losses', weights, batch, out);
        forEachRead(batch, (read, example) => {
          sums[2 * group[example]] += out[read];
          sums[2 * group[example] + 1]++;
        });
      }
      return sums;
    },
    async release() {
      for (const executable of compiled.values()) await (await executable).release();
    },
  };
}

function forEachRead(
  batch: PackedBatch,
  visit: (read: number, example: number, piece: number) => void,
): void {
  for (let read = 0; read < batch.shape.reads; read++) {
    const slot = batch.readSlots[read];
    if (batch.labelled[read] === 1) visit(read, batch.examples[slot], batch.pieces[slot]);
  }
}

/** Groups of examples of nearly equal length, each of at most `budget` pieces (or one example): little filler, few shapes. */
function byLength(examples: readonly Example[], budget: number): number[][] {
  const lengthOf = (e: number) => examples[e].ids.length;
  const order = examples.map((_, e) => e).sort((a, b) => lengthOf(b) - lengthOf(a) || a - b);
  const groups: number[][] = [];
  let size = Infinity;
  for (const e of order) {
    if (size + lengthOf(e) > budget) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)?.push(e);
    size += lengthOf(e);
  }
  return groups;
}
