import { expect, test } from 'vitest';
import { addMovement, newMovement } from '../../core/movement.ts';
import { pagedLines } from './pages.ts';

const tokens = ['[PAD]', 'Haus', '##haus', 'maus', '7'];

function pages(first = 0, tokenOf: ((line: number) => string) | null = (line) => tokens[line]) {
  const movement = newMovement(5);
  // Rows 1 to 4 have moved, the later ones further.
  const indices = Uint32Array.of(2, 3, 4, 6, 8);
  const values = Float32Array.of(1, 1, -2, 3, -4);
  addMovement(movement, { indices, values }, { columns: 2, by: 'row', width: 1 });
  return pagedLines(movement, 2, first, tokenOf);
}

const query = { search: '', order: 'l2', from: 0, count: 10 } as const;

test('pages follow the order that is asked for, and tell how many lines there are', () => {
  const paged = pages();
  expect(paged.page({ ...query, count: 2 })).toEqual({
    from: 0,
    moved: 4,
    matched: 4,
    perLine: 2,
    most: 4,
    lines: [
      { line: 4, token: '7', entries: 1, l1: 4, l2: 4 },
      { line: 3, token: 'maus', entries: 1, l1: 3, l2: 3 },
    ],
  });
  expect(paged.page({ ...query, from: 2 }).lines.map(({ line }) => line)).toEqual([2, 1]);
  expect(paged.page({ ...query, order: 'entries' }).lines.map(({ line }) => line)).toEqual([1, 2, 3, 4]);
  expect(paged.page({ ...query, order: 'token' }).lines.map(({ token }) => token)).toEqual([
    '##haus',
    '7',
    'Haus',
    'maus',
  ]);
  expect(
    pages(10, null)
      .page({ ...query, order: 'token' })
      .lines.map(({ line }) => line),
  ).toEqual([11, 12, 13, 14]);
  expect(paged.page({ ...query, from: 9 }).lines).toEqual([]);
});

test('a search finds parts of tokens in any case, and the number of a line', () => {
  const found = (search: string, paged = pages()) =>
    paged.page({ ...query, search }).lines.map(({ line }) => line);
  expect(found('HAUS')).toEqual([2, 1]);
  expect(found(' aus ')).toEqual([3, 2, 1]);
  // Row 3, and no token.
  expect(found('3')).toEqual([3]);
  expect(found('7')).toEqual([4]);
  // The padding has not moved.
  expect(found('pad')).toEqual([]);
  expect(found('12', pages(10, null))).toEqual([12]);
});
