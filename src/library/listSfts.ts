import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { readSftHeader, type SftHeader } from '../formats/sftFile.ts';
import { modelName } from '../formats/hubCache.ts';
import { sftBinName } from '../formats/sftLocation.ts';
import type { SftListing } from '../protocol/session.ts';
import { entriesOf } from './inspect.ts';
import { parseRecipe } from '../recipe/load.ts';
import { appliedOf } from '../recipe/sftReference.ts';
import { headTypes } from './headTypes.ts';
import { publishedSftAt } from './publishedSfts.ts';

/** What a list shows of an SFT file, from its header alone. @throws UserError as `readSftHeader` */
export async function listSft(file: string): Promise<SftListing> {
  return listingOf(file, await readSftHeader(file));
}

/** The same of a header that has been read. */
export async function listingOf(file: string, header: SftHeader): Promise<SftListing> {
  const { metadata } = header;
  const published = basename(file) === sftBinName ? publishedSftAt(file) : undefined;
  const { size } = await stat(file);
  return {
    file,
    name: sftName(file),
    kind: metadata.kind ?? published?.kind ?? kindOf(header),
    task: metadata.task ?? published?.task ?? taskOf(header),
    language: metadata.language ?? published?.code ?? null,
    base: metadata.baseName ?? published?.base ?? null,
    baseFingerprint: metadata.baseFingerprint ?? null,
    entries: entriesOf(header),
    density: metadata.density ?? null,
    labels: metadata.labels?.length ?? null,
    metrics: metadata.metrics ?? {},
    interval: metadata.interval,
    date: metadata.date ?? null,
    bytes: size,
    parts: metadata.parts ?? appliedParts(metadata.recipe, file),
    reproducible: metadata.reproducible ?? true,
  };
}

/** The name of an SFT file without its ending. */
export function sftName(file: string): string {
  // The reference calls every file alike; its folder has the name.
  if (basename(file) === sftBinName) return basename(modelName(dirname(resolve(file))));
  return basename(file).replace(/(\.sft)?\.safetensors$/i, '');
}

/** A file that does not say what it is: with the head of a task it is a task's. */
function kindOf({ abs }: SftHeader): SftListing['kind'] {
  return headTypes(abs.keys())[0] === 'language' ? 'language' : 'task';
}

/** The task of a head that can be for one alone, by its parameters' names. */
function taskOf({ counts, abs }: SftHeader): SftListing['task'] {
  const [type, ...others] = headTypes([...counts.keys(), ...abs.keys()]);
  return type === 'language' || others.length > 0 ? null : type;
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
