import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../core/errors/userError.ts';
import { parseTable, type Table, tableHead } from './table.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const table = (text: string, file = 'x.tsv'): Table => parseTable(bytes(text), file);

function cell(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function problem(text: string, file = 'x.tsv'): string {
  try {
    table(text, file);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  throw new Error('no problem');
}

describe('a table', () => {
  it('of tabs has a header, and takes quotes as they are', () => {
    expect(table('label\ttext\nyes\tsaid "so\n\nno\tit\'s\t\n'.replace("it's\t", "it's"))).toEqual({
      columns: ['label', 'text'],
      rows: [
        { line: 2, fields: { label: 'yes', text: 'said "so' } },
        { line: 4, fields: { label: 'no', text: "it's" } },
      ],
    });
  });

  it('of commas has quotes as in RFC 4180, over several lines too, and knows where a row begins', () => {
    const text = '\uFEFFtext,label\r\n"a, ""b""\nc",yes\r\nplain,no\r\n';
    expect(table(text, 'x.CSV').rows).toEqual([
      { line: 2, fields: { text: 'a, "b"\nc', label: 'yes' } },
      { line: 4, fields: { text: 'plain', label: 'no' } },
    ]);
  });

  it('of JSON lines has what the objects have', () => {
    const text =
      '{"text": "a", "label": 1, "meta": {"x": 1}}\n\n{"text": "b", "label": true, "note": null}\n';
    expect(table(text, 'x.jsonl')).toEqual({
      columns: ['text', 'label'],
      rows: [
        { line: 1, fields: { text: 'a', label: '1' } },
        { line: 3, fields: { text: 'b', label: 'true' } },
      ],
    });
  });

  it.each([
    ['a\tb\n1\t2\t3\n', 'x.tsv', 'x.tsv:2: This row has 3 columns, and the header has 2.'],
    ['a,b\n1,2\n3\n', 'x.csv', 'x.csv:3: This row has 1 columns, and the header has 2.'],
    ['\n"a,b",c\n1,2,3\n', 'x.csv', 'x.csv:3: This row has 3 columns, and the header has 2.'],
    ['a,b\n1,"2\n', 'x.csv', 'x.csv:'],
    ['{"a": 1}\n[1]\n', 'x.jsonl', 'x.jsonl:2: This line is no JSON object.'],
    ['{"a": 1}\n{"a": \n', 'x.jsonl', 'x.jsonl:2: This line is no JSON object.'],
    ['a\tb\n', 'x.tsv', 'x.tsv: The file holds no row.'],
    ['', 'x.tsv', 'x.tsv: The file holds no text.'],
  ])('%j of %s is refused with its place', (text, file, message) => {
    expect(problem(text, file)).toContain(message);
  });

  it('is read back as it was written, whatever the fields hold', () => {
    const field = fc
      .string({ unit: 'grapheme' })
      .filter((text) => !/[\r\uFEFF\u2028\u2029\ud800-\udfff]/.test(text));
    fc.assert(
      fc.property(fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 5 }), (rows) => {
        const text = ['text,label', ...rows.map((row) => row.map(cell).join(','))].join('\n');
        expect(table(text, 'x.csv').rows.map(({ fields }) => [fields.text, fields.label])).toEqual(rows);
      }),
    );
  });
});

describe('the head of a table', () => {
  it.each([
    ['x.tsv', 'text\tlabel\nso "it\tyes\nof a ro', ['text', 'label'], ['so "it']],
    ['x.csv', '\uFEFFtext,label\n"a, ""b""\nc",yes\n"cut\noff', ['text', 'label'], ['a, "b"\nc']],
    ['x.csv', 'text,label\n"cut\n', undefined, undefined],
    ['x.csv', 'a,b\n1,2,3\n', undefined, undefined],
    ['x.jsonl', '{"text": "a", "label": 1}\n{"text": "b", "la', ['text', 'label'], ['a']],
    ['x.jsonl', 'no JSON\n', undefined, undefined],
    ['x.tsv', 'text\tlabel', undefined, undefined],
    ['x.tsv', '', undefined, undefined],
  ])('of %s, %j, is what of it is whole', (file, head, columns, texts) => {
    const found = tableHead(head, file);
    expect(found?.columns).toEqual(columns);
    expect(found?.rows.map(({ fields }) => fields.text)).toEqual(texts);
  });

  it('is a table wherever a whole one is cut off behind its first row', () => {
    const csv = 'text,label\n"a, ""b""\nc",yes\nplain,no\n"x\r\ny",no\n';
    const { columns, rows } = table(csv, 'x.csv');
    for (let end = csv.indexOf('yes') + 4; end < csv.length; end++) {
      const head = tableHead(csv.slice(0, end), 'x.csv');
      expect(head?.columns).toEqual(columns);
      for (const [i, { fields }] of (head?.rows ?? []).entries())
        expect(fields.label).toBe(rows[i].fields.label);
    }
  });
});
