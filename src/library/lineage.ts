import { basename, dirname } from 'node:path';
import { UserError } from '../core/errors/userError.ts';
import { namedPath } from '../formats/hubCache.ts';
import type { SftMetadata } from '../formats/sftMetadata.ts';
import type { Lineage } from '../protocol/inspect.ts';
import type { SftListing } from '../protocol/session.ts';
import { parseRecipe } from '../recipe/load.ts';
import { appliedOf } from '../recipe/sftReference.ts';
import { findDependents } from './dependents.ts';

/**
 * What an SFT was made of, and what was made with it, as far as its parts lie where its recipe says or are among `sfts`; an SFT keeps
 * the names of its parts alone. `recipe` is the text of its own, `rule` how it was composed.
 */
export async function findLineage(
  { file, parts }: SftListing,
  { recipe, rule = 'sum', pruned }: Pick<SftMetadata, 'recipe' | 'rule' | 'pruned'>,
  sfts: readonly SftListing[],
  recipes: readonly string[],
): Promise<Lineage> {
  const applied = appliedFiles(recipe, file);
  const known = sfts.filter((one) => one.file !== file).map((one) => one.file);
  const place = (name: string): string | null => {
    const pointedTo = applied.find((path) => basename(path) === name && known.includes(path));
    const named = known.filter((path) => basename(path) === name);
    // Beside it rather than elsewhere; of two elsewhere, neither is surely the one.
    const beside = named.find((path) => dirname(path) === dirname(file));
    return pointedTo ?? beside ?? (named.length === 1 ? named[0] : null);
  };
  const placed = parts.map(({ name, coefficient, head }) => ({
    name,
    coefficient,
    ...(head === true ? { head } : {}),
    file: place(name),
  }));
  return {
    parts: placed,
    rule,
    pruned:
      pruned === undefined ? null : { name: pruned.name, file: place(pruned.name), entries: pruned.entries },
    dependents: await findDependents([file], sfts, recipes),
  };
}

function appliedFiles(recipe: string | undefined, file: string): string[] {
  if (recipe === undefined) return [];
  try {
    const { recipe: written } = parseRecipe(recipe, file);
    return appliedOf(written).map(({ sft }) => namedPath(dirname(file), sft, 'sft'));
  } catch (error) {
    if (error instanceof UserError) return []; // of a later version, changed by hand, or not in the cache
    throw error;
  }
}
