import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertSnippet } from '../../../test/support/snippet.ts';
import { missingPaths } from '../paths.ts';
import { readRecipe } from '../check.ts';
import { recipeTemplate, recipeTemplates } from '../templates.ts';
import { maxRecipeLength } from '../yamlTree.ts';
import { cursorAt } from './cursor.ts';
import { fileCompletions, type ListFolder } from './files.ts';
import { hoverAt } from './hover.ts';
import { lensesOf } from './lenses.ts';
import { namedFiles } from './links.ts';
import { readLive } from './problems.ts';
import { symbolsOf } from './symbols.ts';

function hover(marked: string): string {
  return hoverAt(marked.replace('|', ''), marked.indexOf('|'))?.markdown.replaceAll('\\', '') ?? '';
}

const list: ListFolder = async (path) =>
  (await readdir(path, { withFileTypes: true }).catch(() => [])).map((entry) => ({
    name: entry.name,
    folder: entry.isDirectory(),
  }));

describe('hovering over a field tells', () => {
  it('what it is, its type and bounds', () => {
    expect(hover('kind: task\noptimizer:\n  batch|Size: 4')).toContain('Examples in a batch.');
    expect(hover('optimizer: { batchSize: |4 }')).toContain('whole number, at least 1, at most 65,536');
    expect(hover('ba|se: x')).toContain('(required)');
    expect(hover('optim|izer: {}')).toContain('`learningRate`');
  });

  it('its default in this recipe, or what that depends on', () => {
    expect(hover('kind: task\noptimizer: { |batchSize: 1 }')).toContain('Default: 8');
    expect(hover('kind: language\noptimizer: { |batchSize: 1 }')).toContain('Default: 4');
    expect(
      hover('kind: task\ntask: { type: classification, pair: b }\noptimizer: { |batchSize: 1 }'),
    ).toContain('Default: 32');
    expect(hover('kind: task\ntask: { type: classification }\nvalidate: { |everySteps: 1 }')).toContain(
      'Default: an epoch',
    );
    expect(hover('optimizer: { |batchSize: 1 }')).toContain('4 for languages, 8 for tagging');
    expect(hover('kind: language\npreset: quick\nfull: { |maxSteps: 1 }')).toContain(
      'Default (preset quick): 200',
    );
    expect(hover('kind: task\nfull: { |maxSteps: 1 }')).toContain('Default: none');
    expect(hover('kind: language\nfr|eeze: []')).toContain('Default: [layerNorm, decoder]');
    expect(hover('kind: task\nmax|Length: 8')).toContain('Default: what the base model takes');
    expect(hover('select: { |k: 8 }')).toContain('the same density on other bases');
    expect(hover('drop|out: 0')).toContain("the base model's own config");
  });

  it('what is allowed', () => {
    expect(hover('meth|od: x')).toContain('Possible: `ltsft`, `full`, `head`');
    expect(hover('kind: task\nfreeze: [la|yerNorm]')).toContain(
      'Possible: `layerNorm`, `embeddings`, `head`',
    );
  });

  it('also in a list, and nothing elsewhere', () => {
    expect(hover('apply:\n  - sft: x\n    coeff|icient: 2')).toContain('multiplied');
    expect(hover('apply: [./|x]')).toContain('**apply**');
    expect(hover('nonsen|se: 1')).toBe('');
    expect(hover('# ki|nd: 1')).toBe('');
    expect(hover('|')).toBe('');
  });
});

describe('links', () => {
  it('are where the files are named, also in what is half written', () => {
    const text = `kind: task
base: "./my base" # b
apply: [en.sft.safetensors@0.5, 'it''s', { sft: x@1, head: true }]
data:
  train:
    - a.conllu
    - b.conllu
  validation: v
name: n
x: [`;
    const found = namedFiles(text);
    expect(found.map(({ kind, named }) => `${kind} ${named}`)).toEqual([
      'base ./my base',
      'sft en.sft.safetensors',
      "sft it's",
      'sft x@1',
      'words a.conllu',
      'words b.conllu',
      'words v',
    ]);
    expect(text.slice(...found[0].span)).toBe('./my base');
    expect(text.slice(...found[1].span)).toBe('en.sft.safetensors');
  });

  it('are those that are checked for being there', async () => {
    const folder = '/nowhere/at/all';
    for (const template of recipeTemplates) {
      const text = recipeTemplate(template, { validation: 'v' }).replace('# apply', 'apply');
      const missing = await missingPaths(readRecipe(text, 'r').value, folder);
      expect(namedFiles(text)).toHaveLength(missing.length);
    }
  });
});

it('the outline is a tree of fields with their values', () => {
  const text = 'kind: task\napply:\n  - a\n  - sft: b\noptimizer: { batchSize: 4 }\nha';
  const simple = (symbols: ReturnType<typeof symbolsOf>): unknown =>
    symbols.map(({ name, detail, kind, children }) => [
      name,
      detail,
      kind,
      ...(simple(children) as unknown[]),
    ]);
  expect(simple(symbolsOf(text))).toEqual([
    ['kind', 'task', 'value'],
    ['apply', '', 'list', ['1', 'a', 'value'], ['2', '', 'group', ['sft', 'b', 'value']]],
    ['optimizer', '', 'group', ['batchSize', '4', 'value']],
    ['ha', '', 'value'],
  ]);
  const inside = (symbols: ReturnType<typeof symbolsOf>): void => {
    for (const { span, selection, children } of symbols) {
      expect(span[0] <= selection[0] && selection[1] <= span[1]).toBe(true);
      inside(children);
    }
  };
  inside(symbolsOf(text));
});

