import { expect, it } from 'vitest';
import { inventedResult } from '../../test/support/inventedResult.ts';
import { checkState, chosenResults, firstState } from './rows.ts';

const result = (name: string, value: number | null, date: string) =>
  inventedResult({
    date,
    sfts: [{ name: `${name}.sft.safetensors`, file: `/x/${name}`, hash: 'h', coefficient: 1 }],
    value,
    role: 'test',
    tuned: name === 'b',
  });
const all = [result('a', 0.5, '2026-01-03'), result('b', null, '2026-01-02'), result('c', 0.7, '2026-01-01')];
const names = (part: Partial<typeof firstState>) =>
  chosenResults(all, { ...firstState, ...part })
    .map(({ sfts }) => sfts[0].name[0])
    .join('');

it('filters by every word, and sorts', () => {
  expect(names({})).toBe('abc');
  expect(names({ descending: false })).toBe('cba');
  expect(names({ by: 'value' })).toBe('cab');
  expect(names({ filter: 'TUNED mt-test' })).toBe('b');
  expect(names({ filter: 'mt-test nothing' })).toBe('');
});

it('takes what was kept as far as it is sound', () => {
  expect(checkState(undefined)).toEqual(firstState);
  expect(checkState({ filter: 3, by: 'nonsense' })).toEqual(firstState);
  expect(checkState({ filter: 'x', by: 'value', descending: false })).toEqual({
    filter: 'x',
    by: 'value',
    descending: false,
  });
});
