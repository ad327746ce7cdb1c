import { expect, test } from 'vitest';
import { gridMove } from './gridKeys.ts';

// emb . ln / q k . / . . dense
const cells = [
  { row: 0, column: 0 },
  { row: 0, column: 2 },
  { row: 1, column: 0 },
  { row: 1, column: 1 },
  { row: 2, column: 2 },
];

test('arrow keys go to the next cell that there is', () => {
  expect(gridMove(cells, cells[0], 'ArrowRight')).toEqual({ row: 0, column: 2 });
  expect(gridMove(cells, cells[1], 'ArrowLeft')).toEqual({ row: 0, column: 0 });
  expect(gridMove(cells, cells[1], 'ArrowDown')).toEqual({ row: 1, column: 1 });
  expect(gridMove(cells, cells[2], 'ArrowDown')).toEqual({ row: 2, column: 2 });
  expect(gridMove(cells, cells[4], 'ArrowUp')).toEqual({ row: 1, column: 1 });
  expect(gridMove(cells, cells[3], 'Home')).toEqual({ row: 1, column: 0 });
});

test('at the edge nothing happens', () => {
  expect(gridMove(cells, cells[4], 'ArrowDown')).toBeUndefined();
  expect(gridMove(cells, cells[0], 'ArrowLeft')).toBeUndefined();
  expect(gridMove(cells, cells[0], 'x')).toBeUndefined();
});
