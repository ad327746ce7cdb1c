import { userError } from '../core/errors/userError.ts';
import type { Parameter } from '../core/parameters.ts';
import type { SparseDiff } from '../core/sft.ts';
import {
  kindOf,
  listLength,
  type PickleDict,
  type PickleList,
  type PickleTensor,
  type PickleTuple,
  type PickleValue,
} from './pickleValues.ts';
import { type PytorchFile, withPytorchFile } from './pytorchFile.ts';
import { isSize, sizeOf } from './pytorchNames.ts';
import { toRowMajor } from './sftBinIndices.ts';
import { brokenSft } from './sftCheck.ts';

/** An open `pytorch_diff.bin`. Its lists of indices have been read with its layout; what they and values say has not. */
interface SftBin {
  readonly counts: ReadonlyMap<string, number>;
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  readonly abs: ReadonlyMap<string, readonly number[]>;
  /** Entries of a parameter, row-major; each once, since a list's memory becomes theirs. Whether they are sound is `checkSft`'s to say. */
  readonly readDiff: (parameter: string) => Promise<SparseDiff>;
  readonly readAbs: (parameter: string) => Promise<Parameter>;
}

/**
 * Opens the reference's file of an SFT (`pytorch_diff.bin`), as torch 1.x and 2.x wrote it, for as long as `use` runs; values are
 * read bit for bit. Its indices are column-major and written as steps; those that are read are row-major.
 * @throws UserError with the file's name: of `withPytorchFile`, `pytorch-not-sft`, `sft-broken`
 */
export async function withSftBin<T>(path: string, use: (sft: SftBin) => Promise<T>): Promise<T> {
  return withPytorchFile(path, async (file) => {
    const { diffs, abs } = sftLayout(file);
    return use({
      counts: new Map([...diffs].map(([name, { values }]) => [name, sizeOf(values.shape)])),
      shapes: new Map([...diffs].map(([name, { shape }]) => [name, shape])),
      abs: new Map([...abs].map(([name, { shape }]) => [name, shape])),
      async readDiff(name) {
        const encoded = partNamed(diffs, name);
        const values = await file.readFloats(encoded.values, name);
        const indices = await flatIndices(name, encoded, file);
        return { ...toRowMajor({ indices, values }, encoded.shape), shape: encoded.shape };
      },
      async readAbs(name) {
        const tensor = partNamed(abs, name);
        return { shape: tensor.shape, values: await file.readFloats(tensor, name) };
      },
    });
  });
}

function partNamed<T>(parts: ReadonlyMap<string, T>, name: string): T {
  const part = parts.get(name);
  if (part === undefined) throw new Error(`no parameter ${name}`);
  return part;
}

interface EncodedDiff {
  readonly shape: readonly number[];
  /** From each flat index to the next, from 0 on: a list of numbers, or a tensor. */
  readonly steps: PickleList | PickleTensor;
  readonly values: PickleTensor;
}

interface Layout {
  readonly diffs: ReadonlyMap<string, EncodedDiff>;
  readonly abs: ReadonlyMap<string, PickleTensor>;
}

/** The first versions of the reference said `body` and `head`. */
function sftLayout(file: PytorchFile): Layout {
  const { path, value } = file;
  if (kindOf(value) !== 'dict') throw notSft(`it holds a ${kindOf(value)} and no dict`, path);
  const parts = (value as PickleDict).entries;
  const [body, head] = [parts.get('diffs') ?? parts.get('body'), parts.get('abs') ?? parts.get('head')];
  if (body === undefined && head === undefined) throw notSft('it has neither "diffs" nor "abs"', path);
  const diffs = new Map<string, EncodedDiff>();
  for (const [name, encoded] of namedIn(body, path)) diffs.set(name, encodedDiff(name, encoded, path));
  const abs = new Map<string, PickleTensor>();
  for (const [name, tensor] of namedIn(head, path)) {
    if (kindOf(tensor) !== 'tensor') throw notSft(`its ${name} is a ${kindOf(tensor)} and no tensor`, path);
    abs.set(name, tensor as PickleTensor);
  }
  const steps = [...diffs.values()].flatMap(({ steps }) => (steps.kind === 'tensor' ? [steps] : []));
  file.checkTensors([...[...diffs.values()].map(({ values }) => values), ...steps, ...abs.values()]);
  return { diffs, abs };
}

