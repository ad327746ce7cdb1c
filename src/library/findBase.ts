import { basename, dirname } from 'node:path';
import { encoderName } from '../core/canonicalNames.ts';
import { UserError, userError } from '../core/errors/userError.ts';
import { encoderShapes } from '../formats/encoderShapes.ts';
import { namedPath } from '../formats/hubCache.ts';
import { readModelConfig } from '../formats/modelFolder.ts';
import type { SftHeader } from '../formats/sftFile.ts';
import type { BaseOfSft } from '../protocol/inspect.ts';
import { parseRecipe } from '../recipe/load.ts';
import { folderFingerprint } from './fingerprint.ts';
import { listBase } from './listBases.ts';

export interface FindBaseOptions {
  /** Model folders among which to look. */
  readonly folders: readonly string[];
  /** The one that the user chose. */
  readonly chosen?: string | null | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How a folder's fingerprint is found; `folderFingerprint` by default. */
  readonly fingerprintOf?:
    | ((folder: string, signal?: AbortSignal) => Promise<string | undefined>)
    | undefined;
}

/**
 * The base model of an SFT file: the one that was chosen, or else that which its recipe names or one of `folders`. A model is only
 * taken unasked if its fingerprint is the SFT's; where one of the two has none, if recipe or name point to it.
 * @throws UserError `sft-shape` for a chosen model of other sizes, and those of reading it; what `signal` was aborted with
 */
export async function findBase(
  file: string,
  { metadata, shapes }: Pick<SftHeader, 'metadata' | 'shapes'>,
  { folders, chosen, signal, fingerprintOf = folderFingerprint }: FindBaseOptions,
): Promise<BaseOfSft | null> {
  const wanted = metadata.baseFingerprint;
  const compare = async (folder: string) => {
    if (wanted === undefined) return null;
    const found = await fingerprintOf(folder, signal);
    return found === undefined ? null : found === wanted;
  };
  if (chosen !== undefined && chosen !== null) {
    const misfit = misfitOf(chosen, shapes);
    if (misfit !== undefined) throw userError('sft-shape', { ...misfit, sft: basename(file) }, { file });
    return baseOf(chosen, 'chosen', await compare(chosen));
  }
  const named = namedBase(file, metadata.recipe);
  for (const folder of new Set([...(named === undefined ? [] : [named]), ...folders])) {
    signal?.throwIfAborted();
    if (!fits(folder, shapes)) continue;
    const isPointedTo = folder === named || nameOf(folder) === metadata.baseName;
    // What nothing points to can only be known by its fingerprint.
    if (wanted === undefined && !isPointedTo) continue;
    const isSame = await compare(folder).catch(passOver);
    if (isSame === true) return baseOf(folder, 'fingerprint', true);
    if (isSame === null && isPointedTo) return baseOf(folder, 'name', null);
  }
  return null;
}

function baseOf(folder: string, how: BaseOfSft['how'], isSame: boolean | null): BaseOfSft {
  const { heads } = readModelConfig(folder);
  return { folder, name: nameOf(folder), heads, how, isSame };
}

function nameOf(folder: string): string {
  return listBase(folder).name;
}

/** The folder that the recipe names; SFT and recipe lie in the run's folder together. */
function namedBase(file: string, recipe: string | undefined): string | undefined {
  if (recipe === undefined) return undefined;
  try {
    return namedPath(dirname(file), parseRecipe(recipe, file).recipe.base, 'base');
  } catch (error) {
    return passOver(error) ?? undefined; // of a later version, changed by hand, or not in the cache
  }
}

function fits(folder: string, shapes: SftHeader['shapes']): boolean {
  try {
    return misfitOf(folder, shapes) === undefined;
  } catch (error) {
    return passOver(error) ?? false;
  }
}

/** The first parameter whose shape is another in the model. */
function misfitOf(
  folder: string,
  shapes: SftHeader['shapes'],
): { parameter: string; found: readonly number[]; wanted: readonly number[] } | undefined {
  const own = new Map(
    [...encoderShapes(readModelConfig(folder))].map(([name, shape]) => [encoderName(name), shape]),
  );
  for (const [parameter, found] of shapes) {
    const wanted = own.get(encoderName(parameter) ?? '');
    if (wanted !== undefined && String(wanted) !== String(found)) return { parameter, found, wanted };
  }
  return undefined;
}

/** A model that cannot be read is none. */
function passOver(error: unknown): null {
  if (error instanceof UserError) return null;
  throw error;
}
