import { type Dirent, existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import * as vscode from 'vscode';
import { byName } from './problems.ts';

/** Where files are never looked for. */
export const unwanted = '**/{node_modules,.git,.venv,venv,__pycache__}/**';
/** So many files of a kind are found at most. */
const mostFound = 5000;

/** What is found in the workspace: files whose name tells what they are. */
export const patterns = {
  sft: '**/*.sft.safetensors',
  recipe: '**/*.sft.yaml',
  bench: '**/*.compose.yaml',
  notebook: '**/*.sftnb',
  run: '**/runs/*/recipe.yaml',
  /** Of a run that was put elsewhere. */
  events: '**/events.jsonl',
  sweepPlan: '**/sweeps/*/plan.json',
  config: '**/config.json',
  weights: '**/{model.safetensors,model.safetensors.index.json,pytorch_model.bin}',
} as const;

/** Files of the workspace's folders that a pattern fits. */
export async function filesOf(pattern: string): Promise<string[]> {
  const uris = await vscode.workspace.findFiles(pattern, unwanted, mostFound);
  // Folders of a workspace may lie in each other; what is found comes in any order.
  const paths = uris.filter(({ scheme }) => scheme === 'file').map(({ fsPath }) => fsPath);
  return [...new Set(paths)].sort(byName);
}

/** SFT files of the workspace and of the folders of runs that the setting names. */
export async function sftFilesOf(): Promise<string[]> {
  const found = await filesOf(patterns.sft);
  const runs = (await Promise.all(setRunsFolders().map(foldersIn))).flat();
  const made = (await Promise.all(runs.map(namesOf))).flat();
  const all = new Set([...found, ...made.filter((file) => file.endsWith('.sft.safetensors'))]);
  return [...all].sort(byName);
}

/** Run folders of the workspace and of the folders that the setting names. */
export async function runFoldersOf(): Promise<string[]> {
  const [recipes, events, others] = await Promise.all([
    filesOf(patterns.run),
    filesOf(patterns.events),
    Promise.all(setRunsFolders().map(foldersIn)),
  ]);
  const found = new Set(recipes.map((file) => dirname(file)));
  const elsewhere = events.map((file) => dirname(file)).filter((folder) => !found.has(folder));
  const runs = elsewhere.filter((folder) => existsSync(join(folder, 'recipe.yaml')));
  return [...new Set([...found, ...runs, ...others.flat()])];
}

/** Folders of the workspace that look like base models: many a program has a config.json. */
export async function baseFoldersOf(): Promise<string[]> {
  const [configs, weights] = await Promise.all([filesOf(patterns.config), filesOf(patterns.weights)]);
  const withWeights = new Set(weights.map((file) => dirname(file)));
  return configs.map((file) => dirname(file)).filter((folder) => withWeights.has(folder));
}

/** Folders in which runs lie by the setting `sft.runsFolder`, which each folder of the workspace may have its own. */
export function setRunsFolders(): string[] {
  const named = localFolders().map(({ uri }) => {
    const set = vscode.workspace.getConfiguration('sft', uri).get<string>('runsFolder', '').trim();
    return set === '' ? undefined : isAbsolute(set) ? set : resolve(uri.fsPath, set);
  });
  return [...new Set(named.filter((folder) => folder !== undefined))];
}

/** Folders in which this window's runs lie: the workspace's, and those that the setting names. */
export function placesOfRuns(): string[] {
  return [...localFolders().map(({ uri }) => uri.fsPath), ...setRunsFolders()];
}

function localFolders(): readonly vscode.WorkspaceFolder[] {
  return (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
}

async function foldersIn(folder: string): Promise<string[]> {
  return (await entriesOf(folder)).filter((one) => one.isDirectory()).map(({ name }) => join(folder, name));
}

async function namesOf(folder: string): Promise<string[]> {
  return (await entriesOf(folder)).map(({ name }) => join(folder, name));
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    return []; // It comes with the first run.
  }
}
