import { placeOf, rowOrder } from '../core/density.ts';
import { type UserError, userError } from '../core/errors/userError.ts';
import type { Place } from '../core/errors/problem.ts';
import { type MaskGroup, proportionally } from '../core/maskGroups.ts';
import type { Select } from './types.ts';

/**
 * Entries that groups of layers are to have of a mask: a number of them, or a share of K in percent (`10%`). Layers without a budget share
 * what is left.
 */
export type Budget = Readonly<Record<string, number | string>>;

/** Rows of the density table as users name them: emb, pooler, the number of a layer, or a range such as 0-5. */
export const rowsPattern = /^(emb|pooler|\d{1,4}|\d{1,4}-\d{1,4})$/;
export const rowsForm = 'emb, pooler, the number of a layer, or a range such as 0-5';
export const percentPattern = /^\d{1,3}(\.\d{1,9})? ?%$/;

/** The rows that a name stands for; none for a range that runs backwards. */
export function rowsOf(name: string): string[] {
  const [, from, to] = /^(\d+)-(\d+)$/.exec(name) ?? [];
  if (from === undefined) return [name];
  const length = Math.max(0, Number(to) - Number(from) + 1);
  return Array.from({ length }, (_, i) => String(Number(from) + i));
}

/** A budget as it is written on one line: `emb=10%, 0-5=2000`; undefined where it is none. */
export function writtenBudget(text: string): Budget | undefined {
  const budget: Record<string, number | string> = {};
  for (const part of text.split(',')) {
    const [name, written = '', ...more] = part.split('=').map((side) => side.trim());
    const amount = amountOf(written);
    const isGroup = rowsPattern.test(name) && rowsOf(name).length > 0 && more.length === 0;
    if (!isGroup || amount === undefined || Object.hasOwn(budget, name)) return undefined;
    budget[name] = amount;
  }
  const names = Object.keys(budget);
  return overlappingGroups(names) === undefined && percentOf(budget) <= 100 ? budget : undefined;
}

/** A budget as it is written on one line; the same text for the same budget. */
export function budgetText(budget: Budget): string {
  return inOrder(budget)
    .map(([name, amount]) => `${name}=${amount}`)
    .join(', ');
}

/** Groups of a budget that have a row in common, the first two of them; undefined where there are none. */
export function overlappingGroups(
  names: readonly string[],
): { readonly row: string; readonly names: readonly [string, string] } | undefined {
  const owner = new Map<string, string>();
  for (const name of names) {
    for (const row of rowsOf(name)) {
      const other = owner.get(row);
      if (other !== undefined) return { row, names: [other, name] };
      owner.set(row, name);
    }
  }
  return undefined;
}

function amountOf(text: string): number | string | undefined {
  if (percentPattern.test(text)) return text;
  return /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}

/** Groups from the embeddings upwards, so that nothing depends on how a recipe lists them. */
function inOrder(budget: Budget): [string, number | string][] {
  return Object.entries(budget).sort(([a], [b]) => firstRow(a) - firstRow(b));
}

function firstRow(name: string): number {
  return rowOrder(rowsOf(name)[0] ?? 'head');
}

/** Percent of K that a budget gives to its groups, as far as it is written in percent. */
export function percentOf(budget: Budget): number {
  const percent = sumOf(
    Object.values(budget).map((amount) => (typeof amount === 'number' ? 0 : percentage(amount))),
  );
  // Not the error of adding up what people write.
  return Number(percent.toPrecision(12));
}

function percentage(amount: string): number {
  return Number(amount.replace('%', ''));
}

/** Entries of each group of a mask of k; shares are rounded so that those of all of K are all of K. */
function entriesOf(budget: Budget, k: number): { readonly name: string; readonly entries: number }[] {
  let percent = 0;
  let given = 0;
  return inOrder(budget).map(([name, amount]) => {
    if (typeof amount === 'number') return { name, entries: amount };
    percent += percentage(amount);
    const upTo = Math.round((k * percent) / 100);
    const entries = upTo - given;
    given = upTo;
    return { name, entries };
  });
}

/** A mask as a recipe wants it, as far as its size in each layer goes. */
type BudgetedMask = Pick<Select, 'k' | 'within' | 'budget'>;

/**
 * The groups in which an iteration chooses, and how many entries in each: floor(k / iterations) together. Over all iterations, each group
 * gets its part of the budget.
 * @param iteration from 1
 */
