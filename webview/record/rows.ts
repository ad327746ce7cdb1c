import { type SortKey, sortedResults, sortKeys, textOf } from '../../src/protocol/resultOrder.ts';
import type { ResultRecord } from '../../src/protocol/results.ts';

/** What the page keeps. */
export interface RecordState {
  readonly filter: string;
  readonly by: SortKey;
  readonly descending: boolean;
}

export const firstState: RecordState = { filter: '', by: 'date', descending: true };

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
  return sortedResults(kept, { by, descending });
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