function namedIn(value: PickleValue | undefined, path: string): [string, PickleValue][] {
  if (value === undefined || value === null) return [];
  if (kindOf(value) !== 'dict') throw notSft(`its parameters are a ${kindOf(value)} and no dict`, path);
  return [...(value as PickleDict).entries].map(([name, one]) => {
    if (typeof name !== 'string') throw notSft('a parameter has no name', path);
    return [name, one];
  });
}

function encodedDiff(name: string, value: PickleValue, path: string): EncodedDiff {
  if (kindOf(value) !== 'dict') throw notSft(`its ${name} is a ${kindOf(value)} and no dict`, path);
  const { entries } = value as PickleDict;
  const [size, steps, values] = ['size', 'index_steps', 'values'].map((key) => entries.get(key));
  const shape = sizesOf(size);
  if (shape === undefined) throw brokenSft(name, 'the size is missing', path);
  if (!(sizeOf(shape) < 2 ** 32)) throw brokenSft(name, 'it would have 2^32 entries or more', path);
  if (kindOf(values) !== 'tensor') throw brokenSft(name, 'the values are missing', path);
  if (kindOf(steps) !== 'list' && kindOf(steps) !== 'tensor')
    throw brokenSft(name, 'the indices are missing', path);
  const encoded = { shape, steps: steps as EncodedDiff['steps'], values: values as PickleTensor };
  const count = stepCount(encoded.steps);
  if (encoded.values.shape.length !== 1 || encoded.values.shape[0] !== count) {
    throw brokenSft(name, `there are ${count} indices and [${encoded.values.shape.join(', ')}] values`, path);
  }
  return encoded;
}

function stepCount(steps: EncodedDiff['steps']): number {
  return steps.kind === 'list' ? listLength(steps) : sizeOf(steps.shape);
}

function sizesOf(value: PickleValue | undefined): number[] | undefined {
  if (kindOf(value) === 'tuple') return sizes((value as PickleTuple).items);
  if (kindOf(value) !== 'list') return undefined;
  const { items, ints, count } = value as PickleList;
  return sizes(items ?? Array.from(ints.subarray(0, count)));
}

function sizes(items: readonly PickleValue[]): number[] | undefined {
  if (items.length > 16) return undefined;
  return items.every(isSize) ? [...items] : undefined;
}

/** Column-major flat indices, which ascend and lie within the parameter. A list's memory becomes theirs. */
async function flatIndices(
  name: string,
  { shape, steps }: EncodedDiff,
  file: PytorchFile,
): Promise<Uint32Array> {
  const wrong = (reason: string) => brokenSft(name, reason, file.path);
  const numbers =
    steps.kind === 'tensor'
      ? await file.readIntegers(steps, `${name}.index_steps`)
      : takeNumbers(steps, wrong);
  const size = sizeOf(shape);
  const indices =
    numbers instanceof Int32Array
      ? new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length)
      : new Uint32Array(numbers.length);
  let index = 0;
  for (let i = 0; i < numbers.length; i++) {
    const step = numbers[i];
    // The first step is the first index; each further one leads on.
    if (step < 1 && !(i === 0 && step === 0)) throw wrong('the indices do not ascend');
    index += step;
    if (index >= size) throw wrong(`index ${index} lies outside its ${size} entries`);
    indices[i] = index;
  }
  return indices;
}

function takeNumbers(steps: PickleList, wrong: (reason: string) => Error): Int32Array | Float64Array {
  const { items, ints, count } = steps;
  if (items === undefined) {
    // A list that the file uses twice is not there for the second: its steps are indices by then.
    if (count > ints.length) throw wrong('the indices are those of another parameter');
    steps.ints = new Int32Array(0);
    return ints.subarray(0, count);
  }
  return Float64Array.from(items, (item) => {
    if (!Number.isSafeInteger(item)) throw wrong('an index step is no whole number');
    return item as number;
  });
}

function notSft(reason: string, file: string): Error {
  return userError('pytorch-not-sft', { reason }, { file });
}
