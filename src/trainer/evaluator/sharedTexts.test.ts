import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refused } from '../../../test/support/files.ts';
import type { LoadedTerm } from '../../library/terms.ts';
import type { TestTexts } from './evaluationData.ts';
import type { Evaluated } from './evaluator.ts';
import { rememberedShared } from './rememberedShared.ts';
import { type LookedFor, sharedNotes } from './sharedNotes.ts';
import { countShared } from './sharedTexts.ts';

let folder: string;
let text: string;
const memory = () => join(folder, 'cache', 'shared.json');

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sft-shared-'));
  text = join(folder, 'text.txt');
  writeFileSync(
    text,
    'Der Hund bellt.\r\nVorher. Die kleine Katze schläft auf dem Dach . Nachher.\nEin Satz.\nOhne Ende: der letzte Satz steht ohne Zeilenende',
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sentences: TestTexts = {
  unit: 'sentences',
  texts: [
    'Die kleine Katze schläft auf dem Dach .',
    'der  Hund bellt .',
    'Satz',
    'Etwas anderes hier',
    'Der letzte Satz steht ohne Zeilenende',
    ' ',
  ],
};

describe('texts of a test file in a raw text', () => {
  it('are counted as a line or within one, too short ones as a line alone', async () => {
    const { counts, isCut } = await countShared([sentences], [text]);
    expect({ counts, isCut }).toEqual({ counts: [{ unit: 'sentences', shared: 3, of: 5 }], isCut: false });
    expect((await countShared([sentences], [])).counts[0].shared).toBe(0);
    await refused('data-file-missing', () => countShared([sentences], [join(folder, 'gone')]));
  });

  it('of paragraphs are there if half of their letters are, sentence by sentence', async () => {
    const paragraphs: TestTexts = {
      unit: 'paragraphs',
      texts: [
        'Die kleine Katze schläft auf dem Dach. Und das ist neu.',
        'Die kleine Katze schläft auf dem Dach. Das hier ist neu, und es ist länger als jener Satz dort oben.',
      ],
    };
    const questions: TestTexts = { unit: 'questions', texts: ['Wo schläft die kleine Katze auf dem Dach?'] };
    expect((await countShared([paragraphs, questions], [text])).counts).toEqual([
      { unit: 'paragraphs', shared: 1, of: 2 },
      { unit: 'questions', shared: 0, of: 1 },
    ]);
  });

  it('are looked for in a text of any size, and no further than wanted', async () => {
    const large = join(folder, 'large.txt');
    const line = `${'wort '.repeat(40_000)}\n`;
    writeFileSync(large, `${line.repeat(12)}${readFileSync(text, 'utf8')}`);
    const told: number[] = [];
    const whole = await countShared([sentences], [text, large], { progress: (share) => told.push(share) });
    expect(whole).toEqual({ counts: [{ unit: 'sentences', shared: 3, of: 5 }], isCut: false });
    expect(told.at(-1)).toBe(1);
    expect([...told].sort((a, b) => a - b)).toEqual(told);
    const cut = await countShared([sentences], [large], { most: 1000 });
    expect(cut).toEqual({ counts: [{ unit: 'sentences', shared: 0, of: 5 }], isCut: true });
    const stop = new AbortController();
    const stopped = countShared([sentences], [large], {
      signal: stop.signal,
      progress: () => stop.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
  });

  it('are not looked for again before the text has changed', async () => {
    const own = join(folder, 'own.txt');
    writeFileSync(own, 'Nichts davon\n');
    let looked = 0;
    const count = async () => {
      const { counts } = await rememberedShared(memory(), [sentences], [own], { progress: () => looked++ });
      return counts[0].shared;
    };
    expect(await count()).toBe(0);
    const once = looked;
    expect(once).toBeGreaterThan(0);
    expect(await count()).toBe(0);
    expect(looked).toBe(once);
    appendFileSync(own, 'Der Hund bellt.\n');
    expect(await count()).toBe(1);
    writeFileSync(memory(), '{ "damaged":');
    expect(await count()).toBe(1);
  });
});

function term(name: string, metadata: LoadedTerm['metadata']): LoadedTerm {
  return {
    name,
    file: join(folder, `${name}.sft.safetensors`),
    metadata,
    coefficient: 1,
    sft: { diffs: new Map(), abs: new Map() },
  };
}

function language(name: string, file: string): LoadedTerm {
  const recipe = `kind: language\nname: ${name}\nbase: base\ndata: { text: ${file} }\n`;
  return term(name, { kind: 'language', recipe });
}

function pos(): LoadedTerm {
  return term('pos', { kind: 'task', labels: ['A'] });
}

function evaluation(terms: LoadedTerm[], role?: LookedFor['role'], texts = [sentences]): LookedFor {
  const found = { terms, texts: async () => texts } as unknown as Evaluated;
  return { test: 'x.conllu', role, found };
}

function say(...evaluations: LookedFor[]): Promise<string[]> {
  return sharedNotes(evaluations, { memory: memory() });
}

function unknown(name: string): string {
  return `Which text the SFT ${name} has read is not known, so nothing of the file x.conllu could be looked for in it.`;
}

describe('what is said of it', () => {
  it('names file and SFT once, whatever else was evaluated; nothing of task SFTs and files for development', async () => {
    const [de, other] = [language('de', 'text.txt'), language('other', 'other.txt')];
    writeFileSync(join(folder, 'other.txt'), 'Ganz etwas anderes\n');
    expect(await say(evaluation([pos(), de]), evaluation([de]), evaluation([pos(), other], 'test'))).toEqual([
      '3 of 5 sentences of the file x.conllu stand in the text of the SFT de.',
      '0 of 5 sentences of the file x.conllu stand in the text of the SFT other.',
    ]);
    expect(
      await say(evaluation([pos()]), evaluation([pos(), de], 'dev'), evaluation([de], 'test', [])),
    ).toEqual([]);
  });

  it('says where the text is not known: gone, not said, or of a sum', async () => {
    const gone = language('gone', join(folder, 'nowhere', 'x.txt'));
    const terms = [gone, term('published', {}), term('sum', { kind: 'composed', labels: ['A'] })];
    expect(await say(evaluation(terms))).toEqual(['gone', 'published', 'sum'].map(unknown));
  });

  it('says how much of a very long text was looked through', async () => {
    mkdirSync(join(folder, 'cache'), { recursive: true });
    const notes = await sharedNotes([evaluation([language('de', 'text.txt')])], {
      memory: memory(),
      most: 20,
    });
    expect(notes).toEqual([
      '1 of 5 sentences of the file x.conllu stands in the first 20 B of the text of the SFT de.',
    ]);
  });
});
