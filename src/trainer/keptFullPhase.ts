import { dirname } from 'node:path';
import { userError } from '../core/errors/userError.ts';
import type { KeptChanges } from '../core/keptChanges.ts';
import type { Parameters } from '../core/parameters.ts';
import { bytesText } from '../protocol/bytesText.ts';
import { maskGroups } from '../recipe/budget.ts';
import type { ResolvedRecipe, Select } from '../recipe/types.ts';
import { type FullPhase, readFullPhase, writeFullPhase } from '../runs/fullPhaseFile.ts';
import type { RunPaths } from '../runs/runFolder.ts';
import type { TrainingJob } from '../training/job.ts';
import { maskableEntries, type Role } from '../training/roles.ts';
import { phaseLengths } from './job.ts';
import { freeDisk } from './machine.ts';
import type { PreparedRun } from './prepare.ts';

/** Of all entries, those that changed most and are kept. */
export const KEPT_SHARE = 0.25;
/** Bytes an entry of the model: a bit for each, a number for each that is kept. */
export const KEPT_BYTES_AN_ENTRY = 1 / 8 + 4 * KEPT_SHARE;
/** Unless the recipe says so, no more than this share of the free disk is taken. */
const MOST_OF_DISK = 0.1;

/**
 * What the recipe takes of another run's full phase; undefined where it trains its own.
 * @throws UserError of reading; `full-phase-other`, `full-phase-too-few`
 */
export async function loadKept(
  recipe: ResolvedRecipe,
  {
    baseFingerprint,
    originals,
    roles,
  }: {
    readonly baseFingerprint: string;
    readonly originals: Parameters;
    readonly roles: ReadonlyMap<string, Role>;
  },
): Promise<FullPhase | undefined> {
  const { fullFrom: file, select } = recipe;
  if (file === undefined) return undefined;
  const kept = await readFullPhase(file);
  const other = (reason: string) => userError('full-phase-other', { reason }, { file });
  if (kept.facts.baseFingerprint !== baseFingerprint) throw other('it was trained on another base model');
  const wanted = maskableEntries(originals, roles);
  const found = new Map(kept.parameters.map(({ name, size }) => [name, size]));
  for (const { name, size } of wanted) {
    if (found.get(name) !== size) throw other(`it does not have ${name} of this size`);
  }
  if (found.size !== wanted.length) throw other('it has parameters that are not to be masked here');
  const short = select.by === 'random' ? undefined : groupBeyond(kept, select);
  if (short !== undefined) throw userError('full-phase-too-few', short, { file });
  return kept;
}

/** A group of the mask that may have entries beyond what is kept, so that it is not known which they are; undefined for none. */
export function groupBeyond(
  { parameters, count, moved }: KeptChanges,
  select: Pick<Select, 'k' | 'within' | 'budget'>,
): { readonly k: number; readonly kept: number } | undefined {
  if (count >= moved) return undefined;
  for (const { has, k } of maskGroups({ ...select, iterations: 1 })) {
    const kept = parameters.filter(has).reduce((sum, { changes }) => sum + changes.length, 0);
    if (k > kept) return { k, kept };
  }
  return undefined;
}

/**
 * Bytes of the file in which a run keeps what its full phase learns; 0 where it does not: unless the recipe wants it, it must take little
 * of the free disk. `free`: bytes; null where the system does not tell.
 */
export function keptBytes(
  { method, select, fullFrom, keepFullPhase }: ResolvedRecipe,
  maskable: number,
  free: number | null,
): number {
  const learns =
    method === 'ltsft' && select.iterations === 1 && select.by !== 'random' && fullFrom === undefined;
  const bytes = Math.ceil(KEPT_BYTES_AN_ENTRY * maskable);
  if (!learns || keepFullPhase === false) return 0;
  if (keepFullPhase === undefined && (free === null || bytes > MOST_OF_DISK * free)) return 0;
  return bytes;
}

/** What is to be said where a run does not keep what its full phase learns for want of room; undefined where there is nothing to say. */
export async function notKeptNote(
  { folder }: Pick<RunPaths, 'folder'>,
  { recipe, maskable }: Pick<PreparedRun, 'recipe' | 'maskable'>,
): Promise<string | undefined> {
  const free = await freeDisk(dirname(folder));
  const wanted = keptBytes({ ...recipe, keepFullPhase: true }, maskable, free);
  if (recipe.keepFullPhase !== undefined || wanted === 0 || keptBytes(recipe, maskable, free) > 0)
    return undefined;
  const room = free === null ? 'how much disk is free is not known' : `${bytesText(free)} are free`;
  return `What the full phase learns is not kept: it takes ${bytesText(wanted)}, and ${room}. keepFullPhase: true in the recipe keeps it all the same.`;
}

/**
 * How a run keeps what its full phase learns; undefined where it does not. `examples` as `countedExamples`; `id` tells full phases
 * apart, once it is over.
 */
export async function keepIn(
  { fullPhase, folder }: Pick<RunPaths, 'fullPhase' | 'folder'>,
  { recipe, baseFingerprint, maskable }: Pick<PreparedRun, 'recipe' | 'baseFingerprint' | 'maskable'>,
  { examples, id }: { readonly examples: number; readonly id: () => string },
): Promise<TrainingJob['keepFullPhase']> {
  if (keptBytes(recipe, maskable, await freeDisk(dirname(folder))) === 0) return undefined;
  const { full: steps } = phaseLengths(recipe, examples);
  return {
    share: KEPT_SHARE,
    save: (kept) => writeFullPhase(fullPhase, kept, { name: recipe.name, baseFingerprint, id: id(), steps }),
  };
}
