import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellQuoted } from './shellQuoted.ts';

describe('a word of a command line', () => {
  it.skipIf(process.platform === 'win32')('is what a shell reads as the same text, whatever is in it', () => {
    const texts = fc.sample(fc.string({ unit: 'binary' }), { numRuns: 500, seed: 1 });
    const nasty = [
      '',
      ' ',
      '~',
      '-x',
      "it's",
      '"',
      '$HOME',
      '`id`',
      '#1',
      'a\nb',
      'a\\b',
      '!',
      '*',
      'Größe 2',
    ];
    // A path cannot hold it, nor can an argument.
    const words = [...nasty, ...texts].map((text) => text.replaceAll('\0', ''));
    const command = `printf '%s\\0' ${words.map((word) => shellQuoted(word, 'linux')).join(' ')}`;
    const read = execFileSync('sh', ['-c', command], { encoding: 'utf8' });
    expect(read.split('\0').slice(0, -1)).toEqual(words);
  });

  it('is left as it is where that is the same', () => {
    expect(shellQuoted('/data/runs/pos-en_2.1', 'linux')).toBe('/data/runs/pos-en_2.1');
    expect(shellQuoted('C:\\runs\\pos', 'win32')).toBe('C:\\runs\\pos');
    expect(shellQuoted('C:\\my runs\\pos', 'win32')).toBe('"C:\\my runs\\pos"');
  });

  it('is one word that runs nothing in PowerShell', () => {
    expect(shellQuoted('C:\\p\\pos,en.sft.safetensors', 'win32')).toBe('"C:\\p\\pos,en.sft.safetensors"');
    expect(shellQuoted('C:\\p\\$(calc) x\\a', 'win32')).toBe(`'C:\\p\\$(calc) x\\a'`);
    expect(shellQuoted("C:\\it's $x", 'win32')).toBe(`'C:\\it''s $x'`);
    // Quotes of typographers are quotes to it.
    expect(shellQuoted('a \u2019; calc', 'win32')).toBe(`'a \u2019\u2019; calc'`);
    expect(shellQuoted('%PATH%', 'win32')).toBe(`'%PATH%'`);
  });
});
