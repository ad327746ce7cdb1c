import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/files.ts';
import { insertSnippet } from '../../../test/support/snippet.ts';
import { sweepLanguage } from './language.ts';
import { missingSweepFiles } from './missing.ts';
import { checkSweep } from './read.ts';

const at = (marked: string) => [marked.replace('|', ''), marked.indexOf('|')] as const;
const labels = (marked: string) => sweepLanguage.complete(...at(marked)).map(({ label }) => label);

describe('completion in a sweep', () => {
  it('knows the fields of each group, those that are there left out', () => {
    expect(labels('|')).toEqual(['recipe', 'vary', 'languages', 'tasks', 'seeds', 'search', 'evaluate']);
    expect(labels('recipe: a.sft.yaml\n|')).not.toContain('recipe');
    expect(labels('evaluate:\n  - |')).toContain('data');
    expect(labels('search: {|}')).toContain('random');
  });

  it('offers the fields of a recipe where they vary, with what a recipe says of them', () => {
    const found = labels('vary:\n  |');
    expect(found).toEqual(expect.arrayContaining(['select.density', 'optimizer.learningRate', 'sparse.l1']));
    expect(labels('vary:\n  select.density: [0.1]\n  |')).not.toContain('select.density');
    const [text, offset] = at('vary:\n  optimizer.learning|Rate: [1]');
    expect(sweepLanguage.hover(text, offset)?.markdown).toMatch(/optimizer\.learningRate.*In a sweep/s);
  });

  it('makes a sweep of what it offers', () => {
    let text = '';
    for (const label of ['recipe', 'seeds']) {
      const item = sweepLanguage.complete(text, text.length).find((one) => one.label === label);
      text = `${insertSnippet(text, item!.replace, item!.insert)}${label === 'recipe' ? 'a.sft.yaml' : '[1, 2]'}\n`;
    }
    expect(checkSweep(text, 'x.sweep.yaml')).toEqual([]);
  });
});

const list = () =>
  Promise.resolve(
    ['pos.sft.yaml', 'x.sweep.yaml', 'l.tsv', 'a.sft.safetensors'].map((name) => ({
      name,
      folder: false,
    })),
  );

const offered = async (marked: string) =>
  (await sweepLanguage.completeFiles(...at(marked), { folder: '/n', list, cancelled: () => false })).map(
    ({ label }) => label,
  );

describe('files of a sweep', () => {
  const text = `recipe: pos.sft.yaml
languages: languages.tsv
evaluate:
  - data: data/{language}-test.conllu
    add: [qha.sft.safetensors@0.5]
`;

  it('are links, and those that are not there are problems in their place', async () => {
    expect(sweepLanguage.files(text).map(({ named, kind }) => `${kind} ${named}`)).toEqual([
      'recipe pos.sft.yaml',
      'table languages.tsv',
      'data data/{language}-test.conllu',
      'sft qha.sft.safetensors',
    ]);
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'pos.sft.yaml'), '');
    const missing = await missingSweepFiles(text, folder);
    expect(missing.map(({ start, problem }) => [start.line, problem.what])).toEqual([
      [2, 'There is no file or folder languages.tsv.'],
      [5, 'There is no file or folder qha.sft.safetensors.'],
    ]);
  });

  it('are offered by their kind', async () => {
    expect(await offered('recipe: |')).toEqual(['./pos.sft.yaml']);
    expect(await offered('languages: |')).toEqual(['./l.tsv']);
    expect(await offered('evaluate:\n  - add: |')).toEqual(['./a.sft.safetensors']);
  });
});

it('a field that is misspelt is put right', () => {
  const text = 'recipe: a.sft.yaml\nseed: [1]\n';
  const [problem] = checkSweep(text, 'x.sweep.yaml');
  expect(sweepLanguage.fixes(text, problem).map(({ title }) => title)).toContainEqual(
    expect.stringContaining('seeds'),
  );
});
