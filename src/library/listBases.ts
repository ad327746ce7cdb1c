import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { encoderShapes } from '../formats/encoderShapes.ts';
import { systemCode } from '../formats/fileErrors.ts';
import { readModelConfig } from '../formats/modelFolder.ts';
import type { BaseListing } from '../protocol/session.ts';

/** What a list shows of a base model, from its config.json alone. @throws UserError as `readModelConfig` */
export function listBase(folder: string): BaseListing {
  const config = readModelConfig(folder);
  const sizes = [...encoderShapes(config).values()].map((shape) => shape.reduce((a, b) => a * b, 1));
  return {
    folder,
    name: hubName(folder) ?? basename(resolve(folder)),
    modelType: config.modelType,
    layers: config.layers,
    hiddenSize: config.hiddenSize,
    parameters: sizes.reduce((a, b) => a + b, 0),
  };
}

/** Folders of a folder that could be models: they have a config.json or are links to one. */
export async function foldersIn(folder: string): Promise<string[]> {
  return (await namesIn(folder)).map((name) => join(folder, name));
}

/** Where the Hugging Face libraries keep what they fetched. */
export function hubCache(env: NodeJS.ProcessEnv = process.env): string {
  const home = env.HF_HOME ?? join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'huggingface');
  return env.HF_HUB_CACHE ?? env.HUGGINGFACE_HUB_CACHE ?? join(home, 'hub');
}

/** The newest snapshot of every model in a Hugging Face cache. */
export async function hubModels(cache: string): Promise<string[]> {
  const models = (await namesIn(cache)).filter((name) => name.startsWith('models--'));
  const snapshots = await Promise.all(
    models.map(async (name) => (await foldersIn(join(cache, name, 'snapshots'))).at(-1)),
  );
  return snapshots.filter((folder) => folder !== undefined);
}

/** `org/name` of a snapshot in a Hugging Face cache. */
function hubName(folder: string): string | undefined {
  const parts = basename(dirname(dirname(resolve(folder)))).split('--');
  return parts[0] === 'models' ? parts.slice(1).join('/') : undefined;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map(({ name }) => name);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return [];
  }
}
