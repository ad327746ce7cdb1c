import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { encoderShapes } from '../formats/encoderShapes.ts';
import { systemCode } from '../formats/fileErrors.ts';
import { modelName } from '../formats/hubCache.ts';
import { chooseHubFiles } from '../formats/hubFiles.ts';
import { readModelConfig } from '../formats/modelFolder.ts';
import type { BaseListing } from '../protocol/session.ts';

/** What a list shows of a base model, from its config.json alone. @throws UserError as `readModelConfig` */
export function listBase(folder: string): BaseListing {
  const config = readModelConfig(folder);
  const sizes = [...encoderShapes(config).values()].map((shape) => shape.reduce((a, b) => a * b, 1));
  return {
    folder,
    name: modelName(folder),
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

/** Of every model in a Hugging Face cache the snapshot of its main branch, or else any. */
export async function hubModels(cache: string): Promise<string[]> {
  const models = (await namesIn(cache)).filter((name) => name.startsWith('models--'));
  const snapshots = await Promise.all(
    models.map(async (name) => {
      const main = await readFile(join(cache, name, 'refs', 'main'), 'utf8').catch(() => '');
      const all = await foldersIn(join(cache, name, 'snapshots'));
      return all.find((folder) => basename(folder) === main.trim()) ?? all.at(-1);
    }),
  );
  return snapshots.filter((folder) => folder !== undefined);
}

/** The SFTs in a Hugging Face cache: their files. */
export async function hubSfts(cache: string): Promise<string[]> {
  const found = await Promise.all(
    (await hubModels(cache)).map(async (folder) => {
      const choice = chooseHubFiles(await readdir(folder));
      return choice?.kind === 'sft' ? choice.files.map((name) => join(folder, name)) : [];
    }),
  );
  return found.flat();
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
