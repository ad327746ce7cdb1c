import { existsSync } from 'node:fs';
import { InvalidArgumentError, Option } from 'commander';
import { compositionRules } from '../core/compositionRules.ts';
import { isHubName, namedPath } from '../formats/hubCache.ts';
import type { ResultFilter } from '../protocol/results.ts';
import { type Budget, rowsForm, rowsOf, rowsPattern, writtenBudget } from '../recipe/budget.ts';
import { parseSftReference, type SftReference } from '../recipe/sftReference.ts';

/** A whole number from 1 on, such as one of threads or runs. */
export function wholeNumber(text: string): number {
  return wholeUpTo(1024, text);
}

/** A number of rows, pieces or the like, from 1 on. */
export function howMany(text: string): number {
  return wholeUpTo(1e6, text);
}

function wholeUpTo(most: number, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return value;
  throw new InvalidArgumentError(`Give a whole number from 1 to ${most}.`);
}

/** Megabytes, from 1 on. */
export function megabytes(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('Give megabytes, from 1 on.');
  return value;
}

/** A word that a batch script may hold. */
export function slurmWord(text: string): string {
  if (!/^[\w.:,@%+-]{1,200}$/.test(text) || text.startsWith('-')) {
    throw new InvalidArgumentError('Give it as Slurm writes it, without spaces.');
  }
  return text;
}

/** Features of nodes, joined as Slurm joins them: `a100|h100`. */
export function slurmConstraint(text: string): string {
  if (!/^[\w.:,@%+\-&|*()[\]]{1,200}$/.test(text) || text.startsWith('-')) {
    throw new InvalidArgumentError('Give it as Slurm writes it, without spaces.');
  }
  return text;
}

/** A whole number that says who comes first. */
export function priorityOf(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || Math.abs(value) > 1000) {
    throw new InvalidArgumentError('Give a whole number from -1000 to 1000.');
  }
  return value;
}

/** The folder of a base model, or `hf:ID@REVISION` for one that was pulled. @throws UserError as `namedPath` */
export function baseFolder(text: string): string {
  return isHubName(text) ? namedPath('', text, 'base') : text;
}

/** The file of an SFT, or `hf:ID@REVISION` for one that was pulled. @throws UserError as `namedPath` */
export function sftFile(text: string): string {
  return isHubName(text) ? namedPath('', text, 'sft') : text;
}

/** The file of an SFT, added to those given before. @throws UserError as `namedPath` */
export function sftFiles(text: string, before: readonly string[] = []): string[] {
  return [...before, sftFile(text)];
}

/** A number of things, however many. */
export function atLeastOne(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('Give a whole number from 1 on.');
  return value;
}

/** A text, added to those given before. */
export function texts(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

const filters = ['sft', 'base', 'data', 'metric', 'role'] as const;

/** FIELD=TEXT, added to those given before. */
export function resultFilter(text: string, before: ResultFilter = {}): ResultFilter {
  const at = text.indexOf('=');
  const field = filters.find((name) => name === text.slice(0, at));
  if (field === undefined)
    throw new InvalidArgumentError(`Give FIELD=TEXT with one of ${filters.join(', ')}.`);
  if (before[field] !== undefined) throw new InvalidArgumentError(`${field} is given twice.`);
  return { ...before, [field]: text.slice(at + 1) };
}

/** FILE or FILE@COEFFICIENT, added to those given before. */
export function sftReferences(text: string, before: readonly SftReference[] = []): SftReference[] {
  const { sft, coefficient } = parseSftReference(text);
  const at = sft.lastIndexOf('@');
  if (at > 0 && !existsSync(sft) && existsSync(sft.slice(0, at)))
    throw new InvalidArgumentError(
      `${JSON.stringify(sft.slice(at + 1))} is no coefficient: give a number, such as @0.5.`,
    );
  return [...before, { sft: sftFile(sft), coefficient }];
}

/** A list with commas. */
export function listOf(text: string): string[] {
  return text.split(',').map((item) => item.trim());
}

/** Rows of the density table, with commas. */
export function rowsList(text: string): string[] {
  const rows = listOf(text);
  if (!rows.every((row) => rowsPattern.test(row) && rowsOf(row).length > 0)) {
    throw new InvalidArgumentError(`Give ${rowsForm}, with commas between them.`);
  }
  return rows;
}

/** Sizes of a mask as shares, in place of `--k`; the same option for every command that takes sizes. */
export function densityOption(): Option {
  return new Option('--density <list>', 'the same as shares of all entries that may be in it')
    .argParser(sharesOf)
    .conflicts('k');
}

/** How many entries of a mask some layers get; the same option for every command that chooses masks. */
export function budgetOption(): Option {
  return new Option(
    '--budget <list>',
    'entries of the mask for some layers, as numbers or shares of K: emb=10%,0-5=40%; the others share the rest',
  ).argParser((text: string): Budget => {
    const budget = writtenBudget(text);
    if (budget === undefined) {
      throw new InvalidArgumentError(
        'Give layers and their entries, such as emb=10%,0-5=2000: each layer once, at most 100 % together.',
      );
    }
    return budget;
  });
}

/** Whose head: the number of a term from 0, or none. */
export type HeadChoice = number | 'none';

/** The user counts from 1. */
export function headChoice(text: string): HeadChoice {
  if (text === 'none') return text;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('Give a number from 1 on, or none.');
  return value - 1;
}

/** WRITTEN=LABEL, added to those given before. */
export function renames(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) throw new InvalidArgumentError('Give WRITTEN=LABEL.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

/** Whole numbers from 1 on, with commas. */
export function countsOf(text: string): number[] {
  return numbersOf(text, 'whole numbers from 1 on', (value) => Number.isSafeInteger(value) && value >= 1);
}

/** Seeds, with commas. */
export function seedsOf(text: string): number[] {
  return numbersOf(text, 'whole numbers of 32 bits', (value) => value >>> 0 === value);
}

/** Shares above 0 and at most 1, with commas. */
function sharesOf(text: string): number[] {
  return numbersOf(text, 'numbers above 0 and at most 1', (value) => value > 0 && value <= 1);
}

function numbersOf(text: string, wanted: string, fits: (value: number) => boolean): number[] {
  return listOf(text).map((item) => {
    const value = item === '' ? NaN : Number(item);
    if (!fits(value)) throw new InvalidArgumentError(`Give ${wanted}, with commas between them.`);
    return value;
  });
}

/** How entries that several SFTs have are put together; the same option for every command that adds SFTs up. */
export function ruleOption(): Option {
  return new Option(
    '--rule <rule>',
    'entries that several SFTs have: add them (sum), add those of the elected sign (signAgreement), or take the first (priority)',
  )
    .choices(compositionRules)
    .default('sum');
}
