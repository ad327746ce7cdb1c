import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { makeFolder } from '../formats/makeFolder.ts';
import { userError } from '../core/errors/userError.ts';
import { writeTextAtomically } from '../formats/atomicFile.ts';
import { readError, systemCode, writeError, unlessSystem } from '../formats/fileErrors.ts';
import { stringifyRecipe } from '../recipe/stringify.ts';
import type { ResolvedRecipe } from '../recipe/types.ts';
import { claimRun, isOwnerFile, type RunClaim } from './owner.ts';

/** How a run's own recipe begins. */
const HEADING = '# Run ';

/** Where the parts of a run lie. */
export interface RunPaths {
  /** The run folder. */
  readonly folder: string;
  /** The resolved recipe. */
  readonly recipe: string;
  /** Every event, one JSON object a line. */
  readonly events: string;
  /** Folder of the checkpoint. */
  readonly checkpoint: string;
  /** The SFT, once there is one. */
  readonly sft: string;
  /** What the full phase learnt, if it is kept. */
  readonly fullPhase: string;
  /** What a detached run prints. */
  readonly log: string;
  /** How its process ended, as its supervisor saw it. */
  readonly exit: string;
  /** Its place among the runs of its machine, where it was told one. */
  readonly queue: string;
}

/** A run folder that this process owns. */
export interface OwnedRun extends RunPaths {
  readonly claim: RunClaim;
}

/** Where the parts of a run of this name lie in its folder. */
export function runPaths(folder: string, name: string): RunPaths {
  return {
    folder,
    recipe: join(folder, 'recipe.yaml'),
    events: join(folder, 'events.jsonl'),
    checkpoint: join(folder, 'checkpoint'),
    sft: join(folder, `${name}.sft.safetensors`),
    fullPhase: join(folder, 'full-phase.safetensors'),
    log: join(folder, 'log.txt'),
    exit: join(folder, 'exit.json'),
    queue: join(folder, 'queue.json'),
  };
}

/** The folder in which the runs of a recipe lie unless the user names another: `runs` beside it; of a run's own, that of the run. */
export function runsFolderOf(recipeFile: string): string {
  const file = resolve(recipeFile);
  return isRecipeOfRun(file) ? dirname(dirname(file)) : join(dirname(file), 'runs');
}

/** Whether a recipe is the one that a run keeps, and not a user's own `recipe.yaml`: it says so, or what a run writes lies beside it. */
export function isRecipeOfRun(recipeFile: string): boolean {
  const { recipe, events, log } = runPaths(dirname(resolve(recipeFile)), '');
  if (resolve(recipeFile) !== recipe) return false;
  return existsSync(events) || existsSync(log) || beginsWith(recipe, HEADING);
}

function beginsWith(file: string, text: string): boolean {
  try {
    return readFileSync(file, 'utf8').startsWith(text);
  } catch (error) {
    return unlessSystem(error) ?? false;
  }
}

export interface NewRun {
  readonly recipe: ResolvedRecipe;
  /** The recipe's file, from which the run is started. */
  readonly recipeFile: string;
  /** The run folder itself: new or empty. Without it, the run gets the next number in `runsFolder`. */
  readonly out?: string;
  /** Default: `runsFolderOf(recipeFile)`. */
  readonly runsFolder?: string;
}

/**
 * Makes the folder of a new run, owned by this process, with its `recipe.yaml`. Two processes that do so at once get
 * a folder each.
 * @throws UserError `run-folder-taken` or `run-folder-full` for `out`, `run-path-taken`, `run-owned`,
 * `file-unwritable`, `file-disk-full`
 */
