import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { systemCode } from '../formats/fileErrors.ts';
import type { Dependent, SftListing } from '../protocol/session.ts';
import { parseCompose } from '../recipe/composeFile.ts';
import { parseRecipe } from '../recipe/load.ts';
import { appliedOf } from '../recipe/sftReference.ts';
import { UserError } from '../core/errors/userError.ts';

/**
 * Which of these SFTs were made with one of `files`, by the names that their files keep; and by path, which recipes apply one or take
 * the full phase that is kept in one, and which benches have one.
 */
export async function findDependents(
  files: readonly string[],
  sfts: readonly SftListing[],
  recipes: readonly string[],
  benches: readonly string[] = [],
): Promise<Dependent[]> {
  const deleted = new Set(files.map((file) => resolve(file)));
  const byName = new Map([...deleted].map((file) => [basename(file), file]));
  const made = sfts
    .filter(({ file }) => !deleted.has(resolve(file)))
    .flatMap(({ file, kind, parts }) =>
      [...new Set(parts.map(({ name }) => name))].flatMap((name): Dependent[] => {
        const on = byName.get(name);
        return on === undefined ? [] : [{ file, on, how: kind === 'composed' ? 'composed' : 'applied' }];
      }),
    );
  const written = await Promise.all([
    ...recipes.map((recipe) => orNothing(neededBy(recipe, deleted))),
    ...benches.map((bench) => orNothing(onBench(bench, deleted))),
  ]);
  return [...made, ...written.flat()];
}

async function neededBy(recipe: string, deleted: ReadonlySet<string>): Promise<Dependent[]> {
  const { recipe: written } = parseRecipe(await readFile(recipe, 'utf8'), recipe);
  const full = (path: string): string => resolve(dirname(recipe), path);
  // One with two coefficients is one file.
  const applied = new Set(appliedOf(written).map(({ sft }) => full(sft)));
  const from = written.full?.from === undefined ? [] : [full(written.full.from)];
  return [
    ...[...applied].map((on): Dependent => ({ file: recipe, on, how: 'recipe' })),
    ...from.map((on): Dependent => ({ file: recipe, on, how: 'fullPhase' })),
  ].filter(({ on }) => deleted.has(on));
}

async function onBench(file: string, deleted: ReadonlySet<string>): Promise<Dependent[]> {
  const { setting } = parseCompose(await readFile(file, 'utf8'), file);
  return setting.rows
    .filter((row) => deleted.has(row.file))
    .map((row): Dependent => ({ file, on: row.file, how: 'bench' }));
}

/** What cannot be read depends on nothing that could be told. */
async function orNothing(found: Promise<Dependent[]>): Promise<Dependent[]> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof UserError || systemCode(error) !== undefined) return [];
    throw error;
  }
}
