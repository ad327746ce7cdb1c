import { dirname, resolve } from 'node:path';
import { UserError } from '../../core/errors/userError.ts';
import { count } from '../../core/texts.ts';
import { sftName } from '../../library/listSfts.ts';
import type { LoadedTerm } from '../../library/terms.ts';
import { bytesText } from '../../protocol/bytesText.ts';
import { parseRecipe } from '../../recipe/load.ts';
import type { TestTexts } from './evaluationData.ts';
import type { Evaluated } from './evaluator.ts';
import { rememberedShared } from './rememberedShared.ts';
import { type LookOptions, MOST_READ, type SharedTexts } from './sharedTexts.ts';

/** An evaluation whose file's texts are looked for in what its SFTs have read. */
export interface LookedFor {
  /** What the file is called. */
  readonly test: string;
  readonly role: 'dev' | 'test' | undefined;
  readonly found: Evaluated;
}

export interface NoteOptions extends LookOptions {
  /** Where counts are kept. */
  readonly memory: string;
  /** Told in whose text is being looked for what. */
  readonly begin?: ((test: string, reader: string) => void) | undefined;
}

/**
 * For each file that is not for development, and each language SFT that was evaluated on it, a sentence: how many of the file's
 * sentences stand in the text that the SFT has read, or that this text is not known.
 * @throws UserError of reading the data files; the signal's reason
 */
export async function sharedNotes(
  evaluations: readonly LookedFor[],
  options: NoteOptions,
): Promise<string[]> {
  const lines = new Map<string, string>();
  for (const { test, role, found } of evaluations) {
    if (role === 'dev') continue;
    for (const term of found.terms) {
      const files = textsRead(term);
      const key = JSON.stringify([test, term.file]);
      if (files === undefined || lines.has(key)) continue;
      const note = await sharedNote(
        test,
        await found.texts(),
        { reader: `the SFT ${sftName(term.file)}`, files },
        options,
      );
      lines.set(key, note ?? '');
    }
  }
  return [...lines.values()].filter((line) => line !== '');
}

/** A text that was read, and by whom, in words: `the SFT mt`. */
export interface ReadTexts {
  readonly reader: string;
  readonly files: readonly string[];
  /** Whether a user has named the files, which must be there then. */
  readonly isNamed?: boolean;
  /** What helps where it is not known which they are. */
  readonly advice?: string;
}

/** How many texts of a test stand in what one SFT, or the SFTs of a language, have read; undefined where the test has none. */
export async function sharedNote(
  test: string,
  texts: readonly TestTexts[],
  { reader, files, isNamed = false, advice = '' }: ReadTexts,
  { memory, begin, ...options }: NoteOptions,
): Promise<string | undefined> {
  if (texts.every((one) => one.texts.length === 0)) return undefined;
  const unknown = `Which text ${reader} has read is not known, so nothing of the file ${test} could be looked for in it${advice}.`;
  if (files.length === 0) return unknown;
  begin?.(test, reader);
  try {
    return sharedText(test, reader, await rememberedShared(memory, texts, files, options), options.most);
  } catch (error) {
    // A text that was moved since is no reason to have no figures.
    if (isNamed || options.signal?.aborted === true || !(error instanceof UserError)) throw error;
    return unknown;
  }
}

function sharedText(test: string, reader: string, { counts, isCut }: SharedTexts, most = MOST_READ): string {
  const found = counts
    .map(({ unit, shared, of }) => `${count(shared)} of ${count(of)} ${unit}`)
    .join(' and ');
  const verb = counts.length === 1 && counts[0].shared === 1 ? 'stands' : 'stand';
  const where = isCut ? `in the first ${bytesText(most)} of the text` : 'in the text';
  return `${found} of the file ${test} ${verb} ${where} of ${reader}.`;
}

/**
 * The raw texts that an SFT has read, by the recipe that its file keeps: none where it is not known which; undefined where it is an SFT
 * that has read none.
 */
function textsRead({ metadata, file, sft }: LoadedTerm): readonly string[] | undefined {
  const { kind, labels } = metadata;
  if (kind === 'language') return textsOf({ metadata, file });
  // Files of the reference do not say what they are; those of tasks have a head.
  const mayHaveRead =
    kind === 'composed' || (kind === undefined && labels === undefined && sft.abs.size === 0);
  return mayHaveRead ? [] : undefined;
}

/** The raw texts of a language SFT by the recipe that its file keeps; none where it does not say, or is no recipe. */
export function textsOf({ metadata, file }: Pick<LoadedTerm, 'metadata' | 'file'>): readonly string[] {
  if (metadata.recipe === undefined) return [];
  try {
    const { recipe } = parseRecipe(metadata.recipe, file);
    if (recipe.kind !== 'language') return [];
    return [recipe.data.text].flat().map((text) => resolve(dirname(resolve(file)), text));
  } catch (error) {
    if (error instanceof UserError) return []; // of another version
    throw error;
  }
}
