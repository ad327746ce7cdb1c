import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectReadOrUserError } from '../../test/support/readOrUserError.ts';
import type { CellOutcome, CellOutput } from '../protocol/notebook.ts';
import { fitOutput, maxCellBytes } from './fit.ts';
import { notebookHtml } from './html/page.ts';
import { originOf } from './origin.ts';
import { readNotebook } from './read.ts';
import { writeNotebook } from './write.ts';

const output: CellOutput = {
  kind: 'evaluate',
  blocks: [
    {
      type: 'table',
      title: 'accuracy',
      columns: ['composition', 'mt-test'],
      rows: [[{ text: 'composed' }, { text: '61.30 %', strong: true, note: '60.4 to 62.2' }]],
    },
    { type: 'text', tone: 'warning', lines: ['tuned on this file'] },
    {
      type: 'examples',
      title: 'wrong',
      examples: [{ place: 'line 3', items: [{ text: '%% %', gold: 'X', predicted: null }] }],
      of: 1,
    },
    {
      type: 'labels',
      title: 'types',
      rows: [
        {
          label: 'PER',
          precision: 0.5,
          recall: 0.25,
          f1: 0.333,
          support: 12,
          strict: { precision: 0.4, recall: 0.125, f1: 0.19 },
        },
        { label: 'LOC', precision: 1, recall: 1, f1: 1, support: 2 },
      ],
    },
    { type: 'claims', claims: [{ claim: 'a > b', holds: false, found: '1 against 2' }] },
  ],
  figures: [
    {
      system: 'composed',
      on: 'mt',
      metric: 'accuracy',
      value: 0.613,
      low: 0.604,
      high: null,
      seeds: 1,
      tuned: true,
    },
  ],
  comparisons: [{ a: 'composed', b: 'base', on: 'mt', difference: 0.1, p: 0.001 }],
};

const problem = { code: 'x', what: 'What.', advice: 'Do.', line: 2 };

const outcome = fc.constantFrom<CellOutcome | undefined>(
  undefined,
  { state: 'done', output },
  { state: 'failed', problem },
  { state: 'interrupted' },
);
const line = fc.oneof(
  fc.string(),
  fc.constantFrom('%% markdown', '\\%% x', '', '%%', '%', ' %% output', '```'),
);
const cell = fc.record({
  language: fc.constantFrom('markdown' as const, 'sft-cell' as const),
  // Other line ends become line feeds, and a byte order mark is none of a text's.
  text: fc.array(line, { maxLength: 6 }).map((lines) => lines.join('\n').replaceAll(/[\r\uFEFF]/g, '')),
  outcome,
});

function read(text: string) {
  return readNotebook(Buffer.from(text), 'n.sftnb');
}

describe("a notebook's file", () => {
  it('comes back as it was, whatever cells hold', () => {
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 5 }), (cells) => {
        const text = writeNotebook(cells);
        const back = read(text);
        expect(back.cells.map(({ language, text, outcome }) => ({ language, text, outcome }))).toEqual(cells);
        expect(back.lost).toEqual([]);
        expect(writeNotebook(back.cells)).toBe(text);
        for (const one of back.cells) {
          const first = one.text.split('\n')[0];
          expect(text.split('\n')[one.line - 1].replace(/^\\(?=\\*%%)/, '')).toBe(first);
        }
      }),
    );
  });

  it('says which outputs were made from another text, also to whoever reads it as text or as a page', () => {
    const written = { language: 'sft-cell' as const, text: 'expect: a > b' };
    const from = originOf([written], 0, []);
    const outcome: CellOutcome = { state: 'done', output: { ...output, from } };
    const changed = 'expect: [a > b, a > 90 %]';
    const shown = [
      { ...written, outcome },
      { ...written, text: changed, outcome },
    ].map((one) => [
      writeNotebook([one]),
      notebookHtml([one], 'n'),
      read(writeNotebook([one])).cells[0].outcome,
    ]);
    expect(shown[0][0]).not.toContain('earlier text');
    expect(shown[0][1]).not.toContain('earlier text');
    expect(shown[1][0]).toContain('%% output done\nMade from an earlier text of this cell: run it again.\n');
    expect(shown[1][1]).toContain('Made from an earlier text of this cell: run it again.');
    // It stays with the output from file to file.
    expect(shown[1][2]).toEqual(outcome);
  });

  it('is read from CRLF, and shows what was found to whoever reads it as text', () => {
    const text = writeNotebook([
      { language: 'sft-cell', text: 'evaluate:\n  x: 1', outcome: { state: 'done', output } },
    ]);
    expect(read(text.replaceAll('\n', '\r\n')).cells).toEqual(read(text).cells);
    expect(text).toContain('composed     61.30 % *');
    expect(text).toContain('FAILS: a > b  (1 against 2)');
    expect(read('').cells).toEqual([]);
  });

  it('of a newer version, or without its head, is refused', () => {
    expect(codeOf('%% sftnb 2\n\n%% future\n')).toBe('notebook-newer');
    expect(codeOf('# Notes\n')).toBe('notebook-damaged');
    expect(codeOf('%% sftnb 1\n\n%% python\nx\n')).toBe('notebook-damaged');
    expect(codeOf('%% sftnb 1\n\n%% output done\nx\n')).toBe('notebook-damaged');
  });

  it('keeps its cells where an output was damaged', () => {
    const text = writeNotebook([
      { language: 'sft-cell', text: 'a', outcome: { state: 'done', output } },
      { language: 'markdown', text: 'b', outcome: undefined },
    ]);
    const found = read(text.replace('"figures"', '<<<<<<< HEAD'));
    expect(found.cells.map(({ text, outcome }) => [text, outcome])).toEqual([
      ['a', undefined],
      ['b', undefined],
    ]);
    expect(found.lost).toEqual([1]);
  });

  it('that is damaged is read or refused', () => {
    const good = writeNotebook([
      { language: 'markdown', text: '# Häuser\n\n%% x', outcome: undefined },
      { language: 'sft-cell', text: 'evaluate: {}\n', outcome: { state: 'done', output } },
      { language: 'sft-cell', text: 'expect: a > b', outcome: { state: 'failed', problem } },
    ]);
    expectReadOrUserError(Buffer.from(good), (bytes) => readNotebook(bytes, 'n.sftnb'));
  });
});

