import { type Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../formats/fileErrors.ts';

/** Folders of what others have made, as in the editor. */
const unwanted = new Set(['node_modules', '.git', '.venv', 'venv', '__pycache__']);
const deepest = 8;
const mostFound = 5000;

/** SFT files and recipes in a folder and in those below it. Links are not followed. */
export async function sftsAndRecipesBelow(folder: string): Promise<{ sfts: string[]; recipes: string[] }> {
  const sfts: string[] = [];
  const recipes: string[] = [];
  const look = async (at: string, depth: number): Promise<void> => {
    for (const entry of await entriesOf(at)) {
      if (sfts.length + recipes.length >= mostFound) return;
      const path = join(at, entry.name);
      if (entry.isDirectory() && depth < deepest && !unwanted.has(entry.name)) await look(path, depth + 1);
      else if (entry.isFile() && entry.name.endsWith('.sft.safetensors')) sfts.push(path);
      else if (entry.isFile() && entry.name.endsWith('.sft.yaml')) recipes.push(path);
    }
  };
  await look(folder, 0);
  return { sfts, recipes };
}

/** What cannot be read holds nothing. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return [];
  }
}
