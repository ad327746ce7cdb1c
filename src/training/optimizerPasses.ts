import {
  measureGradient,
  updateRange,
  type EntryRange,
  type GradientMeasure,
  type StepConstants,
} from '../core/adamw.ts';
import type { Engine, Executable } from '../engine/engine.ts';
import { measureProgram, ROW, updateProgram } from '../model/optimizerProgram.ts';

/** The two passes over a range of entries, however they are computed. */
export interface OptimizerPasses {
  measure(range: EntryRange, l1: number, total: GradientMeasure): Promise<void>;
  update(range: EntryRange, step: StepConstants): Promise<void>;
  release(): Promise<void>;
}

/** Entries of a chunk: what stays in a core's cache while a dozen operators pass over it. The rest is done in JavaScript. */
const CHUNKS = [262_144, 65_536];

/**
 * Passes in the engine, chunk by chunk, on all its threads; short ranges (biases, embedding rows) in JavaScript. Which entries
 * go which way depends on the range's size alone, so that results can be repeated.
 */
export function enginePasses(engine: Engine): OptimizerPasses {
  const compiled = new Map<string, Promise<Executable>>();
  const program = (key: string, make: () => ReturnType<typeof measureProgram>) => {
    const known = compiled.get(key) ?? engine.compile(make());
    compiled.set(key, known);
    return known;
  };

  async function measureChunk(range: EntryRange, l1: number, total: GradientMeasure): Promise<void> {
    const rows = range.count / ROW;
    const executable = await program(`measure/${rows}/${l1 > 0}`, () => measureProgram(rows, l1 > 0));
    const squares = new Float32Array(rows);
    const distance = new Float32Array(rows);
    await executable.run(
      { ...arraysOf(range), l1: Float32Array.of(l1) },
      l1 > 0 ? { squares, distance } : { squares },
    );
    for (let i = 0; i < rows; i++) {
      total.squares += squares[i];
      total.distance += distance[i];
    }
  }

  async function updateChunk(range: EntryRange, step: StepConstants): Promise<void> {
    const rows = range.count / ROW;
    const { l1, weightDecay, clip, learningRate } = step;
    const executable = await program(`update/${rows}/${l1 > 0}/${weightDecay > 0}`, () =>
      updateProgram(rows, l1 > 0, weightDecay > 0),
    );
    const arrays = arraysOf(range);
    const { values, first, second } = arrays;
    await executable.run(
      {
        ...arrays,
        clip: Float32Array.of(clip),
        l1: Float32Array.of(l1 * clip),
        rate: Float32Array.of(learningRate / step.correction1),
        root: Float32Array.of(1 / Math.sqrt(step.correction2)),
        keep: Float32Array.of(1 - learningRate * weightDecay),
      },
      // In place: every operator reads an element before that element is overwritten.
      { newValues: values, newFirst: first, newSecond: second },
    );
  }

  return {
    async measure(range, l1, total) {
      for (const [part, inEngine] of chunks(range)) {
        if (inEngine) await measureChunk(part, l1, total);
        else measureGradient(part, l1, total);
      }
    },
    async update(range, step) {
      for (const [part, inEngine] of chunks(range)) {
        if (inEngine) await updateChunk(part, step);
        else updateRange(part, step);
      }
    },
    async release() {
      for (const executable of compiled.values()) await (await executable).release();
    },
  };
}

/** Cuts a range into the largest chunks that fit; what is left over is not for the engine. */
function* chunks(range: EntryRange): Generator<[EntryRange, boolean]> {
  let done = 0;
  for (const size of CHUNKS) {
    for (; range.count - done >= size; done += size) yield [part(range, done, size), true];
  }
  if (done < range.count) yield [part(range, done, range.count - done), false];
}

function part(range: EntryRange, offset: number, count: number): EntryRange {
  if (offset === 0 && count === range.count) return range;
  return {
    ...range,
    valuesAt: range.valuesAt + offset,
    originalsAt: range.originalsAt + offset,
    at: range.at + offset,
    count,
  };
}

function arraysOf({
  values,
  valuesAt,
  originals,
  originalsAt,
  gradients,
  first,
  second,
  at,
  count,
}: EntryRange) {
  return {
    values: values.subarray(valuesAt, valuesAt + count),
    originals: originals.subarray(originalsAt, originalsAt + count),
    gradients: gradients.subarray(at, at + count),
    first: first.subarray(at, at + count),
    second: second.subarray(at, at + count),
  };
}
