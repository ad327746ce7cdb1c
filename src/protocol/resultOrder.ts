import { resultName, type ResultRecord } from './results.ts';

/** By what results are sorted: the columns of their table. */
export const sortKeys = ['date', 'SFTs', 'base', 'data', 'role', 'metric', 'value', 'examples'] as const;
export type SortKey = (typeof sortKeys)[number];

/** A result in words, column by column; the date where a column is a number. */
export function textOf(result: ResultRecord, key: SortKey): string {
  switch (key) {
    case 'SFTs':
      return resultName(result);
    case 'base':
      return result.base.name;
    case 'data':
      return result.data.file.split(/[/\\]/).at(-1) ?? '';
    case 'role':
      return result.tuned ? `${result.role ?? ''} (tuned)`.trim() : (result.role ?? '');
    case 'metric':
      return result.metric;
    default:
      return result.date;
  }
}

/** Results in order; equal ones stay as they are. */
export function sortedResults(
  results: readonly ResultRecord[],
  { by, descending }: { readonly by: SortKey; readonly descending: boolean },
): ResultRecord[] {
  const sign = descending ? -1 : 1;
  return results.toSorted((a, b) => sign * compare(a, b, by));
}

function compare(a: ResultRecord, b: ResultRecord, by: SortKey): number {
  if (by === 'value') return (a.value ?? -Infinity) - (b.value ?? -Infinity) || 0;
  if (by === 'examples') return a.examples - b.examples;
  const [one, other] = [textOf(a, by), textOf(b, by)];
  return one < other ? -1 : one > other ? 1 : 0;
}
