import { describe, expect, it } from 'vitest';
import type { CellOutput, NotebookFigure } from '../../protocol/notebook.ts';
import { checkCell } from './check.ts';
import { parseClaim } from './claim.ts';
import { judgeClaims } from './judge.ts';

const codes = (text: string) =>
  checkCell(text).diagnostics.map(({ code, start, path }) => [code, start.line, path.join('.')]);

describe('a cell', () => {
  it.each([
    ['evaluate:\n  compositions: { a: base }\n  data: x\n  metrik: f1', 'recipe-unknown-key', 4],
    ['evaluate:\n  compositions: { a: [{ sft: x, coeficient: 1 }] }\n  data: x', 'recipe-unknown-key', 2],
    ['evaluate:\n  compositions: { a: base }\n  data: { file: x, role: train }', 'recipe-choice', 3],
    [
      'matrix:\n  tasks: { a: x, b: y }\n  languages: { l: z }\n  tests: [{ language: l, file: f }]',
      'recipe-missing',
      4,
    ],
    [
      'matrix:\n  tasks: { a: x }\n  languages: { l: z }\n  tests:\n  - { language: m, file: f }',
      'cell-name',
      5,
    ],
    [
      'matrix:\n  tasks: { a: [x, y] }\n  languages: { l: [a, b, c] }\n  tests: [{ language: l, file: f }]',
      'cell-seeds',
      2,
    ],
    ['sweep:\n  sfts: [a]\n  over: [{ sft: 2 }]\n  data: f', 'cell-name', 3],
    ['sweep:\n  sfts: [a]\n  over: [{ sft: 1, values: [1], to: 2 }]\n  data: f', 'recipe-either-or', 3],
    [
      'sweep:\n  sfts: [a, b]\n  over: [{ sft: 1, steps: 40 }, { sft: 2, steps: 40 }]\n  data: f',
      'cell-sweep-size',
      3,
    ],
    ['sweep:\n  sfts: [a]\n  over:\n  - { sft: 1 }\n  - { sft: 1 }\n  data: f', 'cell-sweep-again', 5],
    ['evaluate:\n  compositions: {}\n  data: f', 'cell-no-entries', 2],
    ['compare:\n  systems: {}\n  data: f', 'cell-no-entries', 2],
    ['attribute: { sft: a, by: layer, keep: [1], data: f }', 'recipe-either-or', 1],
    ['expect:\n  - a > b\n  - a is better', 'cell-claim', 3],
    ['evaluate: {}\nmatrix: {}', 'cell-kind', 2],
    ['# nothing', 'cell-empty', 1],
    ['a: &x 1\nb: *x', 'recipe-yaml', 2],
  ])('with a problem is told which and where: %s', (text, code, line) => {
    const found = codes(text);
    expect(found[0].slice(0, 2)).toEqual([code, line]);
    expect(checkCell(text).request).toBeUndefined();
    for (const { problem } of checkCell(text).diagnostics) expect(problem.what).not.toMatch(/recipe/i);
  });

  it('says what a misspelt field may have meant, also inside of names that it chooses', () => {
    const [one] = checkCell(
      'evaluate:\n  compositions: { a: [{ sft: x, coeficient: 1 }] }\n  data: x',
    ).diagnostics;
    expect(one.problem.advice).toContain('coefficient');
  });
});

const figure = (system: string, on: string, value: number | null): NotebookFigure => ({
  system,
  on,
  metric: 'accuracy',
  value,
  low: null,
  high: null,
  seeds: 1,
  tuned: false,
});
const matrix: CellOutput = {
  kind: 'matrix',
  blocks: [],
  figures: [
    figure('taskOnly', 'mt', 0.5),
    figure('composed', 'mt', 0.52),
    figure('taskOnly', 'ga', 0.5),
    figure('composed', 'ga', 0.4),
    figure('taskOnly', 'mean', 0.5),
    figure('composed', 'mean', 0.46),
  ],
  comparisons: [{ a: 'composed', b: 'taskOnly', on: 'mt', difference: 0.02, p: 0.03 }],
};
const earlier: CellOutput = {
  ...matrix,
  figures: [figure('composed', 'x', 0.9), figure('old one', 'x', null)],
};

describe('a claim', () => {
  it.each([
    ['composed on mt > taskOnly', true],
    ['composed on mt > taskOnly by 2 points', true],
    ['composed on mt > taskOnly by 2.1 points', false],
    ['composed on mt > taskOnly significantly', true],
    ['composed on ga < taskOnly significantly', false],
    ['composed > taskOnly', false],
    ['taskOnly >= composed by 0.04', true],
    ['composed on mt >= 52 %', true],
    ['composed on mt > 0.52', false],
    ['composed on ga < 50 %', true],
    ['composed on mt > taskOnly on ga by 2 points', true],
    ['old one > 0', false],
    ['nobody > taskOnly', false],
    ['composed on zz > taskOnly', false],
  ])('%s: %s', (claim, holds) => {
    const [judged] = judgeClaims([claim], [earlier, matrix]).claims;
    expect(judged, judged.found).toMatchObject({ claim, holds });
    expect(judged.found).not.toBe('');
  });

  it('without a place is judged on the mean of each task, and on every test of a task that has no mean', () => {
    const tasks: CellOutput = {
      ...matrix,
      figures: ['pos/mt', 'pos/ga', 'pos/mean', 'ner/mt'].flatMap((on) => [
        figure('taskOnly', on, 0.5),
        figure('composed', on, on === 'ner/mt' || on === 'pos/ga' ? 0.4 : 0.6),
      ]),
    };
    const [judged] = judgeClaims(['composed > taskOnly'], [tasks]).claims;
    expect(judged.holds).toBe(false);
    expect(judged.found).toMatch(/^on pos\/mean: .*; on ner\/mt: [^;]*$/);
  });

  it('that cannot be understood is none', () => {
    for (const text of ['', 'a', 'a > ', '> b', 'a > b > c', 'a > 5 significantly', 'a = b'])
      expect(parseClaim(text), text).toBeUndefined();
    expect(parseClaim('a b on c-d.conllu <= e by 3 % significantly')).toEqual({
      left: { system: 'a b', on: 'c-d.conllu' },
      sign: '<=',
      right: { system: 'e', on: undefined },
      by: 0.03,
      significantly: true,
    });
  });
});