export function maskGroups(
  { k, within, budget, iterations }: BudgetedMask & Pick<Select, 'iterations'>,
  iteration = 1,
): MaskGroup[] {
  const wanted = Math.floor(k / iterations);
  if (budget === undefined) return [{ name: null, has: isWithin(within), k: wanted }];
  // What a run of so many iterations chooses in all: a K that was changed while it trained is kept as this.
  const whole = wanted * iterations;
  const groups = entriesOf(budget, whole);
  const named = new Set(groups.flatMap(({ name }) => rowsOf(name)));
  const isRest = (row: string): boolean => !named.has(row);
  const own = groups.map(({ entries }) => entries);
  const all = [...own, Math.max(0, whole - sumOf(own))];
  const before = proportionally(all, (iteration - 1) * wanted);
  const after = proportionally(all, iteration * wanted);
  const inside = isWithin(within);
  return [
    ...groups.map(({ name }, n): MaskGroup => ({
      name,
      has: isWithin(rowsOf(name)),
      k: after[n] - before[n],
    })),
    {
      name: null,
      has: (parameter) => inside(parameter) && isRest(placeOf(parameter.name).row),
      k: after[own.length] - before[own.length],
    },
  ];
}

/** Whether a parameter lies in one of these rows of the density table (emb, 0, 1 ...); all do where none are given. */
function isWithin(rows: readonly string[] | undefined): MaskGroup['has'] {
  const wanted = new Set(rows);
  return ({ name }) => rows === undefined || wanted.has(placeOf(name).row);
}

/** Entries that may be in a mask, by row of the density table. */
export function entriesByRow(
  parameters: Iterable<{ readonly name: string; readonly size: number }>,
): Map<string, number> {
  const rows = new Map<string, number>();
  for (const { name, size } of parameters) {
    const { row } = placeOf(name);
    rows.set(row, (rows.get(row) ?? 0) + size);
  }
  return rows;
}

/** Why a mask cannot be had: the field that asks for too much, and of a budget the group; null: all together. */
interface BudgetProblem {
  readonly field: 'budget' | 'within';
  readonly group: string | null;
  readonly error: (where?: Place) => UserError;
}

/**
 * What keeps a mask of k from having its budget, or from lying within its layers; undefined where nothing does.
 * @param available entries that may be in the mask, by row of the density table
 */
export function budgetProblem(
  { k, within, budget }: BudgetedMask,
  available: ReadonlyMap<string, number>,
): BudgetProblem | undefined {
  const has = (rows: readonly string[]): number => sumOf(rows.map((row) => available.get(row) ?? 0));
  const layer = within?.find((row) => has([row]) === 0);
  if (layer !== undefined)
    return withinProblem((where) => userError('recipe-within-layer', { layer }, where));
  if (budget === undefined) {
    const most = within === undefined ? k : has(within);
    return k <= most
      ? undefined
      : withinProblem((where) => userError('recipe-within-range', { k, most }, where));
  }
  const groups = entriesOf(budget, k);
  const sum = sumOf(groups.map(({ entries }) => entries));
  if (sum > k) {
    return budgetOf(null, (where) => userError('recipe-budget-sum', { sum, k }, where));
  }
  const over = groups.find(({ name, entries }) => entries > has(rowsOf(name)));
  if (over !== undefined) {
    const { name: group, entries } = over;
    const details = { group, entries, most: has(rowsOf(group)) };
    return budgetOf(group, (where) => userError('recipe-budget-layer', details, where));
  }
  const named = new Set(groups.flatMap(({ name }) => rowsOf(name)));
  const most = has((within ?? [...available.keys()]).filter((row) => !named.has(row)));
  const rest = k - sum;
  return rest <= most
    ? undefined
    : budgetOf(null, (where) => userError('recipe-budget-rest', { rest, most }, where));
}

function withinProblem(error: BudgetProblem['error']): BudgetProblem {
  return { field: 'within', group: null, error };
}

function budgetOf(group: string | null, error: BudgetProblem['error']): BudgetProblem {
  return { field: 'budget', group, error };
}

/** The smallest and the largest K with which a mask can have its budget and lie within its layers, from the mask's own. @param available as of `budgetProblem` */
export function budgetBounds(
  mask: BudgetedMask,
  available: ReadonlyMap<string, number>,
  { least, most }: { readonly least: number; readonly most: number },
): { least: number; most: number } {
  const fits = (k: number): boolean => budgetProblem({ ...mask, k }, available) === undefined;
  return { least: farthest(mask.k, least, fits), most: farthest(mask.k, most, fits) };
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, n) => sum + n, 0);
}

/** The number nearest to `end` that fits, where all between `start` and it do. */
function farthest(start: number, end: number, fits: (k: number) => boolean): number {
  if (fits(end)) return end;
  let good = start;
  let bad = end;
  while (Math.abs(bad - good) > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (fits(middle)) good = middle;
    else bad = middle;
  }
  return good;
}
