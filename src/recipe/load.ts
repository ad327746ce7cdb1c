import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { userError } from '../core/errors/userError.ts';
import { readError } from '../formats/fileErrors.ts';
import { readLines } from '../formats/lines.ts';
import { readRecipe, recipeError, type WrittenRecipe } from './check.ts';
import { missingPaths } from './paths.ts';
import { maxRecipeLength } from './yamlTree.ts';

/** A recipe read from a file: well-formed, and every file that it names exists. */
export interface LoadedRecipe extends WrittenRecipe {
  /** Absolute path of the folder from which the recipe's paths start. */
  readonly folder: string;
  /** Name of a recipe that gives none: its file's, without .sft.yaml. */
  readonly fileName: string;
}

/**
 * Reads and checks a recipe file. Throws one UserError for all problems: it names the first, with file and line,
 * and says how many more there are; `recipeDiagnostics` gives them all.
 */
export async function loadRecipe(file: string): Promise<LoadedRecipe> {
  const text = await readRecipeText(file);
  const folder = dirname(resolve(file));
  const { written, diagnostics, value, diagnose } = readRecipe(text, file);
  const missing = (await missingPaths(value, folder)).map(diagnose);
  const problems = [...diagnostics, ...missing];
  if (problems.length > 0 || written === undefined) throw recipeError(problems, file);
  return located(written);
}

/** Reads and checks the text of a recipe that stands in `file`, without looking whether what it names exists. */
export function parseRecipe(text: string, file: string): LoadedRecipe {
  const { written, diagnostics } = readRecipe(text, file);
  if (written === undefined) throw recipeError(diagnostics, file);
  return located(written);
}

function located(written: WrittenRecipe): LoadedRecipe {
  const path = resolve(written.file);
  const fileName = basename(path)
    .replace(/(\.sft)?\.ya?ml$/i, '')
    .replaceAll(/[^\p{L}\p{M}\p{N}_. +-]/gu, '-')
    .slice(0, 100);
  return { ...written, folder: dirname(path), fileName: fileName === '' ? 'sft' : fileName };
}

/** The text of a file of YAML, strict UTF-8, lines separated by line feeds. @throws UserError of reading, `recipe-too-long` */
export async function readRecipeText(file: string): Promise<string> {
  try {
    const info = await stat(file);
    // A device or a pipe might never end.
    if (!info.isFile()) throw userError('file-unreadable', { reason: 'it is not a file' }, { file });
    if (info.size > maxRecipeLength) {
      throw userError('recipe-too-long', { bytes: info.size, limit: maxRecipeLength }, { file });
    }
    const bytes = await readFile(file);
    return bytes.length === 0 ? '' : readLines(bytes, file).join('\n');
  } catch (error) {
    throw readError(error, file);
  }
}
