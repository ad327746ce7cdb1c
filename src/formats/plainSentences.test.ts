import { describe, expect, it } from 'vitest';
import { expectReadOrUserError } from '../../test/support/readOrUserError.ts';
import { parseColumns } from './columns.ts';
import { parsePlain, plainConllu } from './plainSentences.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const wordsOf = (text: string) => parsePlain(encode(text), 'a', 'words').map(({ forms }) => forms);

const files: readonly (readonly [what: string, text: string])[] = [
  ['two columns', 'ba\tB-PER\n1994\tO\n2 \tO\n\nbe O\n# O\n'],
  ['two columns with comments', '# text = a b c\nba O\n#\tO\n\n# text = be\nbe O\n'],
  ['four columns and comments of four', '# sent_id = 1\nEU NNP B-NP B-ORG\n\n# text = Ba\nBa VBD B-VP O\n'],
  ['four columns', '-DOCSTART- -X- -X- O\n\nEU NNP B-NP B-ORG\n1994 CD I-NP O\n# SYM O O\n\nBa VBD B-VP O\n'],
  [
    'numbered',
    '# newpar\n# text = ba be\n1\tba\tB-PER\t-\tx\n2\t1994\tO\t-\tx\n3\t#\tO\t-\tx\n\n# sent_id = 2\n1\tbe\tO\t-\tx\n',
  ],
];

describe('words of a file that need not have labels', () => {
  it.each(files)('with %s are those that training reads', (_, text) => {
    const read = parseColumns(encode(text), 'a');
    expect(wordsOf(text)).toEqual(read.map(({ words }) => words.map(({ form }) => form)));
    expect(parsePlain(encode(text), 'a', 'words')).toHaveLength(2);
  });

  it('stand alone, beside a number or beside a tag that is left out', () => {
    expect(wordsOf('ba\n#\n12\n\nbe\tO\n')).toEqual([['ba', '#', '12'], ['be']]);
    expect(wordsOf('1\tba\n2\tbe\n\n1\t3\n')).toEqual([['ba', 'be'], ['3']]);
    expect(wordsOf('1-2\tdel\n1\tde\n2\tel\n2.1\tempty\n')).toEqual([['de', 'el']]);
  });

  it('are none where their column is empty', () => {
    expect(wordsOf('ba\tO\n\tO\nbe\tO\n')).toEqual([['ba'], ['be']]);
  });

  it('have the line of the first word of their sentence', () => {
    const found = parsePlain(encode('ba\n\n\nbe\n'), 'a', 'words');
    expect(found.map(({ line }) => line)).toEqual([1, 4]);
  });

  it('are between blanks where a sentence is a line', () => {
    expect(parsePlain(encode('1 ba\tbe \n\n # bo\n'), 'a', 'lines')).toEqual([
      { line: 1, forms: ['1', 'ba', 'be'] },
      { line: 3, forms: ['#', 'bo'] },
    ]);
  });

  it('are refused where there are none', () => {
    expect(() => wordsOf('# text = a b\n\n')).toThrow(/^a: The file holds no sentence/);
  });

  it('are read or refused in plain words, however the file is damaged', () => {
    for (const [, text] of files)
      expectReadOrUserError(encode(text), (bytes) => {
        plainConllu(parsePlain(bytes, 'a', 'words'));
      });
  });
});
