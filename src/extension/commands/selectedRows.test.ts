import { describe, expect, it } from 'vitest';
import { isTable, rowsWithHeader } from './selectedRows.ts';

const table = 'text\tlabel\nA good film .\tgood\nIt was bad .\tbad\n';
const words = 'ba\tO\nbe\tB-PER\nbi\tI-PER\n\nbo\tO\n';
const [tagger, classifier, unsaid] = ['tagging', 'sentiment', null].map((task) => ({ task }));

describe('a file is a table with a header', () => {
  it.each([
    ['reviews.csv', words, [unsaid], true],
    ['REVIEWS.TSV', table, [unsaid], true],
    ['reviews.tsv', words, [classifier], true],
    ['dev.tsv', words, [unsaid], false],
    ['dev.tsv', table, [{ task: 'language' }, tagger], false],
    ['dev.iob2', table, [classifier], false],
    ['rows.jsonl', '{"text": "a"}\n', [classifier], false],
  ])('or none: %s', (name, text, sfts, wanted) => {
    expect(isTable(`/data/${name}`, text, sfts)).toBe(wanted);
  });
});

describe('rows of a table', () => {
  it.each([
    ['in its middle', 'b,1\nc,2', 2, 'text,label\nb,1\nc,2'],
    ['from its beginning', 'text,label\r\na,1', 0, 'text,label\na,1'],
    ['from the middle of its header', 'label\na,1\n', 0, 'text,label\na,1\n'],
    ['from the end of its header', '\na,1\n', 0, 'text,label\na,1\n'],
    ['of its header alone', 'text', 0, 'text,label\n'],
  ])('that were selected %s stand below its header', (_, selected, line, wanted) => {
    expect(rowsWithHeader('text,label', selected, line)).toBe(wanted);
  });
});
