import type { Example } from '../data/example.ts';
import { pack, type PackedBatch, type PackingOptions } from '../data/packing.ts';
import type { Engine, Executable } from '../engine/engine.ts';
import { embed } from '../model/embeddings.ts';
import { embeddingNames } from '../model/names.ts';
import { arcProgram, relationProgram } from '../model/parsingPrograms.ts';
import { labelLossProgram, predictionProgram, type GraphModel } from '../model/stepProgram.ts';
import { embeddingTables, graphFeeds, graphParameters } from './graphFeeds.ts';
import { choiceReader, relationHeads, type ChooseHeads, type Parse } from './parses.ts';
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

/** Called between two runs with the number of examples that are done; it may throw to interrupt. */
export type Between = (done: number) => Promise<void>;

/** Runs a model forward, without dropout. Graphs are kept from call to call. */
export interface Predictor {
  /** Calls back with the logits [labels] at each labelled piece (or first piece) of each example; do not keep the array. */
  logits(
    weights: Weights,
    examples: readonly Example[],
    visit: (example: number, piece: number, logits: Float32Array) => void,
    between?: Between,
  ): Promise<void>;
  /** Calls back with -log p(label) at each labelled piece of each example, and with the label that is held most likely there. */
  labelLosses(
    weights: Weights,
    examples: readonly Example[],
    visit: (example: number, piece: number, loss: number, likeliest: number) => void,
    between?: Between,
  ): Promise<void>;
  /**
   * Of a parser: asks `choose` for heads, knowing how well each suits, and finds the relations to them; gives a parse for each set of
   * heads, of each example.
   */
  parse(
    weights: Weights,
    examples: readonly Example[],
    choose: ChooseHeads,
    between?: Between,
  ): Promise<Parse[][]>;
  release(): Promise<void>;
}

const programs = {
  logits: predictionProgram,
  losses: labelLossProgram,
  arcs: arcProgram,
  relations: relationProgram,
};
type Kind = keyof typeof programs;

/** Makes a predictor; nothing is compiled before it is used. */
export function newPredictor(options: PredictorOptions): Predictor {
  const { engine, model, packing, labels } = options;
  const names = embeddingNames(model.config);
  const compiled = new Map<Kind, Promise<Executable>>();
  const parameters = new Set(model.parameters.keys());
  /** Graphs that have had the weights of this call. */
  const seenBy = new Set<Kind>();

  function graph(kind: Kind): Promise<Executable> {
    const known = compiled.get(kind);
    if (known !== undefined) return known;
    const made = engine.compile(programs[kind](model)).catch((error: unknown) => {
      // There is nothing to be released, and the next call may have better luck.
      compiled.delete(kind);
      throw error;
    });
    compiled.set(kind, made);
    return made;
  }

  async function run(
    kind: Kind,
    weights: Weights,
    batch: PackedBatch,
    results: Readonly<Record<string, Float32Array>>,
  ): Promise<void> {
    const { shape } = batch;
    const embedded = new Float32Array(shape.rows * shape.length * model.config.hiddenSize);
    embed(batch, embeddingTables(weights, names), embedded);
    const executable = await graph(kind);
    const feeds = graphFeeds(model, weights, batch, embedded);
    await executable.run(feeds, results, seenBy.has(kind) ? { unchanged: parameters } : {});
    seenBy.add(kind);
  }

  return {
    async logits(weights, examples, visit, between) {
      seenBy.clear();
      let done = 0;
      for (const group of byLength(examples, options.microTokens)) {
        const batch = pack(
          group.map((e) => examples[e]),
          packing,
        );
        const out = new Float32Array(batch.shape.reads * labels);
        await run('logits', weights, batch, { logits: out });
        forEachRead(batch, (read, example, piece) => {
          visit(group[example], piece, out.subarray(read * labels, (read + 1) * labels));
        });
        done += group.length;
        await between?.(done);
        // Whoever was asked may have changed the weights.
        if (between !== undefined) seenBy.clear();
      }
    },
    async labelLosses(weights, examples, visit, between) {
      seenBy.clear();
      let done = 0;
      for (const group of byLength(examples, options.microTokens)) {
        const batch = pack(
          group.map((e) => examples[e]),
          packing,
        );
        const losses = new Float32Array(batch.shape.reads);
        const likeliest = new Float32Array(batch.shape.reads);
        await run('losses', weights, batch, { losses, likeliest });
        forEachRead(batch, (read, example, piece) => {
          visit(group[example], piece, losses[read], likeliest[read]);
        });
        done += group.length;
        await between?.(done);
        // Whoever was asked may have changed the weights.
        if (between !== undefined) seenBy.clear();
      }
    },
    async parse(weights, examples, choose, between) {
      seenBy.clear();
      const parses = examples.map((): Parse[] => []);
      let done = 0;
      for (const group of byLength(examples, options.microTokens)) {
        const { words: layout, ...batch } = pack(
          group.map((e) => examples[e]),
          packing,
        );
        if (layout === undefined) throw new Error('This model does not parse.');
        const count = layout.owners.length;
        const states = new Float32Array(count * model.config.hiddenSize);
        const arcs = new Float32Array(count * count);
        await run('arcs', weights, { ...batch, words: layout }, { states, arcs });
        const reader = choiceReader(layout, arcs);
        const sets = group.map((e, i) => choose(e, reader.scores(i)));
        const relationGraph = await graph('relations');
        for (let set = 0; set < Math.max(...sets.map(({ length }) => length)); set++) {
          const relations = new Float32Array(count * labels);
          const heads = relationHeads(
            layout,
            sets.map((choices) => choices[set]),
          );
          await relationGraph.run({ ...graphParameters(model, weights), states, heads }, { relations });
          group.forEach((e, i) => parses[e].push(reader.parse(i, sets[i][set], relations, labels)));
        }
        done += group.length;
        await between?.(done);
        // Whoever was asked may have changed the weights.
        if (between !== undefined) seenBy.clear();
      }
      return parses;
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
