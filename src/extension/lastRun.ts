import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { parseRecipe } from '../recipe/load.ts';
import { latestRun, runsFolderOf } from '../runs/runFolder.ts';

/** The folder of the last run of a recipe; undefined where there is none, or the recipe cannot be read as it is. */
export async function lastRun(file: string): Promise<string | undefined> {
  try {
    const { recipe, fileName, folder } = parseRecipe(await readFile(file, 'utf8'), file);
    const named = vscode.workspace.getConfiguration('sft', vscode.Uri.file(file)).get<string>('runsFolder');
    const runs = named === undefined || named === '' ? runsFolderOf(file) : join(folder, named);
    return await latestRun(runs, recipe.name ?? fileName);
  } catch {
    return undefined; // it is being written
  }
}
