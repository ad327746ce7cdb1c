import { type ErrorCode, UserError, userError } from '../core/errors/userError.ts';
import { type SafetensorsFile, withSafetensors } from '../formats/safetensors.ts';
import { type TensorToWrite, writeSafetensors } from '../formats/safetensorsWriter.ts';
import type { EntryState } from '../training/optimizer.ts';
import type { EntryValues, TrainingState } from '../training/state.ts';

/** The arrays of a training state. In a file, a tensor is named after its part, its parameter and what it holds. */
export type StateArrays = Pick<TrainingState, 'mask' | 'start' | 'groups' | 'settling'>;

/**
 * Writes arrays of a training state as a safetensors file, atomically and without a copy of them.
 * @throws UserError as `writeSafetensors` does
 */
export async function writeStateArrays(
  file: string,
  { mask, start, groups, settling }: StateArrays,
): Promise<void> {
  const tensors: TensorToWrite[] = [];
  const add = (name: string, values: Uint32Array | Float32Array): void => {
    tensors.push({ name, shape: [values.length], values });
  };
  for (const [name, indices] of mask) add(`mask.${name}.indices`, indices);
  for (const { name, indices, values } of start) {
    if (indices !== undefined) add(`start.${name}.indices`, indices);
    add(`start.${name}.values`, values);
  }
  for (const { name, rows, values, first, second } of groups) {
    if (rows !== undefined) add(`groups.${name}.rows`, Uint32Array.from(rows));
    add(`groups.${name}.values`, values);
    add(`groups.${name}.first`, first);
    add(`groups.${name}.second`, second);
  }
  if (settling !== undefined) {
    add(`settling.${COUNT}.indices`, Uint32Array.of(settling.count));
    settling.marks.forEach((marks, part) => add(`settling.${part}.indices`, marks));
  }
  await writeSafetensors(file, tensors);
}

/**
 * Reads what `writeStateArrays` wrote, bit for bit and in the same order.
 * @throws UserError `checkpoint-broken` where the file or some of its arrays are missing, cut off or do not fit each
 * other; `file-unreadable`, `file-too-big-for-memory`
 */
export async function readStateArrays(file: string): Promise<StateArrays> {
  try {
    return await withSafetensors(file, readArrays);
  } catch (error) {
    if (!(error instanceof UserError) || !damaged.has(error.code)) throw error;
    const { what } = error.problem;
    throw broken(`${what[0].toLowerCase()}${what.slice(1).replace(/\.$/, '')}`, file);
  }
}

/** Errors of a file that speak of models; here it is the checkpoint that is damaged. */
const damaged = new Set<ErrorCode>([
  'file-missing',
  'safetensors-broken',
  'safetensors-dtype',
  'safetensors-git-lfs',
  'safetensors-pickle',
]);

async function readArrays(tensors: SafetensorsFile): Promise<StateArrays> {
  const parts = partsOf(tensors);
  const mask = new Map<string, Uint32Array>();
  for (const [name, kinds] of parts.mask) mask.set(name, await read(tensors, kinds, 'indices', 'U32'));
  const start: EntryValues[] = [];
  for (const [name, kinds] of parts.start) start.push(await readStart(tensors, name, kinds));
  const groups: EntryState[] = [];
  for (const [name, kinds] of parts.groups) groups.push(await readGroup(tensors, name, kinds));
  return { mask, start, groups, ...(await readSettling(tensors, parts.settling)) };
}

async function readSettling(
  tensors: SafetensorsFile,
  found: ReadonlyMap<string, Kinds>,
): Promise<Pick<StateArrays, 'settling'>> {
  const counted = found.get(COUNT);
  if (counted === undefined) return {};
  const [count = 0] = await read(tensors, counted, 'indices', 'U32');
  const marks: Uint32Array[] = [];
  for (let part = 0; part < found.size - 1; part++) {
    const kinds = found.get(String(part));
    if (kinds === undefined) throw broken(`it lacks the part ${part} of the mask`, tensors.path);
    marks.push(await read(tensors, kinds, 'indices', 'U32'));
  }
  return { settling: { count, marks } };
}

/** Full name of the tensor by what it holds (`values`, `first` ...). */
type Kinds = Map<string, string>;

/** In the place of a parameter's name. */
const COUNT = 'count';

const parts = ['mask', 'start', 'groups', 'settling'] as const;
const tensorName = /^(mask|start|groups|settling)\.(.*)\.(indices|values|rows|first|second)$/s;

function partsOf({ tensors, path }: SafetensorsFile): Record<(typeof parts)[number], Map<string, Kinds>> {
  const found = { mask: new Map<string, Kinds>(), start: new Map(), groups: new Map(), settling: new Map() };
  for (const tensor of tensors.keys()) {
    const match = tensorName.exec(tensor);
    const part = parts.find((one) => one === match?.[1]);
    if (match === null || part === undefined) throw broken(`it holds the unknown tensor ${tensor}`, path);
    const [, , parameter, kind] = match;
    const kinds: Kinds = found[part].get(parameter) ?? new Map();
    found[part].set(parameter, kinds.set(kind, tensor));
  }
  return found;
}

async function readStart(file: SafetensorsFile, name: string, kinds: Kinds): Promise<EntryValues> {
  const values = await read(file, kinds, 'values', 'F32');
  if (!kinds.has('indices')) return { name, values };
  const indices = await read(file, kinds, 'indices', 'U32');
  if (indices.length !== values.length) throw lengths(name, file);
  return { name, indices, values };
}

async function readGroup(file: SafetensorsFile, name: string, kinds: Kinds): Promise<EntryState> {
  const values = await read(file, kinds, 'values', 'F32');
  const first = await read(file, kinds, 'first', 'F32');
  const second = await read(file, kinds, 'second', 'F32');
  // The best values of a phase are kept without their moments.
  const alone = first.length === 0 && second.length === 0;
  if (!alone && (first.length !== values.length || second.length !== values.length))
    throw lengths(name, file);
  if (!kinds.has('rows')) return { name, values, first, second };
  const rows = Array.from(await read(file, kinds, 'rows', 'U32'));
  if (rows.length === 0 ? values.length > 0 : values.length % rows.length > 0) throw lengths(name, file);
  return { name, rows, values, first, second };
}

type Arrays = { readonly F32: Float32Array; readonly U32: Uint32Array };

async function read<T extends keyof Arrays>(
  file: SafetensorsFile,
  kinds: Kinds,
  kind: string,
  dtype: T,
): Promise<Arrays[T]> {
  const tensor = kinds.get(kind);
  const found = tensor === undefined ? undefined : file.tensors.get(tensor)?.dtype;
  if (tensor === undefined || found !== dtype) {
    const reason = `the ${kind} of ${[...kinds.values()][0]} are ${found === undefined ? 'missing' : `${found}, not ${dtype}`}`;
    throw broken(reason, file.path);
  }
  return (await file.read(tensor)) as Arrays[T];
}

function lengths(name: string, { path }: SafetensorsFile): Error {
  return broken(`the arrays of ${name} do not have the same length`, path);
}

function broken(reason: string, file: string): Error {
  return userError('checkpoint-broken', { reason }, { file });
}
