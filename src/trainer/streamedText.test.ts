import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/files.ts';
import { inventedBert } from '../../test/support/inventedTokenizers.ts';
import { hash32 } from '../core/random.ts';
import { firstLines, indexTexts, sizeOfFiles } from './indexedTexts.ts';
import { streamedExamples } from './streamedText.ts';

const tokenizer = inventedBert(['milo', '##sa', 'nu', 'ba']);
const words = ['milosa', 'nu', 'ba', 'nuba'];

function line(file: number, i: number): string {
  const count = hash32(file, i) % 20;
  return Array.from({ length: count }, (_, w) => words[hash32(file, i, w) % words.length]).join(' ');
}

/** Two texts of lines of all lengths, with other line ends. */
function texts(folder: string): string[] {
  return [
    ['a.txt', '\n', 2000],
    ['b.txt', '\r\n', 1500],
  ].map(([name, end, count], f) => {
    const file = join(folder, String(name));
    const lines = Array.from({ length: Number(count) }, (_, i) => line(f, i));
    writeFileSync(file, `${lines.join(String(end))}${end}`);
    return file;
  });
}

describe('examples of texts that are read while training goes on', () => {
  it('are about as many as estimated, whether lines are held out or not', async () => {
    const files = texts(temporaryFolder());
    const indexed = await indexTexts(files);
    expect(indexed.lines).toBe(3500);
    expect(indexed.bytes).toBe(await sizeOfFiles(files));
    for (const held of [0, 2600]) {
      let all = 0;
      let filled = 0;
      for (let i = held; i < indexed.lines; i++) {
        const { text } = indexed.line(i);
        if (text !== '') all += tokenizer.encodeText(text).length;
        if (text !== '') filled++;
      }
      const options = { texts: indexed, held, seed: 3, tokenizer, blockSize: 16, file: 'a.txt' };
      const { examples, sampled } = streamedExamples(options);
      expect(sampled).toBe(Math.min(1000, 3500 - held));
      expect(examples / (all / 16)).toBeGreaterThan(0.93);
      expect(examples / (all / 16)).toBeLessThan(1.07);
      const byLine = streamedExamples({ ...options, whole: 'lines' });
      expect(byLine.examples / filled).toBeGreaterThan(0.97);
      expect(byLine.examples / filled).toBeLessThan(1.03);
    }
  });

  it('are the same whether they are read in one go, again, or after a stop', async () => {
    const indexed = await indexTexts(texts(temporaryFolder()));
    const open = () =>
      streamedExamples({ texts: indexed, held: 100, seed: 3, tokenizer, blockSize: 16, file: 'a.txt' });
    const whole = open();
    const all = Array.from({ length: 3000 }, (_, i) => [...whole.example(i, 1).ids]);
    expect([...whole.example(7, 1).ids]).toEqual(all[7]);
    const stopped = open();
    for (let i = 0; i < 2500; i++) stopped.example(i, 1);
    const state = JSON.parse(JSON.stringify(stopped.stream.state())) as ReturnType<
      typeof stopped.stream.state
    >;
    expect(state).toMatchObject({ phase: 1, index: 2500, examples: whole.examples });
    const resumed = open();
    resumed.stream.goOn({ ...state, examples: 77 });
    expect([...resumed.example(2500, 1).ids]).toEqual(all[2500]);
    expect([...resumed.example(2501, 1).ids]).toEqual(all[2501]);
    // The estimate of the beginning stays.
    expect(resumed.stream.state().examples).toBe(77);
    expect([...resumed.example(0, 2).ids]).not.toEqual(all[0]);
  });

  it('say which file holds nothing, or too little', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'a.txt');
    const open = async (text: string) => {
      writeFileSync(file, text);
      const indexed = await indexTexts([file]);
      return streamedExamples({ texts: indexed, held: 0, seed: 1, tokenizer, blockSize: 16, file });
    };
    await expect(open(' \n\n\t\n')).rejects.toThrow(/a\.txt: The file holds no word piece/);
    await expect(open('nu\nba\n')).rejects.toThrow(
      /a\.txt: The text is too small: its 2 lines are 6 word pieces/,
    );
  });

  it('leave the first lines to validation, up to a limit', async () => {
    const indexed = await indexTexts(texts(temporaryFolder()));
    expect(firstLines(indexed, 2100, Infinity)).toHaveLength(2100);
    const some = firstLines(indexed, 2100, 1000);
    expect(some.join('\n').length).toBeGreaterThan(900);
    expect(some.join('\n').length).toBeLessThan(1200);
  });
});
