import { readdir } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';

/** Where files are never looked for. */
const unwanted = '**/{node_modules,.git,.venv,venv,__pycache__}/**';
/** So many files of a kind are found at most. */
const mostFound = 5000;

/** What is found in the workspace: files whose name tells what they are. */
export const patterns = {
  sft: '**/*.sft.safetensors',
  recipe: '**/*.sft.yaml',
  run: '**/runs/*/recipe.yaml',
  config: '**/config.json',
  weights: '**/{model.safetensors,model.safetensors.index.json,pytorch_model.bin}',
} as const;

/** Files of the workspace's folders that a pattern fits. */
export async function filesOf(pattern: string): Promise<string[]> {
  const uris = await vscode.workspace.findFiles(pattern, unwanted, mostFound);
  // Folders of a workspace may lie in each other.
  return [...new Set(uris.filter(({ scheme }) => scheme === 'file').map(({ fsPath }) => fsPath))];
}

/** Run folders of the workspace, and of the folder that the setting names. */
export async function runFoldersOf(): Promise<string[]> {
  const files = await filesOf(patterns.run);
  const set = runsFolderSetting();
  const others =
    set === undefined ? [] : isAbsolute(set) ? await runsIn(set) : await filesOf(`**/${set}/*/recipe.yaml`);
  return [...new Set([...files, ...others].map((file) => dirname(file)))];
}

/** Folders of the workspace that look like base models: many a program has a config.json. */
export async function baseFoldersOf(): Promise<string[]> {
  const [configs, weights] = await Promise.all([filesOf(patterns.config), filesOf(patterns.weights)]);
  const withWeights = new Set(weights.map((file) => dirname(file)));
  return configs.map((file) => dirname(file)).filter((folder) => withWeights.has(folder));
}

/** Where runs lie, if the user says so: a path, or a folder's name beside each recipe. */
export function runsFolderSetting(): string | undefined {
  const set = vscode.workspace.getConfiguration('sft').get<string>('runsFolder')?.trim();
  if (set === undefined || set === '' || set === 'runs') return undefined;
  return isAbsolute(set) ? set : set.replace(/^\.[/\\]/, '').replaceAll('\\', '/');
}

async function runsIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(folder, name, 'recipe.yaml'));
  } catch {
    return []; // It comes with the first run.
  }
}
