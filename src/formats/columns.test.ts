import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { hasShared, shared } from '../../test/support/oracle.ts';
import { expectReadOrUserError } from '../../test/support/readOrUserError.ts';
import { loadColumns, parseColumns } from './columns.ts';

const encode = (...lines: string[]): Uint8Array => new TextEncoder().encode(lines.join('\n'));
const read = (...lines: string[]): string[][] =>
  parseColumns(encode(...lines), 'a.txt').map(({ words }) => words.map(({ form, tag }) => `${form}/${tag}`));

const plain = ['-DOCSTART- O', '', 'Ana B-PER', 'saléva  O', '# O', '', 'Ba\tB-LOC', 'sur lo\tI-LOC'];
const numbered = [
  '# newpar',
  '# text = Ana',
  '1\tAna\tB-PER\t-\t-',
  '2\tsur lo\tO\t-\t-',
  '',
  '1-2\tba\tO\t-',
  '1\tb\tO\t-',
];

describe('a file of words and tags', () => {
  it('has a word and its tag a line, separated by a tab or blanks', () => {
    expect(read(...plain)).toEqual([
      ['Ana/B-PER', 'saléva/O', '#/O'],
      ['Ba/B-LOC', 'sur lo/I-LOC'],
    ]);
  });

  it('may have four columns, the tag last (CoNLL 2003)', () => {
    const lines = ['-DOCSTART- -X- O O', '', 'Ana NNP B-NP B-PER', '# # O O', '', 'ba VB B-VP O'];
    expect(read(...lines)).toEqual([['Ana/B-PER', '#/O'], ['ba/O']]);
    // A comment of four words is none of them.
    const told = ['# sent_id = 1', 'Ana NNP B-NP B-PER', '', '# text = Ba', 'ba VB B-VP O'];
    expect(read(...told)).toEqual([['Ana/B-PER'], ['ba/O']]);
    expect(() => read('Ana NNP B-NP B-PER', 'ba O')).toThrow(/^a\.txt:2: .*2 columns/);
  });

  it('may have comments, Windows line ends and a byte order mark', () => {
    expect(read('\uFEFF# made by hand here\r', 'Ana O\r', '\r', '#\r', 'Ba O\r')).toEqual([
      ['Ana/O'],
      ['Ba/O'],
    ]);
  });

  it('may number its words (UNER), and then has comments of two columns', () => {
    expect(read(...numbered)).toEqual([['Ana/B-PER', 'sur lo/O'], ['b/O']]);
    expect(read('#newpar', ...numbered)).toEqual([['Ana/B-PER', 'sur lo/O'], ['b/O']]);
  });

  it('says where each word stands', () => {
    const [first, second] = parseColumns(encode(...plain), 'a.txt');
    expect([first.line, second.words[1].line]).toEqual([3, 8]);
  });

  it.each([
    ['a word without a tag', ['Ana B-PER', 'ba'], /^a\.txt:2: .*has 1 column: "ba"/],
    ['three columns', ['Ana NNP B-PER'], /^a\.txt:1: .*has 3 columns/],
    ['an empty tag', ['1\tAna\tO\t-', '2\tba\t\t-'], /^a\.txt:2: /],
    ['a gap in its numbers', ['1\tAna\tO\t-', '3\tba\tO\t-'], /^a\.txt:2: .*"3", where the word number 2/],
    ['the columns of CoNLL-U', ['1\tAna\tAna\tPROPN\t_\t_\t0\troot\t_\t_'], /^a\.txt:1: The file is CoNLL-U/],
    ['comments alone', ['# only this one'], /^a\.txt: The file holds no sentence/],
  ])('with %s is refused', (_what, lines, message) => {
    expect(() => read(...lines)).toThrow(message);
  });

  it.each([
    ['plain', plain],
    ['numbered', numbered],
  ])('(%s) is read or refused in plain words, however it is damaged', (_layout, lines) => {
    expectReadOrUserError(encode(...lines), (bytes) => parseColumns(bytes, 'a.txt'));
  });

  describe.skipIf(!hasShared)('of MasakhaNER and UNER', () => {
    const folder = join(shared, 'data');
    const files = hasShared ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
    it.each(files.filter((file) => /^masakhaner.*\.txt$|\.iob2$/.test(file)))('%s is read', async (file) => {
      const tags = (await loadColumns(join(folder, file))).flatMap(({ words }) =>
        words.map(({ tag }) => tag),
      );
      expect(tags.filter((tag) => !/^(O|[BI]-[A-Z]+)$/.test(tag))).toEqual([]);
    });
  });
});
