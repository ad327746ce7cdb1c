import { basename, dirname } from 'node:path';
import { UserError } from '../core/errors/userError.ts';
import { namedPath } from '../formats/hubCache.ts';
import { readSft } from '../formats/sftFile.ts';
import type { SftMetadata } from '../formats/sftMetadata.ts';
import type { Lineage } from '../protocol/inspect.ts';
import type { SftListing } from '../protocol/session.ts';
import { parseRecipe } from '../recipe/load.ts';
import { appliedOf } from '../recipe/sftReference.ts';
import { findDependents } from './dependents.ts';
import { sftHash } from './sftHash.ts';

/**
 * What an SFT was made of, and what was made with it, as far as its parts lie where its recipe says or are among `sfts`; an SFT keeps
 * the names of its parts, and a composed one their hashes: by these the one that is meant is found where several files have its name.
 * `recipe` is the text of its own, `rule` how it was composed.
 */
export async function findLineage(
  { file, parts }: SftListing,
  {
    recipe,
    rule = 'sum',
    noHead,
    pruned,
    parts: told = [],
  }: Pick<SftMetadata, 'recipe' | 'rule' | 'noHead' | 'pruned' | 'parts'>,
  sfts: readonly SftListing[],
  recipes: readonly string[],
): Promise<Lineage> {
  const applied = appliedFiles(recipe, file);
  const known = sfts.filter((one) => one.file !== file).map((one) => one.file);
  const place = async (name: string, hash: string | undefined): Promise<string | null> => {
    const pointedTo = applied.find((path) => basename(path) === name && known.includes(path));
    const named = known.filter((path) => basename(path) === name);
    // Beside it rather than elsewhere; of two elsewhere, neither is surely the one.
    const beside = named.find((path) => dirname(path) === dirname(file));
    const near = pointedTo ?? beside;
    if (near !== undefined || named.length < 2) return near ?? named[0] ?? null;
    return hash === undefined ? null : ofHash(named, hash);
  };
  const placed: Lineage['parts'][number][] = [];
  for (const [i, { name, coefficient, head }] of parts.entries())
    placed.push({
      name,
      coefficient,
      ...(head === true ? { head } : {}),
      file: await place(name, told[i]?.name === name ? told[i].fingerprint : undefined),
    });
  return {
    parts: placed,
    rule,
    ...(noHead === true ? { noHead } : {}),
    pruned:
      pruned === undefined
        ? null
        : {
            name: pruned.name,
            file: await place(pruned.name, pruned.fingerprint),
            entries: pruned.entries,
          },
    dependents: await findDependents([file], sfts, { recipes }),
  };
}

/** The file among these whose content has this hash; one after the other is read. */
async function ofHash(files: readonly string[], hash: string): Promise<string | null> {
  for (const file of files) if (sftHash((await readSft(file)).sft) === hash) return file;
  return null;
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
