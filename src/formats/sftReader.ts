import { userError } from '../core/errors/userError.ts';
import type { Parameter } from '../core/parameters.ts';
import type { SparseDiff } from '../core/sft.ts';
import { type ElementRange, type SafetensorsFile, withSafetensors } from './safetensors.ts';
import type { TensorInfo } from './safetensorsHeader.ts';
import { withSftBin } from './sftBin.ts';
import { brokenSft, checkSft } from './sftCheck.ts';
import { locateSft } from './sftLocation.ts';
import { decodeSftMetadata, decodeShapes, type SftMetadata } from './sftMetadata.ts';

/** What can be said of an SFT file without reading its entries. */
export interface SftHeader {
  readonly metadata: SftMetadata;
  /** Number of entries by parameter. */
  readonly counts: ReadonlyMap<string, number>;
  /** Shapes of these parameters, as far as the file says them. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** Shapes of the parameters that are stored whole. */
  readonly abs: ReadonlyMap<string, readonly number[]>;
}

/** An open SFT file, of which one parameter is read at a time. What is read is checked: see `checkSft`. */
export interface OpenSft extends SftHeader {
  /** The file itself, where `path` named a folder. */
  readonly file: string;
  readonly readDiff: (parameter: string) => Promise<SparseDiff>;
  /**
   * Entries `from` to `to` of a parameter, counted in the order of their indices. Whether the first index lies above that of
   * the part before is for the caller to see. A `pytorch_diff.bin` is read by whole parameters, of which one is kept, each once.
   */
  readonly readPart: (parameter: string, range: ElementRange) => Promise<SparseDiff>;
  /** A parameter that is stored whole. */
  readonly readAbs: (parameter: string) => Promise<Parameter>;
}

/**
 * Opens an SFT file, ours or the reference's `pytorch_diff.bin` or its folder, for as long as `use` runs. Only headers are read
 * beforehand; of a `pytorch_diff.bin` the lists of indices, too.
 * @throws UserError with the file's name: of `withSafetensors` and `withSftBin`, `sft-not-sft`, `sft-metadata`, `sft-newer`, and
 *   `sft-broken` (indices that do not ascend, values that are not finite, ...) for what is read
 */
export async function withSft<T>(path: string, use: (sft: OpenSft) => Promise<T>): Promise<T> {
  const { file, isBin } = await locateSft(path);
  if (!isBin) return withSafetensors(file, async (opened) => use(safetensorsSft(opened)));
  return withSftBin(file, async ({ counts, shapes, abs, readDiff, readAbs }) => {
    let kept: { parameter: string; diff: SparseDiff } | undefined;
    const read = async (parameter: string) => {
      const diff = await readDiff(parameter);
      return checked(parameter, diff, file);
    };
    return use({
      file,
      metadata: {},
      counts,
      shapes,
      abs,
      readDiff: read,
      async readPart(parameter, { from, to }) {
        if (kept?.parameter !== parameter) {
          kept = undefined;
          kept = { parameter, diff: await read(parameter) };
        }
        const { indices, values, shape } = kept.diff;
        return { indices: indices.subarray(from, to), values: values.subarray(from, to), ...shaped(shape) };
      },
      readAbs: async (parameter) => checkedAbs(parameter, await readAbs(parameter), file),
    });
  });
}

