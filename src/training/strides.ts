import { BETA1, BETA2, linearSchedule } from '../core/adamw.ts';
import { hash32 } from '../core/random.ts';
import { touchRow, type RowTable } from '../core/rowTable.ts';
import type { Example } from '../data/example.ts';
import { splitBatch } from '../data/microBatches.ts';
import { pack, type PackedBatch } from '../data/packing.ts';
import type { Executable } from '../engine/engine.ts';
import { strideNames, type StridePlan } from '../engine/graph/stride.ts';
import { INVERSE_SCALE, type FeedArray, type ShapedArray } from '../engine/program.ts';
import { embeddingNames } from '../model/names.ts';
import { EMBEDDED, trainingProgram } from '../model/stepProgram.ts';
import { embeddingTables, graphParameters } from './graphFeeds.ts';
import type { TrainingJob } from './job.ts';
import { labelShares } from './lossFeeds.ts';
import type { EntryGroup } from './optimizer.ts';
import { dropoutScale, exampleId, newRunFeeds, type StepRun } from './runFeeds.ts';
import type { Weights } from './weights.ts';

/** A step that has been computed and has moved the weights. */
export interface StrideStep {
  readonly losses: readonly number[];
  readonly tokens: number;
  readonly loss: number;
  /** Norm of the gradient with L1, before clipping. */
  readonly gradientNorm: number;
  /** Sum of |p - p0|, where there is an L1 term. */
  readonly distance: number;
}

export interface StrideSteps {
  readonly steps: readonly StrideStep[];
  /** Whether the gradients of the step after these were too large for half precision, so that it was not made. */
  readonly overflowed: boolean;
  /** What they took, but for loading their graph. */
  readonly seconds: number;
}

/** Computes the steps of a full phase several at a time, where the way to the device and back is what takes time. */
export interface Strides {
  /** Whether `run` of these steps would first load the graph, which takes long. */
  loadsFirst(step: number, most: number): boolean;
  /**
   * The steps of a stride, `most` at the most, from `step` on, after which the weights are those of the last one. Undefined where
   * these steps do not go together.
   */
  run(step: number, most: number, scale: number): Promise<StrideSteps | undefined>;
  release(): Promise<void>;
}

export interface StrideOptions {
  readonly job: TrainingJob;
  readonly weights: Weights;
  /** Everything that trains, whole (`fullGroups`). */
  readonly groups: readonly EntryGroup[];
  readonly phaseIndex: number;
  /** Steps of the phase. */
  readonly steps: number;
  /** lambda / N. */
  readonly l1: number;
  readonly batchesOf: (step: number) => readonly (readonly Example[])[];
}

/** Strides for a full phase; undefined where the engine has none, or the job does not fit: several sources, tables that are tied or frozen. */
export function newStrides(options: StrideOptions): Strides | undefined {
  const { job, groups } = options;
  const { engine, model } = job;
  const { compileStride } = engine;
  const { strides: copies = 0 } = job;
  const names = embeddingNames(model.config);
  // In the order in which the host sums them.
  const tableNames = [names.word, names.type, names.position];
  const trained = new Set(groups.map(({ name }) => name));
  const trains = tableNames.filter((name) => trained.has(name));
  const isTied = tableNames.some((name) => model.parameters.has(name));
  if (compileStride === undefined || copies < 2 || job.sources !== undefined) return undefined;
  if (isTied || trains.length < tableNames.length) return undefined;
  return strideRunner(options, { compileStride, tableNames, copies });
}

interface Ways {
  readonly compileStride: NonNullable<TrainingJob['engine']['compileStride']>;
  readonly tableNames: readonly string[];
  /** Of the program in a stride. */
  readonly copies: number;
}

