import { expect, it } from 'vitest';
import { matrixRows, missingLines } from './matrixRows.ts';
import type { MatrixCell } from './sweep.ts';

const cell = (settings: Record<string, string>, evaluation: string, mean: number): MatrixCell => ({
  settings,
  evaluation,
  metric: 'accuracy',
  mean,
  sd: null,
  seeds: 1,
  runs: ['r'],
});

it('has a row for each setting and a column for each evaluation, empty where nothing was measured', () => {
  const cells = [
    cell({ task: 'pos', k: '100' }, 'mt', 0.5),
    cell({ task: 'pos', k: '100' }, 'wo', 0.25),
    { ...cell({ task: 'pos', k: '200' }, 'wo', 0.75), sd: 0.01, seeds: 3 },
    cell({ task: 'ner' }, 'mt', 1),
  ];
  expect(matrixRows(cells)).toEqual({
    fields: ['task', 'k'],
    columns: ['mt accuracy', 'wo accuracy'],
    rows: [
      ['pos', '100', '50.00 %', '25.00 %'],
      ['pos', '200', '', '75.00 % ± 1.00 % (3)'],
      ['ner', '', '100.00 %', ''],
    ],
  });
});

it('keeps losses apart from fractions', () => {
  const rows = matrixRows([{ ...cell({}, 'text', 2.5), metric: 'loss' }, cell({}, 'text', 0.5)]);
  expect(rows.columns).toEqual(['text loss', 'text accuracy']);
  expect(rows.rows).toEqual([['2.5000', '50.00 %']]);
});

it('lists what is missing, and says how much more there is', () => {
  const missing = [
    { run: 'a_1', state: 'failed' as const, note: 'disk full' },
    { run: 'a_2', state: 'waiting' as const, note: null },
  ];
  expect(missingLines(missing, 2)).toEqual(['a_1: failed, disk full', 'a_2: waiting']);
  expect(missingLines([...missing, ...missing], 1, (text) => text.toUpperCase())).toEqual([
    'A_1: FAILED, DISK FULL',
    'and 3 more',
  ]);
});
