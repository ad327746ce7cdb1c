import { resultName, type ResultRecord } from '../../src/protocol/results.ts';

/** By what results are sorted. */
export const sortKeys = ['date', 'SFTs', 'base', 'data', 'role', 'metric', 'value', 'examples'] as const;
export type SortKey = (typeof sortKeys)[number];

/** What the page keeps. */
export interface RecordState {
  readonly filter: string;
  readonly by: SortKey;
  readonly descending: boolean;
}

export const firstState: RecordState = { filter: '', by: 'date', descending: true };

/** A result in words, column by column. */
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

/** The results that hold every word of the filter, in order; equal ones stay as they are. */
export function chosenResults(
  results: readonly ResultRecord[],
  { filter, by, descending }: RecordState,
): ResultRecord[] {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const kept = results.filter((result) => {
    const text = sortKeys
      .map((key) => textOf(result, key))
      .join('\n')
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const sign = descending ? -1 : 1;
  return kept.sort((a, b) => sign * compare(a, b, by));
}

function compare(a: ResultRecord, b: ResultRecord, by: SortKey): number {
  if (by === 'value') return (a.value ?? -Infinity) - (b.value ?? -Infinity) || 0;
  if (by === 'examples') return a.examples - b.examples;
  const [one, other] = [textOf(a, by), textOf(b, by)];
  return one < other ? -1 : one > other ? 1 : 0;
}

/** What was kept of an earlier page, as far as it is that. */
export function checkState(value: unknown): RecordState {
  if (typeof value !== 'object' || value === null) return firstState;
  const { filter, by, descending } = { filter: undefined, by: undefined, descending: undefined, ...value };
  const key = sortKeys.find((one) => one === by);
  return {
    filter: typeof filter === 'string' ? filter : '',
    by: key ?? 'date',
    descending: typeof descending === 'boolean' ? descending : true,
  };
}