function safetensorsSft(file: SafetensorsFile): OpenSft {
  const { path } = file;
  const layout = sftLayout(file);
  const shapes = decodeShapes(file.metadata, path);
  const pairOf = (parameter: string) => {
    const pair = layout.pairs.get(parameter);
    if (pair === undefined) throw new Error(`no entries of ${parameter}`);
    return pair;
  };
  const read = async (parameter: string, range?: ElementRange): Promise<SparseDiff> => {
    const pair = pairOf(parameter);
    const indices = await readIndices(file, pair.indices, parameter, range);
    const values = await file.readFloats(pair.values.name, range);
    return checked(parameter, { indices, values, ...shaped(shapes.get(parameter)) }, path);
  };
  return {
    file: path,
    metadata: decodeSftMetadata(file.metadata, path),
    shapes,
    counts: new Map([...layout.pairs].map(([parameter, { values }]) => [parameter, values.size])),
    abs: new Map([...layout.abs].map(([parameter, { shape }]) => [parameter, shape])),
    readDiff: async (parameter) => read(parameter),
    readPart: read,
    async readAbs(parameter) {
      const tensor = layout.abs.get(parameter);
      if (tensor === undefined) throw new Error(`no whole ${parameter}`);
      const values = await file.readFloats(tensor.name);
      return checkedAbs(parameter, { shape: tensor.shape, values }, path);
    },
  };
}

function shaped(shape: readonly number[] | undefined): { shape?: readonly number[] } {
  return shape === undefined ? {} : { shape };
}

function checked(parameter: string, diff: SparseDiff, file: string): SparseDiff {
  checkSft({ diffs: new Map([[parameter, diff]]), abs: new Map() }, file);
  return diff;
}

function checkedAbs(parameter: string, whole: Parameter, file: string): Parameter {
  checkSft({ diffs: new Map(), abs: new Map([[parameter, whole]]) }, file);
  return whole;
}

interface Layout {
  readonly pairs: ReadonlyMap<string, { indices: TensorInfo; values: TensorInfo }>;
  readonly abs: ReadonlyMap<string, TensorInfo>;
}

const diffTensor = /^diffs\.(.+)\.(indices|values)$/s;
const absTensor = /^abs\.(.+)$/s;

function sftLayout({ tensors, path }: SafetensorsFile): Layout {
  const found = new Map<string, { indices?: TensorInfo; values?: TensorInfo }>();
  const abs = new Map<string, TensorInfo>();
  for (const [name, tensor] of tensors) {
    const [, diff, part] = diffTensor.exec(name) ?? [];
    const [, whole] = absTensor.exec(name) ?? [];
    if (diff !== undefined) found.set(diff, { ...found.get(diff), [part]: tensor });
    else if (whole !== undefined) abs.set(whole, tensor);
    else throw userError('sft-not-sft', { tensor: name }, { file: path });
  }
  const pairs = new Map<string, { indices: TensorInfo; values: TensorInfo }>();
  for (const [parameter, { indices, values }] of found) {
    if (indices === undefined) throw brokenSft(parameter, 'the indices are missing', path);
    if (values === undefined) throw brokenSft(parameter, 'the values are missing', path);
    if (indices.shape.length !== 1 || values.shape.length !== 1 || indices.size !== values.size) {
      const sizes = `[${indices.shape.join(', ')}] indices and [${values.shape.join(', ')}] values`;
      throw brokenSft(parameter, `there are ${sizes}`, path);
    }
    pairs.set(parameter, { indices, values });
  }
  return { pairs, abs };
}

async function readIndices(
  file: SafetensorsFile,
  { name, dtype }: TensorInfo,
  parameter: string,
  range?: ElementRange,
): Promise<Uint32Array> {
  if (dtype !== 'U32' && dtype !== 'I32' && dtype !== 'I64' && dtype !== 'U64') {
    throw userError('safetensors-dtype', { tensor: name, dtype }, { file: file.path });
  }
  const words = new Uint32Array(await file.readBytes(name, range));
  // A negative int32 looks large here; if the indices ascend, as is checked later, it is the last one.
  if (dtype === 'I32' && words.length > 0 && words[words.length - 1] >= 2 ** 31) {
    throw brokenSft(parameter, 'an index is negative', file.path);
  }
  if (dtype === 'U32' || dtype === 'I32') return words;
  const indices = new Uint32Array(words.length / 2);
  for (let i = 0; i < indices.length; i++) {
    if (words[2 * i + 1] !== 0) throw brokenSft(parameter, 'an index is negative or above 2^32', file.path);
    indices[i] = words[2 * i];
  }
  return indices;
}
