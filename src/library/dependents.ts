import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { systemCode } from '../formats/fileErrors.ts';
import { checkCell } from '../notebook/cells/check.ts';
import { cellPaths } from '../notebook/cells/paths.ts';
import { readNotebook } from '../notebook/read.ts';
import type { Dependent, SftListing } from '../protocol/session.ts';
import { parseCompose } from '../recipe/composeFile.ts';
import { parseRecipe } from '../recipe/load.ts';
import { appliedOf } from '../recipe/sftReference.ts';
import { UserError } from '../core/errors/userError.ts';

/** Files in which people write what they use. */
interface Written {
  readonly recipes: readonly string[];
  readonly benches?: readonly string[];
  readonly notebooks?: readonly string[];
}

/**
 * Which of these SFTs were made with one of `files`, by the names that their files keep; and by path, which recipes apply one or take
 * the full phase that is kept in one, which benches have one, and which notebooks name one.
 */
export async function findDependents(
  files: readonly string[],
  sfts: readonly SftListing[],
  { recipes, benches = [], notebooks = [] }: Written,
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
    ...notebooks.map((notebook) => orNothing(inCells(notebook, deleted))),
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

async function inCells(file: string, deleted: ReadonlySet<string>): Promise<Dependent[]> {
  const { cells } = readNotebook(await readFile(file), file);
  const named = cells.flatMap(({ language, text }) => {
    const { request } = language === 'sft-cell' ? checkCell(text) : {};
    return request === undefined ? [] : cellPaths(request);
  });
  const sfts = new Set(
    named.flatMap((one) => (one.wanted === 'sft' ? [resolve(dirname(file), one.named)] : [])),
  );
  return [...sfts].flatMap((on): Dependent[] => (deleted.has(on) ? [{ file, on, how: 'notebook' }] : []));
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
