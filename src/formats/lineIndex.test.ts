import { createHash } from 'node:crypto';
import { appendFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refused, temporaryFolder } from '../../test/support/files.ts';
import { fuzzRuns, mutations } from '../../test/support/mutate.ts';
import { UserError } from '../core/errors/userError.ts';
import { type IndexOptions, indexLines } from './lineIndex.ts';
import { linesFrom, readLine } from './lineReader.ts';
import { readLines } from './lines.ts';

/** Small, so that lines, line ends and characters are cut everywhere. */
const small: IndexOptions = { chunk: 7, mostStarts: 4 };

async function linesOf(file: string, options: IndexOptions): Promise<string[]> {
  const index = await indexLines(file, options);
  expect(index.starts.length).toBeLessThanOrEqual(options.mostStarts ?? Infinity);
  return Array.from({ length: index.lines }, (_, i) => readLine(index, i).text);
}

describe('an index of the lines of a text', () => {
  it('gives the lines that reading the whole text gives, in any order', async () => {
    const file = join(temporaryFolder(), 'a.txt');
    const part = fc.constantFrom('a', 'nu', 'ɛ', '\u{10400}', ' ', '\n', '\r', '\r\n', '\n\n', '\uFEFF');
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 120 }), async (parts) => {
        const bytes = Buffer.from(parts.join(''));
        writeFileSync(file, bytes);
        let whole: string[];
        try {
          whole = readLines(bytes, file);
        } catch {
          return; // nothing but a byte order mark or a line end
        }
        expect(await linesOf(file, small)).toEqual(whole);
        expect(await linesOf(file, { chunk: 64 })).toEqual(whole);
        const index = await indexLines(file, small);
        expect(index.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
        const read = Array.from({ length: index.lines }, (_, i) => readLine(index, i).bytes);
        const mark = parts.join('').startsWith('\uFEFF') ? 3 : 0;
        expect(read.reduce((sum, one) => sum + one, mark)).toBe(index.bytes);
        for (const window of [1, 7, 1000]) {
          const all = [...linesFrom(index, index.starts[0], window)];
          expect(all.map(({ text }) => text)).toEqual(whole);
          // From the start of any of them it goes on in the same way.
          for (const [i, { start }] of all.entries()) {
            if (i % 5 === 0) expect([...linesFrom(index, start, window)]).toEqual(all.slice(i));
          }
        }
      }),
    );
  });

  it('reads a line that is longer than what is read at a time', async () => {
    const file = join(temporaryFolder(), 'a.txt');
    const long = 'ɛ'.repeat(200_000);
    writeFileSync(file, `a\r\n${long}\r\nb`);
    expect(await linesOf(file, {})).toEqual(['a', long, 'b']);
  });

  it('names the line that is not UTF-8', async () => {
    const file = join(temporaryFolder(), 'a.txt');
    for (const [end, chunk] of [
      ['\n', 7],
      ['\r\n', 7],
      ['\r', 7],
      ['\n', 1 << 20],
      ['\r', 1 << 20],
    ] as const) {
      writeFileSync(file, Buffer.concat([Buffer.from(`gut${end}gut${end}sch`), Buffer.of(0xf6, 0x6e)]));
      const error = await refused('data-not-utf8', () => indexLines(file, { chunk }));
      expect(error.message).toContain('a.txt:3: ');
    }
    writeFileSync(file, Buffer.from('\uFEFFab', 'utf16le'));
    expect((await refused('data-not-utf8', () => indexLines(file))).message).toContain('looks like UTF-16');
    writeFileSync(file, Buffer.of(0x61, 0x0a, 0xc3));
    expect((await refused('data-not-utf8', () => indexLines(file))).message).toContain('a.txt:2: ');
  });

  it('refuses a line without an end, and says which', async () => {
    const file = join(temporaryFolder(), 'a.txt');
    for (const end of ['', '\n']) {
      writeFileSync(file, `a\nb\n${'c'.repeat(1000)}${end}`);
      const error = await refused('data-line-endless', () =>
        indexLines(file, { chunk: 64, longestLine: 900 }),
      );
      expect(error.message).toContain('a.txt:3: ');
    }
  });

  it('refuses what is no text', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'a.txt');
    for (const nothing of ['', '\uFEFF']) {
      writeFileSync(file, nothing);
      await refused('data-file-empty', () => indexLines(file));
    }
    writeFileSync(file, 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n');
    await refused('data-file-lfs', () => indexLines(file));
    await refused('data-file-missing', () => indexLines(join(folder, 'b.txt')));
    await refused('data-file-folder', () => indexLines(folder));
  });

  it('of a damaged text is made or refused in plain words', async () => {
    const file = join(temporaryFolder(), 'a.txt');
    const good = Buffer.from('Milo saléva nu.\r\nBa 𐐷 sur lo.\n\nNu tá.');
    const outcomes = { read: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(mutations(good), async (bytes) => {
        writeFileSync(file, bytes);
        try {
          await linesOf(file, small);
          outcomes.read++;
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          outcomes.refused++;
        }
      }),
      { numRuns: fuzzRuns },
    );
    expect(outcomes.read).toBeGreaterThan(0);
    expect(outcomes.refused).toBeGreaterThan(0);
  });

  it('notices that the text has become another', async () => {
    const file = join(temporaryFolder(), 'a.txt');
    writeFileSync(file, 'one\ntwo\nthree\n');
    const index = await indexLines(file);
    appendFileSync(file, 'four\n');
    expect(readLine(index, 2).text).toBe('three');
    truncateSync(file, 6);
    await refused('data-file-changed', () => readLine(index, 2));
  });
});
