import { expect, it } from 'vitest';
import type { CellOrigin } from '../protocol/notebook.ts';
import { madeOf, originOf, staleOf } from './origin.ts';

const cell = (text: string) => ({ language: 'sft-cell' as const, text });
const evaluate = (base: string, data: string) =>
  `evaluate:\n${base === '' ? '' : `  base: ${base}\n`}  compositions: { a: [] }\n  data: ${data}\n`;

/** The cells as they are when all of them have run. */
function ran(texts: readonly string[]) {
  const cells = texts.map(cell);
  const froms: CellOrigin[] = [];
  for (const i of cells.keys()) froms.push(originOf(cells, i, froms));
  return cells.map((one, i) => ({ ...one, made: { isDone: true, from: froms[i] } }));
}

const texts = [evaluate('b', 'x.conllu'), evaluate('', 'y.conllu'), 'expect: a > 50 %'];

it('an outcome is stale where its cell, the base that it uses or the outputs that it is about are others', () => {
  const cells = ran(texts);
  const stale = (i: number, text: string) =>
    staleOf(cells.map((one, n) => (n === i ? { ...one, text } : one)));
  expect(staleOf(cells)).toEqual([undefined, undefined, undefined]);
  expect(stale(2, 'expect: a > 90 %')).toEqual([undefined, undefined, 'text']);
  expect(stale(0, evaluate('b', 'z.conllu'))).toEqual(['text', undefined, undefined]);
  expect(stale(0, evaluate('other', 'x.conllu'))).toEqual(['text', 'above', undefined]);
  // Line ends and what is blank at the end are no change.
  expect(stale(2, 'expect: a > 50 %\r\n\n')).toEqual([undefined, undefined, undefined]);
});

it('claims are stale once a cell above has run from another text', () => {
  const [first, ...rest] = ran(texts);
  const text = evaluate('b', 'z.conllu');
  const again = { ...first, text, made: { isDone: true, from: originOf([cell(text)], 0, []) } };
  expect(staleOf([again, ...rest])).toEqual([undefined, undefined, 'above']);
});

it('of outcomes that do not say from what they were made, nothing is said', () => {
  const output = { kind: 'evaluate' as const, blocks: [], figures: [], comparisons: [] };
  expect(staleOf([{ ...cell('x'), made: madeOf({ state: 'done', output }) }])).toEqual([undefined]);
  expect(staleOf([{ ...cell('x'), made: madeOf({ state: 'interrupted' }) }])).toEqual([undefined]);
  const problem = { code: 'c', what: 'w', advice: 'a', from: { text: 'before' } };
  expect(staleOf([{ ...cell('x'), made: madeOf({ state: 'failed', problem }) }])).toEqual(['text']);
});