export async function createRun({ recipe, recipeFile, out, runsFolder }: NewRun): Promise<OwnedRun> {
  const { name } = recipe;
  const folder =
    out === undefined
      ? await makeNumbered(resolve(runsFolder ?? runsFolderOf(recipeFile)), name)
      : await makeEmpty(resolve(out));
  const paths = runPaths(folder, name);
  let claim: RunClaim | undefined;
  try {
    claim = await claimRun(folder);
    // Only now is it sure that no other process puts a run here.
    await refuseFull(folder);
    await writeTextAtomically(paths.recipe, recipeText(recipe, resolve(recipeFile), folder));
    return { ...paths, claim };
  } catch (error) {
    await claim?.release();
    if (out === undefined) await rmdir(folder).catch(unlessSystem); // it is empty, and nobody wants it
    throw error;
  }
}

/**
 * Takes over the folder of a run that is to be resumed; `name` is its recipe's.
 * @throws UserError `run-not-a-run`, `run-owned`, `run-claimed`, `file-unwritable`
 */
export async function openRun(
  folder: string,
  name: string,
  options?: { force?: boolean },
): Promise<OwnedRun> {
  const paths = runPaths(resolve(folder), name);
  if (!(await isRun(paths.folder))) throw userError('run-not-a-run', undefined, { file: folder });
  return { ...paths, claim: await claimRun(paths.folder, options) };
}

/** Whether a folder is that of a run. */
export async function isRun(folder: string): Promise<boolean> {
  const { recipe } = runPaths(folder, '');
  const file = await stat(recipe).catch(unlessSystem);
  return file?.isFile() === true && isRecipeOfRun(recipe);
}

/**
 * The newest run of a name in a folder of runs; undefined where there is none.
 * @throws UserError `file-unreadable`
 */
export async function latestRun(runsFolder: string, name: string): Promise<string | undefined> {
  for (const number of (await numbersOf(runsFolder, name)).reverse()) {
    const folder = join(resolve(runsFolder), `${name}-${number}`);
    if (await isRun(folder)) return folder;
  }
  return undefined;
}

/** Numbers of the runs of a name, ascending. */
async function numbersOf(runsFolder: string, name: string): Promise<number[]> {
  const names = await readdir(runsFolder).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw readError(error, runsFolder);
  });
  return names
    .filter((entry) => entry.startsWith(`${name}-`) && /^[1-9]\d{0,8}$/.test(entry.slice(name.length + 1)))
    .map((entry) => Number(entry.slice(name.length + 1)))
    .sort((a, b) => a - b);
}

async function makeNumbered(runsFolder: string, name: string): Promise<string> {
  await makeRunFolder(runsFolder);
  for (let number = ((await numbersOf(runsFolder, name)).at(-1) ?? 0) + 1; ; number++) {
    const folder = join(runsFolder, `${name}-${number}`);
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw writeError(error, folder);
    }
  }
}

async function makeEmpty(folder: string): Promise<string> {
  await makeRunFolder(folder);
  await refuseFull(folder);
  return folder;
}

async function makeRunFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST' || code === 'ENOTDIR')
      throw userError('run-path-taken', undefined, { file: folder });
    throw writeError(error, folder);
  }
}

/** Hidden files, which systems leave everywhere, are no reason to refuse a folder. */
async function refuseFull(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw readError(error, folder);
  });
  const { recipe, events } = runPaths(folder, '');
  if (names.includes(basename(recipe)) || names.includes(basename(events))) {
    throw userError('run-folder-taken', undefined, { file: folder });
  }
  const found = names.find((name) => !name.startsWith('.') && !isOwnerFile(name));
  if (found !== undefined) throw userError('run-folder-full', { found }, { file: folder });
}

/** Paths are relative where the run lies in the recipe's folder, so that this folder can be moved. */
function recipeText(recipe: ResolvedRecipe, recipeFile: string, folder: string): string {
  const within = dirname(recipeFile);
  const inside = relative(within, folder);
  const apart = inside.split(sep)[0] === '..' || isAbsolute(inside);
  const text = stringifyRecipe(recipe, apart ? undefined : { from: folder, within });
  const source = apart ? recipeFile : relative(folder, recipeFile).replaceAll(sep, '/');
  return `${HEADING}${basename(folder)}, started ${new Date().toISOString()} from ${JSON.stringify(source)}.\n${text}`;
}
