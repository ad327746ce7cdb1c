import { expect, it } from 'vitest';
import { SftProblem } from '../programs/programs.ts';
import { inDocument } from './selectedPlace.ts';

const file = '/tmp/sft-1/selection.csv';
const problem = (line: number) =>
  new SftProblem({ code: 'x', what: 'No.', advice: 'Do.', message: `${file}:${line}: No. Do.`, file, line });

it.each([
  // Without a header line 1 of the selection is the line on which it begins.
  [false, 9, 1, 10],
  [false, 0, 3, 3],
  // With one, line 2 is; the header is the document's first line.
  [true, 9, 2, 10],
  [true, 9, 1, 1],
  [true, 0, 2, 2],
])(
  'a problem of a selection is told of its document (header: %s, from line %i)',
  (hasHeader, start, line, there) => {
    const told = inDocument(problem(line), { file, document: '/w/rows.csv', start, hasHeader });
    expect(told).toMatchObject({
      file: '/w/rows.csv',
      line: there,
      message: `/w/rows.csv:${there}: No. Do.`,
      what: 'No.',
    });
  },
);

it('one of another file stays as it is', () => {
  const other = new SftProblem({ code: 'x', message: 'No.', file: '/w/a.sft.safetensors' });
  expect(inDocument(other, { file, document: '/w/rows.csv', start: 1, hasHeader: false })).toBe(other);
});
