import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { refused } from '../../../test/support/files.ts';
import { loadSentences } from './unlabelledSentences.ts';

const folder = mkdtempSync(join(tmpdir(), 'sft-unlabelled-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The words of a file by this name, and what is said of how it was read. */
async function loaded(name: string, text: string) {
  const file = join(folder, name);
  writeFileSync(file, text);
  const { sentences, notes } = await loadSentences(file);
  return { words: sentences.map(({ words }) => words.map(({ form }) => form)), notes };
}

const prose = 'tako mi .\nzeva lu\n';
const columns = 'tako O\nmi O\n\nzeva O\n';

describe('text without labels', () => {
  it.each(['txt', 'text', 'raw', 'md', 'RAW'])('is a sentence a line in .%s', async (ending) => {
    expect(await loaded(`a.${ending}`, prose)).toEqual({
      words: [
        ['tako', 'mi', '.'],
        ['zeva', 'lu'],
      ],
      notes: [],
    });
  });

  it.each(['conll', 'bio', 'iob', 'iob2', 'tsv'])('is a word a line in .%s', async (ending) => {
    for (const text of [columns, 'tako O\nmi\n\nzeva O x\n'])
      expect(await loaded(`a.${ending}`, text)).toEqual({ words: [['tako', 'mi'], ['zeva']], notes: [] });
  });

  it('is a word a line where the ending says nothing, which is told where lines hold more', async () => {
    expect(await loaded('a.words', 'tako\nmi\n\nzeva\n')).toEqual({
      words: [['tako', 'mi'], ['zeva']],
      notes: [],
    });
    expect(await loaded('eng.testa', columns)).toEqual({
      words: [['tako', 'mi'], ['zeva']],
      notes: [expect.stringMatching(/^eng\.testa is read as a word a line.* give it the ending \.txt\.$/)],
    });
  });

  it('is a word a line in a .txt of as many columns everywhere, with blank lines between sentences', async () => {
    expect(await loaded('ner.txt', columns)).toEqual({
      words: [['tako', 'mi'], ['zeva']],
      notes: [expect.stringMatching(/^ner\.txt is read as a word a line.* give it the ending \.text\.$/)],
    });
    // Verses of two words are sentences where nothing parts them.
    expect((await loaded('verses.txt', 'tako mi\nzeva lu\n')).words).toEqual([
      ['tako', 'mi'],
      ['zeva', 'lu'],
    ]);
    expect((await loaded('verses.text', columns)).words[0]).toEqual(['tako', 'O']);
  });

  it('is refused where the ending says nothing and lines hold now more, now less', async () => {
    for (const name of ['news.log', 'news']) {
      const { message } = await refused('predict-layout', () => loaded(name, prose));
      expect(message).toMatch(/its lines hold now more words, now less.*Give it the ending \.txt/s);
    }
  });
});
