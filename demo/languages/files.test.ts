import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { conlluFile, plainText, rawFile } from './files.ts';
import { generate, streams } from './generate.ts';
import { makeWorld } from './world.ts';

const world = makeWorld(3);
const sentences = generate(world, world.languages[0], 30, streams.train);

function write(...args: string[]): void {
  execFileSync(process.execPath, [join(import.meta.dirname, 'write.ts'), ...args], { stdio: 'pipe' });
}

describe('the files of a language', () => {
  it('write marks close to the word before', () => {
    expect(plainText(['ba', ',', 'ka', '12', 'du', '?'])).toBe('ba, ka 12 du?');
    expect(rawFile(sentences).split('\n').length).toBe(31);
  });

  it('are CoNLL-U: ten columns, ids from 1, a text that the words make up', () => {
    const blocks = conlluFile(sentences, 'x').split('\n\n');
    expect(blocks.pop()).toBe('');
    expect(blocks.length).toBe(30);
    blocks.forEach((block, s) => {
      const [id, text, ...rows] = block.split('\n');
      expect(id).toBe(`# sent_id = x-${s + 1}`);
      const columns = rows.map((row) => row.split('\t'));
      columns.forEach((column, i) => {
        expect(column.length).toBe(10);
        expect(column.every((field) => field !== '')).toBe(true);
        expect([column[0], column[1], column[3]]).toEqual([
          String(i + 1),
          sentences[s].words[i],
          sentences[s].tags[i],
        ]);
      });
      const made = columns.map((column) => column[1] + (column[9] === 'SpaceAfter=No' ? '' : ' ')).join('');
      expect(text).toBe(`# text = ${made.trim()}`);
    });
  });
});

describe('the command', () => {
  it('writes a world, and the same bytes again', () => {
    const folder = mkdtempSync(join(tmpdir(), 'world-'));
    try {
      write('3', join(folder, 'a'));
      write('3', join(folder, 'b'));
      const [source, , , , , , ...targets] = world.languages.map((language) => language.code);
      const expected = [
        'languages.json',
        ...['.txt', '-train.conllu', '-dev.conllu'].map((end) => source + end),
        ...targets.flatMap((code) => ['.txt', '-dev.conllu', '-test.conllu'].map((end) => code + end)),
      ];
      expect(readdirSync(join(folder, 'a')).sort()).toEqual(expected.sort());
      for (const name of expected)
        expect(readFileSync(join(folder, 'a', name)).equals(readFileSync(join(folder, 'b', name)))).toBe(
          true,
        );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says how to call it', () => {
    expect(() => write('seven')).toThrow('SEED FOLDER');
  });
});