describe('an output that is too large for the file', () => {
  it('keeps as many examples as there is room for, and the rest by content', () => {
    const all = { type: 'examples' as const, title: 'wrong', examples: manyExamples(2000), of: 2000 };
    const { output: fitted, taken } = fitOutput({ ...output, blocks: [output.blocks[0], all] });
    const outcome = { state: 'done' as const, output: fitted };
    expect(writeNotebook([{ language: 'sft-cell', text: '', outcome }]).length).toBeLessThan(
      maxCellBytes + 200,
    );
    const [table, kept] = fitted.blocks;
    expect(table).toEqual(output.blocks[0]);
    if (kept.type !== 'examples') throw new Error(kept.type);
    expect(kept.examples.length).toBeGreaterThan(50);
    expect(kept.of).toBe(2000);
    expect(kept.rest).toBe(taken[0].hash);
    expect(JSON.parse(taken[0].text)).toEqual(all);
  });

  it('gives up whole blocks where examples are not what is large', () => {
    const row = Array.from({ length: 400 }, (_, i) => i * 1000);
    const names = row.map((i) => `label ${i}`);
    const matrix = {
      type: 'confusion' as const,
      title: 'confusion',
      gold: names,
      predicted: names,
      counts: row.map(() => row),
    };
    const { output: fitted, taken } = fitOutput({ ...output, blocks: [output.blocks[0], matrix] });
    expect(fitted.blocks.map(({ type }) => type)).toEqual(['table', 'kept']);
    expect(JSON.parse(taken[0].text)).toEqual(matrix);
  });

  it('gives up what expectations may name, at last', () => {
    const comparisons = Array.from({ length: 5000 }, (_, i) => ({
      a: `system ${i}`,
      b: 'another system',
      on: `file ${i % 30}`,
      difference: 0.1,
      p: 0.04,
    }));
    const large = { ...output, comparisons };
    const { output: fitted, taken } = fitOutput(large);
    expect(fitted.comparisons).toEqual([]);
    expect(fitted.rest).toBe(taken.at(-1)?.hash);
    expect(JSON.parse(taken.at(-1)?.text ?? '')).toEqual({ figures: output.figures, comparisons });
    const outcome = { state: 'done' as const, output: fitted };
    const text = writeNotebook([{ language: 'sft-cell', text: '', outcome }]);
    expect(text.length).toBeLessThan(maxCellBytes + 200);
    expect(readNotebook(Buffer.from(text), 'n.sftnb').cells[0].outcome).toEqual(outcome);
  });

  it('is left as it is where it fits', () => {
    expect(fitOutput(output)).toEqual({ output, taken: [] });
  });
});

function codeOf(text: string): string | undefined {
  try {
    read(text);
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return 'read';
}

function manyExamples(count: number) {
  return Array.from({ length: count }, (_, i) => ({
    place: `line ${i}`,
    items: Array.from({ length: 12 }, (__, w) => ({ text: `wort${w}`, gold: 'NOUN', predicted: 'VERB' })),
  }));
}
