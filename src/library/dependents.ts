import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { systemCode } from '../formats/fileErrors.ts';
import type { Dependent, SftListing } from '../protocol/session.ts';
import { parseRecipe } from '../recipe/load.ts';
import { appliedOf } from '../recipe/sftReference.ts';
import { UserError } from '../core/errors/userError.ts';

/**
 * Which of these SFTs were made with one of `files`, by the names that their files keep, and which recipes apply one,
 * by path.
 */
export async function findDependents(
  files: readonly string[],
  sfts: readonly SftListing[],
  recipes: readonly string[],
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
  const written = await Promise.all(recipes.map((recipe) => appliedBy(recipe, deleted)));
  return [...made, ...written.flat()];
}

async function appliedBy(recipe: string, deleted: ReadonlySet<string>): Promise<Dependent[]> {
  try {
    const { recipe: written } = parseRecipe(await readFile(recipe, 'utf8'), recipe);
    // One with two coefficients is one file.
    const applied = new Set(appliedOf(written).map(({ sft }) => resolve(dirname(recipe), sft)));
    return [...applied].filter((sft) => deleted.has(sft)).map((on) => ({ file: recipe, on, how: 'recipe' }));
  } catch (error) {
    // A recipe that cannot be read depends on nothing that could be told.
    if (error instanceof UserError || systemCode(error) !== undefined) return [];
    throw error;
  }
}
