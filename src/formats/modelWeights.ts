import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { userError } from '../core/errors/userError.ts';
import { readError } from './fileErrors.ts';
import { kindOf, type PickleDict, type PickleTensor } from './pickleValues.ts';
import { type PytorchFile, withPytorchFile } from './pytorchFile.ts';
import { withSafetensors } from './safetensors.ts';
import type { Dtype } from './safetensorsHeader.ts';

/** A tensor of a model folder and how to read it; `read` works only while the walk is at this tensor. */
export interface ModelTensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly file: string;
  readonly read: () => Promise<Float32Array>;
}

type Visit = (tensor: ModelTensor) => Promise<void>;

/**
 * Walks the tensors of a model folder in the order in which they lie on the disk: of `model.safetensors`, or else of
 * `pytorch_model.bin`, or of the files that the index of either names. Nothing in a PyTorch file is run.
 * @throws UserError `model-no-weights`, `model-index`, and those of `withSafetensors` and `withPytorchFile`
 */
export async function forEachModelTensor(folder: string, visit: Visit): Promise<void> {
  for (const file of await weightFiles(folder)) {
    if (file.endsWith('.bin')) await forEachPytorchTensor(file, visit);
    else await forEachSafetensor(file, visit);
  }
}

async function forEachSafetensor(path: string, visit: Visit): Promise<void> {
  await withSafetensors(path, async (opened) => {
    const tensors = [...opened.tensors.values()].sort((a, b) => a.start - b.start);
    for (const { name, dtype, shape } of tensors) {
      await visit({ name, dtype, shape, file: path, read: async () => opened.readFloats(name) });
    }
  });
}

async function forEachPytorchTensor(path: string, visit: Visit): Promise<void> {
  await withPytorchFile(path, async (opened) => {
    const tensors = stateDict(opened);
    opened.checkTensors(tensors.map(([, tensor]) => tensor));
    for (const [name, tensor] of tensors) {
      const { storage, shape } = tensor;
      const read = async () => opened.readFloats(tensor, name);
      await visit({ name, dtype: storage.dtype, shape, file: path, read });
    }
  });
}

/** Names and tensors; what else may stand between them (numbers, texts) is passed over. */
function stateDict({ value, path }: PytorchFile): [string, PickleTensor][] {
  const wrong = (reason: string) => userError('pytorch-not-model', { reason }, { file: path });
  if (kindOf(value) !== 'dict') throw wrong(`it holds a ${kindOf(value)} and no dict`);
  const tensors: [string, PickleTensor][] = [];
  for (const [name, one] of (value as PickleDict).entries) {
    if (typeof name === 'string' && kindOf(one) === 'tensor') tensors.push([name, one as PickleTensor]);
  }
  if (tensors.length === 0) throw wrong('there is no tensor in its dict');
  return tensors;
}

/** Full paths of a model's weight files: one, or all shards. */
async function weightFiles(folder: string): Promise<string[]> {
  for (const name of ['model.safetensors', 'pytorch_model.bin']) {
    const single = join(folder, name);
    if (existsSync(single)) return [single];
    const index = `${single}.index.json`;
    if (existsSync(index)) return shards(folder, index);
  }
  const others = (await readdir(folder)).filter((name) => /\.(bin|h5|msgpack|ot|onnx|ckpt|pt)$/.test(name));
  const found = others.length === 0 ? '' : ` (only ${others.join(', ')})`;
  throw userError('model-no-weights', { found }, { file: folder });
}

async function shards(folder: string, index: string): Promise<string[]> {
  return (await shardNames(index)).map((name) => {
    if (!existsSync(join(folder, name))) {
      throw userError(
        'model-index',
        { reason: `the file ${name} that it names is missing` },
        { file: index },
      );
    }
    return join(folder, name);
  });
}

/** The files that an index names, whether they are there or not. @throws UserError `model-index`, `file-unreadable` */
export async function shardNames(index: string): Promise<string[]> {
  const wrong = (reason: string) => userError('model-index', { reason }, { file: index });
  const text = await readFile(index, 'utf8').catch((error: unknown) => {
    throw readError(error, index);
  });
  const names = new Set(Object.values(weightMap(text, wrong)));
  if (names.size === 0) throw wrong('it names no file');
  return [...names].map((name) => {
    if (typeof name !== 'string') throw wrong('its weight_map has something that is not a file name');
    // A name with folders in it could lead anywhere.
    if (name !== basename(name) || name.includes('\\')) throw wrong(`"${name}" is not a plain file name`);
    return name;
  });
}

function weightMap(text: string, wrong: (reason: string) => Error): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw wrong('it is not JSON');
  }
  const map = typeof json === 'object' && json !== null && 'weight_map' in json ? json.weight_map : undefined;
  if (typeof map !== 'object' || map === null) throw wrong('it has no weight_map');
  return map as Record<string, unknown>;
}
