import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeTinyBert } from '../../test/support/tinyModel.ts';
import { languageExamples } from '../data/language.ts';
import { loadTokenizer } from '../data/tokenizer/loadTokenizer.ts';
import type { Tokenizer } from '../data/tokenizer/tokenizer.ts';
import { taggedFacts } from './taggedFacts.ts';
import { exampleLengths, textFacts } from './textFacts.ts';
import { LONGEST_LINE } from '../formats/lineIndex.ts';
import { sampleText } from './textSample.ts';

let folder: string;
/** Knows the words a to f, and nothing else. */
let tokenizer: Tokenizer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sft-facts-'));
  tokenizer = await loadTokenizer(await writeTinyBert(folder));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string | Uint8Array): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

function word(text: string) {
  const [form = '', tag = ''] = text.split('/');
  return { line: 1, form, tag };
}

describe('facts of labelled sentences', () => {
  it('are what one counts by hand', () => {
    const sentences = ['a/N b/V q/N', 'c/N d/_ e/N', 'a/N b/N c/V d/V e/X', 'f/_'].map((text) => ({
      line: 1,
      words: text.split(' ').map(word),
    }));
    const file = 'x.tsv';
    // Room for three words beside the two special pieces.
    const { facts, lengths, distinct } = taggedFacts(
      { file, role: 'train', sentences },
      ['N', 'V', 'X'],
      tokenizer,
      5,
    );
    expect(facts).toEqual({
      type: 'tagged',
      file,
      role: 'train',
      sentences: 4,
      words: 10,
      untagged: 2,
      pieces: 10,
      piecesPerWord: 1,
      unknownPieces: 1,
      unknownShare: 0.1,
      longest: 7,
      cut: 1,
      cutWords: 2,
      lostWords: 0,
      maxLength: 5,
      labels: [
        { label: 'N', count: 6 },
        { label: 'V', count: 3 },
        { label: 'X', count: 1 },
      ],
    });
    expect(lengths).toEqual([5, 4, 5]);
    // a to e, the unknown piece, and the two around a sentence.
    expect(distinct.size).toBe(8);
  });
});

describe('facts of raw text', () => {
  const options = { file: 't.txt', role: 'text' as const, byLine: false, maxLength: 4 };

  it('are what one counts by hand', async () => {
    const text = await sampleText(write('t.txt', 'a b c\n\n  q a \nb c d e f a b\n'));
    const { facts } = await textFacts(text, { ...options, tokenizer });
    expect(facts).toMatchObject({ lines: 3, words: 12, pieces: 12, piecesPerWord: 1, unknownPieces: 1 });
    // 12 pieces and 2 around each line: 18 are four blocks of 4, and two are left over.
    expect(facts).toMatchObject({ longest: 9, cut: 0, examples: 4, sampled: null });
    const lines = await textFacts(text, { ...options, tokenizer, byLine: true });
    expect(lines.facts).toMatchObject({ cut: 2, examples: 3 });
    expect(lines.lengths).toEqual([4, 4, 4]);
  });

  it('count the examples that training makes', async () => {
    const lines = Array.from({ length: 2345 }, (_, i) => 'a b c d e f'.slice(0, 1 + 2 * (i % 6)));
    const { lineLengths } = await textFacts({ lines, bytes: 1, ofBytes: 1 }, { ...options, tokenizer });
    for (const whole of ['blocks', 'lines'] as const) {
      const made = languageExamples(lines, tokenizer, { blockSize: 7, whole, file: 't.txt' });
      expect(exampleLengths(lineLengths, whole === 'lines', 7, 2)).toEqual(made.map(({ ids }) => ids.length));
    }
  });

  it('of a large file come from whole lines of evenly spread parts', async () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => (i < 10_000 ? 'a b c' : 'd e'));
    const file = write('large.txt', `${lines.join('\n')}\n`);
    const text = await sampleText(file, { whole: 1000, parts: 20, partBytes: 500 });
    expect(new Set(text.lines)).toEqual(new Set(['a b c', 'd e']));
    const { facts } = await textFacts(text, { ...options, tokenizer });
    expect(facts.lines / 20_000).toBeCloseTo(1, 1);
    expect(facts.words / 50_000).toBeCloseTo(1, 1);
    expect(facts.sampled?.ofBytes).toBe(100_000);
    expect(facts.sampled?.bytes).toBeLessThan(10_000);
  });

  it('a text of one long line is read whole where it is not too large', async () => {
    const small = { whole: 100, parts: 2, partBytes: 40 };
    const one = await sampleText(write('one.txt', 'a '.repeat(500)), small);
    expect(one).toMatchObject({ lines: ['a '.repeat(500)], bytes: 1000, ofBytes: 1000 });
    const size = LONGEST_LINE + 1000;
    const file = write('endless.txt', 'a '.repeat(size / 2));
    await expect(sampleText(file, { ...small, atMost: size - 1 })).rejects.toMatchObject({
      code: 'data-line-endless',
      place: { file, line: 1 },
    });
    const long = write('long.txt', `${'a '.repeat(1000)}\n`.repeat(LONGEST_LINE / 2000));
    const few = await sampleText(long, { ...small, atMost: 100 });
    expect(few.lines.length).toBeGreaterThan(1000);
    expect(few.ofBytes / few.bytes).toBeCloseTo(LONGEST_LINE / 2000 / few.lines.length);
  });

  it('a sample has whole lines, however they end', async () => {
    for (const end of ['\r', '\r\n', '\n']) {
      const parts = { whole: 100, parts: 3, partBytes: 41 };
      const { lines } = await sampleText(write('ends.txt', `a b${end}`.repeat(100)), parts);
      expect(lines.length).toBeGreaterThan(15);
      expect(new Set(lines)).toEqual(new Set(['a b']));
    }
  });

  it('a broken part is an error without a made-up line', async () => {
    const bytes = Buffer.from('a b c\n'.repeat(200));
    bytes[600] = 0xff;
    const file = write('broken.txt', bytes);
    const parts = { whole: 100, parts: 3, partBytes: 300 };
    await expect(sampleText(file, parts)).rejects.toMatchObject({ code: 'data-not-utf8', place: { file } });
    await expect(sampleText(join(folder, 'absent.txt'))).rejects.toMatchObject({ code: 'data-file-missing' });
  });

  it('stops when it is asked to', async () => {
    const stop = new AbortController();
    stop.abort();
    const text = { lines: Array.from({ length: 3000 }, () => 'a'), bytes: 1, ofBytes: 1 };
    await expect(textFacts(text, { ...options, tokenizer, signal: stop.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});
