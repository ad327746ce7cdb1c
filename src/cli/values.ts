import { InvalidArgumentError } from 'commander';
import { parseSftReference, type SftReference } from '../recipe/sftReference.ts';

/** A whole number, from 1 on. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1 || value > 1024) {
    throw new InvalidArgumentError('Give a whole number from 1 on.');
  }
  return value;
}

/** FILE or FILE@COEFFICIENT, added to those given before. */
export function sftReferences(text: string, before: readonly SftReference[] = []): SftReference[] {
  return [...before, parseSftReference(text)];
}

/** A list with commas. */
export function listOf(text: string): string[] {
  return text.split(',').map((item) => item.trim());
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
