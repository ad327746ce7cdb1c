import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { hasShared, shared } from '../../test/support/oracle.ts';
import { parseConllu } from './conllu.ts';
import { type WordValues, writeConllu } from './conlluWriter.ts';

const row = (id: string, form: string, head = '_', deprel = 'dep'): string =>
  `${id}\t${form}\tl\tNOUN\tX\tA=b\t${head}\t${deprel}\t0:root\tSpaceAfter=No`;
const text = [
  '# text = Milósa nu',
  row('1-2', 'Milósa'),
  row('1', 'Mil', '2'),
  row('2', 'ósa', '0', 'root'),
  row('2.1', 'ta'),
  '',
  '',
  '# next',
  row('1', 'nu', '0'),
  '# after',
  '',
];

const encode = (lines: readonly string[], end = '\n'): Uint8Array =>
  new TextEncoder().encode(lines.join(end));
const decode = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

describe('CoNLL-U with new values', () => {
  it('differs in the columns that are new, and in nothing else', () => {
    const bytes = encode(text);
    const values = [
      [
        { head: 0, deprel: 'root' },
        { upos: 'VERB', head: 1 },
      ],
      [undefined],
    ];
    const written = decode(writeConllu(bytes, parseConllu(bytes, 'a'), values)).split('\n');
    const changed = [...text];
    changed[2] = row('1', 'Mil', '0', 'root');
    changed[3] = row('2', 'ósa', '1', 'root').replace('NOUN', 'VERB');
    expect(written).toEqual(changed);
  });

  it.each([
    ['LF', '\n', ''],
    ['CRLF', '\r\n', ''],
    ['CR', '\r', '\uFEFF'],
  ])('keeps lines that end with %s', (_name, end, mark) => {
    const bytes = encode([mark + text[0], ...text.slice(1)], end);
    const sentences = parseConllu(bytes, 'a');
    const asRead = sentences.map(({ words }) =>
      words.map(({ upos, xpos, feats, head, deprel }) => ({ upos, xpos, feats, head, deprel })),
    );
    expect(decode(writeConllu(bytes, sentences, asRead))).toBe(decode(bytes));
  });

  it('has `_` where a value is taken away', () => {
    const bytes = encode(text);
    const values = [[{ upos: null, feats: null }, undefined], [{ deprel: null }]];
    const [[mil, osa], [nu]] = parseConllu(writeConllu(bytes, parseConllu(bytes, 'a'), values), 'a').map(
      ({ words }) => words,
    );
    expect(mil).toMatchObject({ upos: '_', xpos: 'X', feats: '_', deprel: 'dep' });
    expect(osa).toMatchObject({ upos: 'NOUN', feats: 'A=b', deprel: 'root' });
    expect(nu).toMatchObject({ upos: 'NOUN', deprel: '_' });
  });

  it('reads as what was written', () => {
    const value = fc.string({ minLength: 1, maxLength: 4 }).map((part) => part.replaceAll(/[\s\0]/g, '_'));
    const change: fc.Arbitrary<WordValues | undefined> = fc.option(
      fc.record({ upos: value, deprel: value, feats: value }, { requiredKeys: [] }),
      { nil: undefined },
    );
    const bytes = encode(text);
    const sentences = parseConllu(bytes, 'a');
    fc.assert(
      fc.property(change, change, change, (a, b, c) => {
        const written = parseConllu(writeConllu(bytes, sentences, [[a, b], [c]]), 'a');
        const flat = (all: typeof sentences) => all.flatMap(({ words }) => words);
        expect(flat(written)).toEqual(flat(sentences).map((word, i) => ({ ...word, ...[a, b, c][i] })));
      }),
    );
  });

  it('is refused where words and values do not fit', () => {
    const bytes = encode(text);
    const sentences = parseConllu(bytes, 'a');
    expect(() => writeConllu(bytes, sentences, [[undefined, undefined]])).toThrow(RangeError);
    expect(() => writeConllu(bytes, sentences, [[undefined], [undefined]])).toThrow(RangeError);
    expect(() => writeConllu(bytes, sentences, [[{ upos: 'A\tB' }, undefined], [undefined]])).toThrow(
      RangeError,
    );
  });

  describe.skipIf(!hasShared)('of Universal Dependencies', () => {
    const folder = join(shared, 'data/ud');
    const files = hasShared ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
    it.each(files.filter((file) => file.endsWith('.conllu')))('%s is the same, written as read', (file) => {
      const bytes = readFileSync(join(folder, file));
      const sentences = parseConllu(bytes, file);
      const asRead = sentences.map(({ words }) =>
        words.map(({ upos, xpos, feats, head, deprel }) => ({
          upos,
          xpos,
          feats,
          deprel,
          ...(head === -1 ? {} : { head }),
        })),
      );
      expect(Buffer.compare(writeConllu(bytes, sentences, asRead), bytes)).toBe(0);
    });
  });
});
