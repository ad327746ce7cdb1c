import { expect, it } from 'vitest';
import { inventedResult } from '../../test/support/inventedResult.ts';
import { sortedResults } from './resultOrder.ts';
import { isOf, isWanted, type ResultRecord } from './results.ts';

const result = (value: number | null, date: string, sft: Partial<ResultRecord['sfts'][number]> = {}) =>
  inventedResult({
    date,
    sfts: [{ name: 'x', file: '/w/x.sft.safetensors', hash: 'h', coefficient: 1, ...sft }],
    value,
  });

const made = '2026-03-01T00:00:00.000Z';
const before = '2026-02-01T00:00:00.000Z';
const after = '2026-04-01T00:00:00.000Z';

it('a result is of an SFT wherever its file has gone, and of no other one that has its name', () => {
  const moved = { file: '/elsewhere/x.sft.safetensors', date: made };
  expect(isOf(result(0.5, after, { made }), moved)).toBe(true);
  expect(isOf(result(0.5, after, { made: before }), { file: '/w/x.sft.safetensors', date: made })).toBe(
    false,
  );
  expect(isOf(result(0.5, after), moved)).toBe(false);
});

it('a result of an older record is of the file of that name, since its SFT was made', () => {
  const file = '/w/x.sft.safetensors';
  expect(isOf(result(0.5, after), { file, date: made })).toBe(true);
  expect(isOf(result(0.5, before), { file, date: made })).toBe(false);
  expect(isOf(result(0.5, before), { file, date: null })).toBe(true);
  const results = [result(0.1, before), result(0.2, after)];
  expect(results.filter((one) => isWanted(one, { of: { file, date: made } }))).toEqual([results[1]]);
});

it('results are sorted by any column, equal ones as they were, those without a figure as the smallest', () => {
  const all = [result(0.5, before), result(null, after), result(0.9, made), result(0.5, after)];
  const order = (by: 'value' | 'date', descending: boolean) =>
    sortedResults(all, { by, descending }).map((one) => all.indexOf(one));
  expect(order('value', true)).toEqual([2, 0, 3, 1]);
  expect(order('value', false)).toEqual([1, 0, 3, 2]);
  expect(order('date', true)).toEqual([1, 3, 2, 0]);
});
