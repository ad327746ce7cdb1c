import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { hasShared, shared } from '../../test/support/oracle.ts';
import { expectReadOrUserError } from '../../test/support/readOrUserError.ts';
import { loadConllu, parseConllu } from './conllu.ts';

const row = (id: string, form: string, head = '_'): string =>
  `${id}\t${form}\t_\tNOUN\t_\t_\t${head}\tdep\t_\t_`;
const encode = (...lines: string[]): Uint8Array => new TextEncoder().encode(lines.join('\n'));
const read = (...lines: string[]) => parseConllu(encode(...lines), 'a.conllu');

const good = [
  '# text = Milo saleva nu',
  row('1-2', 'Milosa'),
  row('1', 'Milo', '2'),
  row('2', 'saléva', '0'),
  row('2.1', 'ta'),
  row('3', 'nu', '2'),
  '',
  row('1', 'Ba', '0'),
];

describe('a CoNLL-U file', () => {
  it('gives the words of its sentences, without ranges and empty nodes', () => {
    const sentences = read(...good);
    expect(sentences.map(({ line, words }) => [line, words.map(({ form }) => form)])).toEqual([
      [3, ['Milo', 'saléva', 'nu']],
      [8, ['Ba']],
    ]);
    expect(sentences[0].words[1]).toMatchObject({ line: 4, upos: 'NOUN', head: 0, deprel: 'dep' });
  });

  it('may be written on Windows, and have forms with blanks', () => {
    const sentences = parseConllu(
      encode(`\uFEFF${row('1', 'đi bộ')}\r`, '\r', row('1', 'x'), ''),
      'a.conllu',
    );
    expect(sentences.map(({ words }) => words[0].form)).toEqual(['đi bộ', 'x']);
  });

  it.each([
    ['the wrong number of columns', ['1 Milo _ NOUN'], /^a\.conllu:1: .*10 columns.*has 1: "1 Milo/],
    ['an empty column', [row('1', '')], /^a\.conllu:1: The column FORM is empty/],
    ['an id that is none', [row('one', 'Milo')], /^a\.conllu:1: .*"one"/],
    ['a gap in the numbers', [row('1', 'a'), row('3', 'b')], /^a\.conllu:2: .*"3", where the word number 2/],
    ['no blank line between sentences', [row('1', 'a'), row('1', 'b')], /^a\.conllu:2: .*blank line/],
    ['a head that is no number', [row('1', 'a', 'x')], /^a\.conllu:1: The head "x"/],
    [
      'a head beyond the sentence',
      [row('1', 'a', '2'), '', row('1', 'b')],
      /^a\.conllu:1: The head "2".*has 1\./,
    ],
    ['comments alone', ['# nothing', ''], /^a\.conllu: The file holds no sentence/],
  ])('with %s is refused', (_what, lines, message) => {
    expect(() => read(...lines)).toThrow(message);
  });

  it('is read or refused in plain words, however it is damaged', () => {
    expectReadOrUserError(encode(...good), (bytes) => parseConllu(bytes, 'a.conllu'));
  });

  describe.skipIf(!hasShared)('of Universal Dependencies', () => {
    const folder = join(shared, 'data/ud');
    const files = hasShared ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
    it.each(files.filter((file) => file.endsWith('.conllu')))('%s is read', async (file) => {
      const sentences = await loadConllu(join(folder, file));
      expect(sentences.length).toBeGreaterThan(0);
    });
  });
});
