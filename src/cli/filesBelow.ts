import { type Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../formats/fileErrors.ts';
import { isRun } from '../runs/runFolder.ts';

/** Folders of what others have made, as in the editor. */
const unwanted = new Set(['node_modules', '.git', '.venv', 'venv', '__pycache__']);
const deepest = 8;
const mostFound = 5000;

/** SFT files and recipes in a folder and in those below it. Links are not followed. */
export async function sftsAndRecipesBelow(folder: string): Promise<{ sfts: string[]; recipes: string[] }> {
  const sfts: string[] = [];
  const recipes: string[] = [];
  await lookBelow(folder, async (path, entry) => {
    if (entry.isFile() && entry.name.endsWith('.sft.safetensors')) sfts.push(path);
    else if (entry.isFile() && entry.name.endsWith('.sft.yaml')) recipes.push(path);
    return sfts.length + recipes.length < mostFound ? 'on' : 'end';
  });
  return { sfts, recipes };
}

/** Run folders in a folder and in those below it, that folder itself if it is one; runs hold no others. In order of their paths. */
export async function runsBelow(folder: string): Promise<string[]> {
  if (await isRun(folder)) return [folder];
  const runs: string[] = [];
  await lookBelow(folder, async (path, entry) => {
    if (!entry.isDirectory() || !(await isRun(path))) return 'on';
    runs.push(path);
    return runs.length < mostFound ? 'past' : 'end';
  });
  return runs;
}

/** Tells whether to go on, to go on without looking into this folder, or to look at nothing more. */
type Visit = (path: string, entry: Dirent) => Promise<'on' | 'past' | 'end'>;

async function lookBelow(folder: string, visit: Visit, depth = 0): Promise<boolean> {
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name);
    const next = await visit(path, entry);
    if (next === 'end') return false;
    const isInside = entry.isDirectory() && depth < deepest && !unwanted.has(entry.name);
    if (next === 'on' && isInside && !(await lookBelow(path, visit, depth + 1))) return false;
  }
  return true;
}

/** By name. What cannot be read holds nothing. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return [];
  }
}
