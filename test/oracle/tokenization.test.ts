import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { bertDescription } from '../../src/data/tokenizer/bertDescription.ts';
import { loadTokenizer } from '../../src/data/tokenizer/loadTokenizer.ts';
import { makeTokenizer, type Tokenizer } from '../../src/data/tokenizer/tokenizer.ts';
import { loadLines } from '../../src/formats/lines.ts';
import { hasOracle, oracle, shared } from '../support/oracle.ts';

interface Encoded {
  readonly ids: number[];
  readonly word_ids: (number | null)[];
  /** Start and end of each piece in code points, within its word where words are given. */
  readonly offsets: number[];
}
interface Entry {
  readonly text?: string;
  readonly words?: string[];
  readonly cased: Encoded;
  readonly uncased: Encoded;
}

const multilingual = join(shared, 'tokenizers/bert-base-multilingual-cased');
const miniLm = join(shared, 'models/all-MiniLM-L6-v2');
const present = hasOracle && existsSync(multilingual) && existsSync(miniLm);

const fromVocabulary = async (folder: string, lowerCase: boolean): Promise<Tokenizer> => {
  const pieces = await loadLines(join(folder, 'vocab.txt'));
  return makeTokenizer(bertDescription(pieces, { do_lower_case: lowerCase }), {}, folder);
};

describe.skipIf(!present)('tokenization as Hugging Face computes it', () => {
  const tokenizers = {
    'mBERT, vocab.txt': ['cased', () => fromVocabulary(multilingual, false)],
    'MiniLM, vocab.txt': ['uncased', () => fromVocabulary(miniLm, true)],
    'MiniLM, tokenizer.json': ['uncased', () => loadTokenizer(miniLm)],
    'mBERT, folder without options': ['cased', () => loadTokenizer(multilingual)],
  } as const;

  for (const file of ['tokenization.json', 'tokenization-synthetic.json']) {
    it.each(Object.entries(tokenizers))(`of ${file}, by %s`, async (_name, [kind, load]) => {
      const tokenizer = await load();
      const entries = JSON.parse(readFileSync(join(oracle, file), 'utf8')) as Entry[];
      expect(entries.length).toBeGreaterThan(0);
      for (const { text, words, [kind]: expected } of entries) {
        if (words === undefined) {
          expect([...tokenizer.encodeText(text!)], text).toEqual(expected.ids);
        } else {
          const { ids, wordIds } = tokenizer.encodeWords(words);
          expect([...ids], words.join(' ')).toEqual(expected.ids);
          expect([...wordIds], words.join(' ')).toEqual(expected.word_ids.map((word) => word ?? -1));
        }
      }
    });

    it.each(Object.entries(tokenizers))(
      `of ${file}, by %s: characters of pieces`,
      async (_name, [kind, load]) => {
        const tokenizer = await load();
        const entries = JSON.parse(readFileSync(join(oracle, file), 'utf8')) as Entry[];
        for (const { text, words, [kind]: expected } of entries) {
          const found = (words ?? [text!]).flatMap((part) => {
            const { ids, starts, ends } = tokenizer.encodeOffsets(part);
            const points = (at: number) => Array.from(part.slice(0, at)).length;
            return Array.from(ids, (id, i) => [id, points(starts[i]), points(ends[i])]);
          });
          const wanted = expected.ids.map((id, i) => [id, ...expected.offsets.slice(2 * i, 2 * i + 2)]);
          expect(found, text ?? words!.join(' ')).toEqual(wanted.slice(1, -1));
        }
      },
    );
  }
});
