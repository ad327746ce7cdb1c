import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { userError } from '../core/errors/userError.ts';
import { readError } from './fileErrors.ts';
import { withSafetensors } from './safetensors.ts';
import type { TensorInfo } from './safetensorsHeader.ts';

/** A tensor of a model folder and how to read it; `read` works only while the walk is at this tensor. */
export interface ModelTensor extends TensorInfo {
  readonly file: string;
  readonly read: () => Promise<Float32Array>;
}

/**
 * Walks the tensors of a model folder, `model.safetensors` or the files of `model.safetensors.index.json`, in the
 * order in which they lie on the disk.
 * @throws UserError `model-no-weights`, `model-index`, and those of `withSafetensors`
 */
export async function forEachModelTensor(
  folder: string,
  visit: (tensor: ModelTensor) => Promise<void>,
): Promise<void> {
  for (const file of await weightFiles(folder)) {
    await withSafetensors(file, async (opened) => {
      const tensors = [...opened.tensors.values()].sort((a, b) => a.start - b.start);
      for (const tensor of tensors) {
        await visit({ ...tensor, file, read: async () => opened.readFloats(tensor.name) });
      }
    });
  }
}

/** Full paths of a model's weight files: one, or all shards. */
async function weightFiles(folder: string): Promise<string[]> {
  const single = join(folder, 'model.safetensors');
  if (existsSync(single)) return [single];
  const index = join(folder, 'model.safetensors.index.json');
  if (existsSync(index)) return shards(folder, index);
  const others = (await readdir(folder)).filter((name) => /\.(bin|h5|msgpack|ot|onnx|ckpt|pt)$/.test(name));
  const found = others.length === 0 ? '' : ` (only ${others.join(', ')})`;
  throw userError('model-no-weights', { found }, { file: folder });
}

async function shards(folder: string, index: string): Promise<string[]> {
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
    if (!existsSync(join(folder, name))) throw wrong(`the file ${name} that it names is missing`);
    return join(folder, name);
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