function strideRunner(options: StrideOptions, { compileStride, tableNames, copies }: Ways): Strides {
  const { job, weights, groups, phaseIndex, l1, batchesOf } = options;
  const { model, optimizer, precision = 'single' } = job;
  const tables = embeddingTables(weights, embeddingNames(model.config));
  const readers = Array.from({ length: copies }, () => newRunFeeds(job));
  const byName = new Map(groups.map((group) => [group.name, group]));
  const arrayNames = groups.map(({ name }) => name).filter((name) => !tableNames.includes(name));
  const parts = (name: string) => {
    const { decays, regularized } = need(byName.get(name));
    return { name, decays, regularized };
  };
  const plan: Omit<StridePlan, 'steps' | 'runs'> = {
    parameters: arrayNames.map(parts),
    tables: tableNames.map((name) => ({ ...parts(name), width: model.config.hiddenSize })),
    sum: EMBEDDED,
    held: new Set([...model.parameters.keys()].filter((name) => !byName.has(name))),
    l1,
    weightDecay: optimizer.weightDecay,
    maxGradNorm: optimizer.maxGradNorm,
    guarded: precision === 'mixed',
  };
  const program = {
    ...trainingProgram(model, job.dropout, dropoutScale, [...arrayNames, EMBEDDED]),
    precision,
  };
  // One graph, for the number of runs that the first stride's steps have: to load it takes long.
  let compiled: { readonly runs: number; readonly executable: Promise<Executable | undefined> } | undefined;
  let isPossible = true;

  /** How many steps from this one on fill a stride, all with as many runs; 0 where there are none. */
  function fitting(step: number, most: number): number {
    const runs = runsOf(step);
    const count = Math.floor(copies / runs);
    if (count < 2 || count > most) return 0;
    const fits = Array.from({ length: count }, (_, k) => runsOf(step + k)).every((other) => other === runs);
    return fits ? count : 0;
  }

  function runsOf(step: number): number {
    return batchesOf(step).reduce((sum, batch) => sum + splitBatch(batch, job.microTokens).length, 0);
  }

  function readStep(at: number, scale: number): ReadStep {
    const batches = batchesOf(at);
    const stream = hash32(job.seed, hash32(job.seed, phaseIndex, at));
    const runs = batches.flatMap((batch, b) => {
      const shares = labelShares(batch, job.packing, batches.length);
      return splitBatch(batch, job.microTokens).map(({ examples, first }) => ({
        batch: pack(examples, job.packing),
        examples,
        shares,
        exampleIds: examples.map((_, i) => exampleId(b, first + i)),
        stream,
        scale,
        of: b,
      }));
    });
    return { runs, batches: batches.length };
  }

  return {
    loadsFirst: (step, most) => compiled === undefined && fitting(step, most) > 0,
    async run(step, most, scale) {
      if (!isPossible) return undefined;
      const count = fitting(step, most);
      if (count === 0) return undefined;
      const runs = runsOf(step);
      compiled ??= { runs, executable: compileStride(program, { ...plan, steps: count, runs }) };
      if (compiled.runs !== runs) return undefined;
      const executable = await compiled.executable;
      isPossible = executable !== undefined;
      if (executable === undefined) return undefined;
      const used = Array.from({ length: count }, (_, k) => readStep(step + k, scale));
      const began = performance.now();
      for (const one of used) for (const { batch } of one.runs) touchRows(batch, tables);
      const feeds: Record<string, FeedArray | ShapedArray> = { ...held() };
      used.forEach((one, k) => Object.assign(feeds, ofStep(one, k, step + k)));
      if (precision === 'mixed') feeds[INVERSE_SCALE] = Float32Array.of(1 / scale);
      const results: Record<string, Float32Array> = {};
      for (const group of groups) {
        group.before();
        Object.assign(feeds, statesOf(group, l1 > 0));
        Object.assign(results, nextOf(group));
      }
      const largest = Math.max(...Object.values(results).map(({ byteLength }) => byteLength));
      // Tables only grow.
      isPossible = largest <= (job.engine.largestArray ?? Infinity);
      if (!isPossible) return undefined;
      for (const name of used.flatMap((one, k) => told(one, k))) results[name] = new Float32Array(1);
      await executable.run(feeds, results);
      for (const group of groups) group.after();
      const value = (name: string) => results[name]?.[0] ?? 0;
      const steps = used.map((one, k): StrideStep => {
        const losses = Array.from({ length: one.batches }, () => 0);
        one.runs.forEach(({ of }, r) => {
          losses[of] += (value(strideNames.ofRun(k, r, strideNames.loss)) / scale) * one.batches;
        });
        return {
          losses,
          loss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length,
          tokens: one.runs.flatMap(({ examples }) => examples).reduce((sum, { ids }) => sum + ids.length, 0),
          gradientNorm: value(strideNames.ofStep(k, strideNames.norm)),
          distance: value(strideNames.ofStep(k, strideNames.distance)),
        };
      });
      // From the first step on whose gradients were not finite, nothing has moved.
      const failed = steps.findIndex(({ gradientNorm }) => !Number.isFinite(gradientNorm));
      const overflowed = plan.guarded && failed >= 0;
      const seconds = (performance.now() - began) / 1000;
      return { steps: overflowed ? steps.slice(0, failed) : steps, overflowed, seconds };
    },
    async release() {
      await (await compiled?.executable)?.release();
    },
  };

  /** Names of what a step tells. */
  function told({ runs }: ReadStep, k: number): string[] {
    return [
      ...runs.map((_, r) => strideNames.ofRun(k, r, strideNames.loss)),
      strideNames.ofStep(k, strideNames.norm),
      ...(l1 > 0 ? [strideNames.ofStep(k, strideNames.distance)] : []),
    ];
  }

  /** Parameters that do not train. */
  function held(): Record<string, Float32Array> {
    const all = graphParameters(model, weights);
    return Object.fromEntries(Object.entries(all).filter(([name]) => plan.held.has(name)));
  }

  function ofStep({ runs }: ReadStep, k: number, step: number): Record<string, FeedArray | ShapedArray> {
    const rate = optimizer.learningRate * linearSchedule(step, optimizer.warmupSteps, options.steps);
    const found: Record<string, FeedArray | ShapedArray> = {};
    const put = (name: string, feed: FeedArray | ShapedArray) => (found[strideNames.ofStep(k, name)] = feed);
    put(strideNames.rate, Float32Array.of(rate / (1 - BETA1 ** (step + 1))));
    put(strideNames.root, Float32Array.of(1 / Math.sqrt(1 - BETA2 ** (step + 1))));
    if (plan.weightDecay > 0) put(strideNames.keep, Float32Array.of(1 - rate * plan.weightDecay));
    const owned = new Map<string, Set<number>>(tableNames.map((name) => [name, new Set()]));
    runs.forEach((one, r) => {
      const { reads, owners } = rowsOf(one.batch, tables, model.config);
      const own = { ...need(readers[k * runs.length + r])(one) };
      for (const name of tableNames) {
        own[strideNames.reads(name)] = need(reads[name]);
        own[strideNames.owners(name)] = need(owners[name]);
        for (const owner of need(owners[name])) if (owner >= 0) owned.get(name)?.add(owner);
      }
      for (const [name, feed] of Object.entries(own)) found[strideNames.ofRun(k, r, name)] = feed;
    });
    for (const [name, rows] of owned) put(strideNames.rows(name), Int32Array.from(rows));
    return found;
  }
}

