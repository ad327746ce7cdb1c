import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { toCsv } from './dataTable.ts';

test('fields with commas, quotes and line ends are quoted; formulas are made harmless', () => {
  const csv = toCsv({
    columns: [{ name: 'run, name' }, { name: 'loss (nats)' }],
    rows: [
      ['a "b"', 0.1],
      ['=1+1', null],
    ],
  });
  expect(csv).toBe('"run, name",loss (nats)\r\n"a ""b""",0.1\r\n\'=1+1,\r\n');
});

test('numbers come back as they were', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })), (numbers) => {
      const csv = toCsv({ columns: [{ name: 'x' }], rows: numbers.map((n) => [n]) });
      const read = csv.split('\r\n').slice(1, -1).map(Number);
      expect(read.map((n) => n + 0)).toEqual(numbers.map((n) => n + 0));
    }),
  );
});
