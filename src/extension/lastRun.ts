import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { parseRecipe } from '../recipe/load.ts';
import { latestRun, runsFolderOf } from '../runs/runFolder.ts';
import { runsFolderFor } from './settings.ts';

/** The folder of the last run of a recipe; undefined where there is none, or the recipe cannot be read as it is. */
export async function lastRun(file: string): Promise<string | undefined> {
  try {
    const { recipe, fileName } = parseRecipe(await readFile(file, 'utf8'), file);
    const named = runsFolderFor(vscode.Uri.file(file));
    const runs = named ?? runsFolderOf(file);
    return await latestRun(runs, recipe.name ?? fileName);
  } catch {
    return undefined; // it is being written
  }
}
