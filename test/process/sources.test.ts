import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSft } from '../../src/formats/sftFile.ts';
import { sft, sftJson } from '../support/cli.ts';
import { conlluText, inventSentences, tinyWorkspace, type TinyWorkspace } from '../support/tinyWorkspace.ts';

let workspace: TinyWorkspace;

beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft-sources-')));
  writeFileSync(workspace.path('other.conllu'), conlluText(inventSentences(16, 77)));
  const language = workspace.language('xx', { full: { steps: 4 }, sparse: { steps: 4 } });
  await sftJson(['train', language], { cwd: workspace.folder });
});

afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

const language = 'runs/xx-1/xx.sft.safetensors';
const sources = [
  { name: 'aa', train: 'train.conllu', validation: 'dev.conllu', apply: [language] },
  { name: 'bb', train: 'other.conllu', validation: 'dev.conllu', repeat: 2 },
];
const json = (...args: string[]) => sftJson(args, { cwd: workspace.folder });

describe('a recipe with several sources', () => {
  it('trains on batches of one source each, and tells the loss and the metrics of each', async () => {
    const recipe = workspace.task('mixed', { data: undefined, sources });
    const done = (await json('train', recipe)) as { metrics: Record<string, number> };
    expect(Object.keys(done.metrics)).toEqual(
      expect.arrayContaining(['accuracy', 'accuracy aa', 'accuracy bb']),
    );
    const { accuracy, 'accuracy aa': aa, 'accuracy bb': bb } = done.metrics;
    expect(accuracy).toBeCloseTo((aa + bb) / 2, 12);
    // What a source's own validation found is what an evaluation with its SFTs finds.
    const task = workspace.path('runs/mixed-1/mixed.sft.safetensors');
    const evaluate = ['evaluate', '--base', 'base', '--data', 'dev.conllu', '--sft', task];
    expect((await json(...evaluate, '--sft', language)).value).toBe(aa);
    expect((await json(...evaluate)).value).toBe(bb);
    const events = readFileSync(workspace.path('runs/mixed-1/events.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; lossBySource?: Record<string, number> });
    const steps = events.filter(({ type }) => type === 'step');
    expect(steps.every(({ lossBySource = {} }) => Object.keys(lossBySource).length === 1)).toBe(true);
    expect(new Set(steps.flatMap(({ lossBySource = {} }) => Object.keys(lossBySource)))).toEqual(
      new Set(['aa', 'bb']),
    );
    expect((await readSft(task)).metadata.recipe).toContain('sources:');
    expect(readFileSync(workspace.path('runs/mixed-1/recipe.yaml'), 'utf8')).toContain('name: aa');
  });

  it('takes the SFTs of a source from no other base', async () => {
    const other = await tinyWorkspace(workspace.path('elsewhere'), 9);
    const recipe = other.task('mixed', {
      data: undefined,
      sources: [{ ...sources[0], apply: [workspace.path(language)] }],
    });
    const { code, stderr } = await sft(['train', recipe], { cwd: other.folder });
    expect(code).toBe(1);
    expect(stderr).toContain('xx.sft.safetensors');
  });

  it('learns from texts of which one source has one label alone', async () => {
    for (const [name, labels] of [
      ['good', ['good', 'good']],
      ['both', ['good', 'bad']],
    ] as const)
      writeFileSync(
        workspace.path(`${name}.csv`),
        `text,label\n${labels.map((label, i) => `ba be ${i},${label}\n`).join('')}`,
      );
    const recipe = workspace.task('texts', {
      data: undefined,
      task: { type: 'classification' },
      sources: ['good', 'both'].map((name) => ({ name, train: `${name}.csv` })),
      validate: undefined,
    });
    await json('train', recipe);
    const { metadata } = await readSft(workspace.path('runs/texts-1/texts.sft.safetensors'));
    expect(metadata.labels).toEqual(['bad', 'good']);
  });

  it('says that the labels of two sources have nothing in common', async () => {
    const text = readFileSync(workspace.path('other.conllu'), 'utf8');
    writeFileSync(
      workspace.path('strange.conllu'),
      text.replaceAll(/NOUN|VERB|ADJ|ADV|PUNCT/g, (tag) => `x${tag}`),
    );
    const recipe = workspace.task('strange', {
      data: undefined,
      sources: [sources[0], { name: 'cc', train: 'strange.conllu' }],
    });
    const { code, stderr } = await sft(['train', recipe], { cwd: workspace.folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(/train\.conllu:1: The source aa has no label in common/);
  });

  it.each([
    [{ sources: [sources[1], { ...sources[1] }], data: undefined }, 'Two sources are called "bb"'],
    [{ sources }, 'data and sources are both given'],
    [{ data: undefined }, 'The recipe lacks "data"'],
    [{ data: undefined, sources: [{ ...sources[1], train: 'gone.conllu' }] }, 'gone.conllu'],
  ])('is checked: %j', async (fields, message) => {
    const recipe = workspace.task('wrong', fields);
    const { code, stderr } = await sft(['train', recipe], { cwd: workspace.folder });
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });
});