it('the first line offers what can be done', () => {
  expect(lensesOf(0, undefined).map(({ does }) => does)).toEqual(['train', 'estimate']);
  expect(lensesOf(2, '/runs/x-1')).toEqual([
    { does: 'problems', count: 2 },
    { does: 'train' },
    { does: 'estimate' },
    { does: 'openRun', run: '/runs/x-1' },
  ]);
  expect(lensesOf(0, undefined, 'untrusted')).toEqual([{ does: 'trust' }]);
  expect(lensesOf(0, undefined, 'unsaved')).toEqual([]);
});

describe('a text is checked while it is typed', () => {
  it('unless that would take too long, which is said', () => {
    const good = 'kind: task\nbase: b\ndata: { train: t }\n';
    const labels = (n: number): string =>
      `${good}task: { type: tagging, labels: [${Array.from({ length: n }, (_, i) => `${i.toString(36)}x, `).join('')}z] }`;
    expect(readLive(labels(1000), 'r').diagnostics).toEqual([]);
    for (const text of [
      labels(5000),
      `${good}${'# long\n'.repeat(10_000)}`,
      `${good}x: ${'[],'.repeat(9000)}`,
    ]) {
      const { diagnostics } = readLive(text, 'r');
      expect(diagnostics.map(({ code }) => code)).toEqual(['recipe-long']);
      expect(diagnostics[0].problem.advice).toContain('when it is trained');
    }
    expect(readLive('a'.repeat(maxRecipeLength + 1), 'r').diagnostics[0].code).toBe('recipe-too-long');
  });
});

describe('files are offered', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sft-files-'));
    for (const file of [
      'r/models/bert/config.json',
      'r/models/bert/tokenizer/vocab.txt',
      'r/data/en-train.conllu',
      'r/data/mt.txt',
      'r/data/nli.tsv',
      'r/data/my text.txt',
      'r/en.sft.safetensors',
      'r/other.safetensors',
      'r/node_modules/x/config.json',
      'r/.git/x.txt',
      'bases/xlmr/config.json',
    ]) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), '');
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const search = (list: ListFolder, cancelled = false) => ({
    folder: resolve(folder, 'r'),
    list,
    cancelled: () => cancelled,
  });
  const found = async (marked: string, from: ListFolder = list, cancelled = false) => {
    const cursor = cursorAt(marked.replace('|', ''), marked.indexOf('|'));
    return cursor === undefined ? [] : await fileCompletions(cursor, search(from, cancelled));
  };
  const labels = async (marked: string) => (await found(marked)).map(({ label }) => label);

  const take = async (marked: string, label: string): Promise<string> => {
    const item = (await found(marked)).find((item) => item.label === label);
    return insertSnippet(marked.replace('|', ''), item!.replace, item!.insert);
  };

  it.each([
    ['base: |', ['./models/bert', './data/', './models/']],
    ['base: ./mo|', ['./models/bert', './data/', './models/']],
    ['base: ./models/|', ['./models/bert', './models/bert/']],
    ['base: ../|', ['../bases/xlmr', '../r/models/bert', '../bases/', '../r/']],
    ['base: mod|', ['models/bert', 'data/', 'models/']],
    ['apply: [|]', ['./en.sft.safetensors', './data/', './models/']],
    ['apply:\n  - sft: |', ['./en.sft.safetensors', './data/', './models/']],
    [
      'kind: language\ndata: { text: | }',
      ['./data/mt.txt', './data/my text.txt', './models/bert/tokenizer/vocab.txt', './data/', './models/'],
    ],
    [
      'kind: task\ndata:\n  train:\n    - ./data/|',
      ['./data/en-train.conllu', './data/mt.txt', './data/my text.txt', './data/nli.tsv'],
    ],
    ['kind: task\ntask: { type: classification }\ndata:\n  train: ./data/|', ['./data/nli.tsv']],
    ['name: |', []],
    ['data: |', []],
    ['base: /nowhere/|', []],
  ])('by kind: %s', async (text, expected) => {
    expect(await labels(text)).toEqual(expected);
  });

  it('in quotes where YAML needs them, and in place of what is typed', async () => {
    const file = './data/my text.txt';
    expect(await take('data: { text: ./da| }', file)).toBe(`data: { text: "${file}" }`);
    expect(await take('data: { text: "./da|x" }', file)).toBe(`data: { text: "${file}" }`);
    expect(await take('base: ./mo|', './models/bert')).toBe('base: ./models/bert');
  });

  it('from a bounded number of folders, and none once cancelled', async () => {
    let listed = 0;
    const endless: ListFolder = (path) => {
      listed++;
      return Promise.resolve(
        Array.from({ length: 50 }, (_, i) => ({ name: `${path.length}-${i}`, folder: true })),
      );
    };
    await found('base: |', endless);
    expect(listed).toBeLessThanOrEqual(100);
    listed = 0;
    expect(await found('base: |', endless, true)).toEqual([]);
    expect(listed).toBe(0);
  });
});