interface ReadStep {
  /** `of`: the batch of the step to which a run belongs. */
  readonly runs: readonly (StepRun & { readonly of: number })[];
  readonly batches: number;
}

/** Values and moments of a group, and p0 where the L1 term wants it. */
function statesOf(group: EntryGroup, l1: boolean): Record<string, Float32Array> {
  const { name, regularized } = group;
  const { values, originals, first, second, count } = wholeOf(group);
  return {
    [name]: values.subarray(0, count),
    [strideNames.first(name)]: first.subarray(0, count),
    [strideNames.second(name)]: second.subarray(0, count),
    ...(l1 && regularized ? { [strideNames.origin(name)]: originals.subarray(0, count) } : {}),
  };
}

/** Where values and moments go to: what they were has been read when the last step writes them. */
function nextOf(group: EntryGroup): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(statesOf(group, false)).map(([name, array]) => [strideNames.next(name), array]),
  );
}

function wholeOf(group: EntryGroup) {
  const [range, ...more] = group.ranges();
  if (range === undefined || more.length > 0 || range.at + range.valuesAt + range.originalsAt > 0)
    throw new Error(`${group.name} does not train as a whole.`);
  return range;
}

interface Tables {
  readonly word: RowTable;
  readonly position: RowTable;
  readonly type: RowTable;
}

/** Every row that a batch reads trains from now on, in the order in which step by step it would. */
function touchRows({ ids, positions, types, examples }: PackedBatch, { word, position, type }: Tables): void {
  for (const [table, rows] of [
    [word, ids],
    [position, positions],
    [type, types],
  ] as const) {
    for (let slot = 0; slot < rows.length; slot++) if (examples[slot] >= 0) touchRow(table, rows[slot]);
  }
}

/** By table, for each slot of a batch: the row that it reads, and the one that its gradient goes to, -1 for none. */
function rowsOf(
  batch: PackedBatch,
  { word, position, type }: Tables,
  config: TrainingJob['model']['config'],
): Record<'reads' | 'owners', Record<string, Int32Array>> {
  const names = embeddingNames(config);
  const found: Record<'reads' | 'owners', Record<string, Int32Array>> = { reads: {}, owners: {} };
  const isFiller = (slot: number) => batch.examples[slot] < 0;
  for (const [table, name, rows] of [
    [word, names.word, batch.ids],
    [type, names.type, batch.types],
    [position, names.position, batch.positions],
  ] as const) {
    // What filler reads does not matter. torch's padding_idx: the padding piece's row gets no gradient from the lookup.
    found.reads[name] = rows.map((row, slot) => (isFiller(slot) ? 0 : table.slots[row]));
    found.owners[name] = rows.map((row, slot) =>
      isFiller(slot) || (table === word && row === config.padTokenId) ? -1 : table.slots[row],
    );
  }
  return found;
}

function need<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('A stride lacks one of its parts.');
  return value;
}
