import { budgetText, writtenBudget } from '../../recipe/budget.ts';

/** Options of `sft fork` for the mask that an argument of the command names: of a size, or random ones of that size. */
export function forkedMask(argument: unknown): readonly string[] | undefined {
  if (typeof argument !== 'object' || argument === null || !('k' in argument)) return undefined;
  const { k } = argument;
  if (!Number.isSafeInteger(k)) return undefined;
  const isRandom = 'isRandom' in argument && argument.isRandom === true;
  return ['--k', String(k), ...(isRandom ? ['--by', 'random,randomPerTensor'] : [])];
}

/** The same for sizes as they are typed: numbers of entries, or percentages; undefined for anything else. */
export function masksWritten(text: string): readonly string[] | undefined {
  const parts = text.split(',').map((part) => part.trim());
  if (!parts.every((part) => part.endsWith('%'))) {
    const sizes = listedNumbers(text);
    return sizes === undefined || sizes.includes(0) ? undefined : ['--k', sizes.join(',')];
  }
  const shares = parts.map((part) => Number(part.slice(0, -1).trim() || Number.NaN) / 100);
  return shares.every((share) => share > 0 && share <= 1)
    ? ['--density', shares.map((share) => Number(share.toPrecision(12))).join(',')]
    : undefined;
}

/** The same for a budget of layers as it is typed: `emb=10%, 0-5=2000`; undefined for anything else. */
export function budgetWritten(text: string): readonly string[] | undefined {
  const budget = writtenBudget(text);
  return budget === undefined ? undefined : ['--budget', budgetText(budget)];
}

/** The same for seeds of the sparse phase. */
export function seedsWritten(text: string): readonly string[] | undefined {
  const seeds = listedNumbers(text);
  return seeds === undefined ? undefined : ['--seed', seeds.join(',')];
}

/** Whole numbers with commas between them; undefined for anything else. */
function listedNumbers(text: string): readonly number[] | undefined {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  return numbers.every((value) => Number.isSafeInteger(value) && value >= 0) ? numbers : undefined;
}
