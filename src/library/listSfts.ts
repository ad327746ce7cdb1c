import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { readSftHeader, type SftHeader } from '../formats/sftFile.ts';
import { sftBinName } from '../formats/sftLocation.ts';
import type { SftListing } from '../protocol/session.ts';
import { parseRecipe } from '../recipe/load.ts';
import { appliedOf } from '../recipe/sftReference.ts';

/** What a list shows of an SFT file, from its header alone. @throws UserError as `readSftHeader` */
export async function listSft(file: string): Promise<SftListing> {
  const header = await readSftHeader(file);
  const { metadata } = header;
  const { size } = await stat(file);
  const entries = [...header.counts.values()].reduce((sum, count) => sum + count, 0);
  return {
    file,
    name: sftName(file),
    kind: metadata.kind ?? kindOf(header),
    task: metadata.task ?? null,
    language: metadata.language ?? null,
    base: metadata.baseName ?? null,
    baseFingerprint: metadata.baseFingerprint ?? null,
    entries,
    density: metadata.density ?? null,
    labels: metadata.labels?.length ?? null,
    metrics: metadata.metrics ?? {},
    date: metadata.date ?? null,
    bytes: size,
    parts: metadata.parts ?? appliedParts(metadata.recipe, file),
    reproducible: metadata.reproducible ?? true,
  };
}

/** The name of an SFT file without its ending. */
export function sftName(file: string): string {
  // The reference calls every file alike; its folder has the name.
  if (basename(file) === sftBinName) return basename(dirname(resolve(file)));
  return basename(file).replace(/(\.sft)?\.safetensors$/i, '');
}

/** A file that does not say what it is: with a classifier it is a task's. */
function kindOf({ abs }: SftHeader): SftListing['kind'] {
  return [...abs.keys()].some((name) => name.startsWith('classifier.')) ? 'task' : 'language';
}

/** The SFTs that were applied when it was trained. */
function appliedParts(recipe: string | undefined, file: string): SftListing['parts'] {
  if (recipe === undefined) return [];
  try {
    const { recipe: written } = parseRecipe(recipe, file);
    return appliedOf(written).map(({ sft, coefficient }) => ({ name: basename(sft), coefficient }));
  } catch {
    return []; // of a later version, or changed by hand: it is only a list
  }
}
