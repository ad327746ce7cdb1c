import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writeTextAtomically } from '../formats/atomicFile.ts';
import { systemCode } from '../formats/fileErrors.ts';
import { readTextEnd } from '../formats/textEnd.ts';
import type { ResolvedRecipe } from '../recipe/types.ts';
import type { RunPaths } from './runFolder.ts';

/** What was changed of a run while it trained: its recipe is what it was started with. */
export interface RunChanges {
  /** Entries that the mask is to have. */
  readonly k?: number | undefined;
  /** The full phase ended after this step. */
  readonly stopAfter?: number | undefined;
}

const schema = z.object({
  version: z.literal(1),
  k: z.int().min(1).optional(),
  stopAfter: z.int().min(1).optional(),
});

const changesFile = (folder: string): string => join(folder, 'changes.json');

/** The changes of a run; none where its file is missing or cannot be understood. */
export async function readChanges(folder: string): Promise<RunChanges> {
  try {
    const found = schema.safeParse(JSON.parse(await readFile(changesFile(folder), 'utf8')));
    return found.success ? { k: found.data.k, stopAfter: found.data.stopAfter } : {};
  } catch (error) {
    if (error instanceof SyntaxError || systemCode(error) === 'ENOENT') return {};
    throw error;
  }
}

/** Keeps the changes of a run, so that it goes on with them when it is resumed. */
export function writeChanges(folder: string, changes: RunChanges): Promise<void> {
  return writeTextAtomically(changesFile(folder), `${JSON.stringify({ version: 1, ...changes })}\n`);
}

/** What a run was started with, and above it, as a comment, what was changed while it trained; empty where there is no recipe. */
export async function readChangedRecipe(
  { folder, recipe }: Pick<RunPaths, 'folder' | 'recipe'>,
  most: number,
): Promise<string> {
  const { text } = await readTextEnd(recipe, most);
  const { k, stopAfter } = await readChanges(folder);
  const lines = [
    ...(k === undefined ? [] : [`select.k: ${k}`]),
    ...(stopAfter === undefined ? [] : [`full.stopAfter: ${stopAfter}`]),
  ];
  return lines.length === 0 || text === ''
    ? text
    : `# Changed while it trained:\n${lines.map((line) => `#   ${line}\n`).join('')}\n${text}`;
}

/** The recipe as if it had been written so from the start. @param maskable entries that may be in the mask */
export function withChanges<R extends ResolvedRecipe>(
  recipe: R,
  { k, stopAfter }: RunChanges,
  maskable: number,
): R {
  const { select, full } = recipe;
  return {
    ...recipe,
    select: k === undefined ? select : { ...select, k, density: maskable > 0 ? k / maskable : 0 },
    full: stopAfter === undefined ? full : { ...full, stopAfter },
  };
}
