import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { newTextSearch, textKey } from './textSearch.ts';

const letter = fc.constantFrom('a', 'b', 'ä', 'İ', '漢', '\u{1f600}', ' ');
const text = fc.array(letter, { maxLength: 60 }).map((letters) => letters.join(''));

it('finds what stands in a line, as a naive search does', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 6 }), fc.array(text, { maxLength: 6 }), (texts, lines) => {
      // Some of the texts surely stand there.
      const all = [...lines, ...texts.slice(0, 2).map((one) => `ab ${one} ba`)];
      const search = newTextSearch(texts.map(textKey));
      for (const line of all) search.look(line);
      const keys = all.map(textKey);
      const naive = texts
        .map(textKey)
        .filter(
          (one) => one !== '' && keys.some((key) => key === one || (one.length >= 20 && key.includes(one))),
        );
      expect([...search.found].sort()).toEqual([...new Set(naive)].sort());
    }),
  );
});

it('takes blanks, case and forms of letters for no difference, and short texts only as whole lines', () => {
  const search = newTextSearch(['Die kleine Katze schläft.', 'Ein Satz.', 'Kurz', ''].map(textKey));
  search.look('Vorher.  DIE KLEINE\u00a0Katze schla\u0308ft . Nachher');
  search.look('ein Satz .');
  search.look('Kurz und gut');
  search.look('');
  expect([...search.found]).toEqual(['Die kleine Katze schläft.', 'Ein Satz.'].map(textKey));
});
