import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hash32 } from '../../src/core/random.ts';
import { readModelConfig, readModelParameters } from '../../src/formats/modelFolder.ts';
import { readSft, writeSft } from '../../src/formats/sftFile.ts';
import { sft, sftJson } from '../support/cli.ts';
import { writeModel } from '../support/tinyModel.ts';
import { inventSentences, tinyWorkspace, type TinyWorkspace } from '../support/tinyWorkspace.ts';

let workspace: TinyWorkspace;

beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft-classes-')));
  for (const [part, count] of [
    ['train', 60],
    ['dev', 20],
  ] as const) {
    writeFileSync(
      workspace.path(`${part}-texts.csv`),
      `text,label\n${texts(count, part.length).join('\n')}\n`,
    );
    writeFileSync(workspace.path(`${part}-pairs.jsonl`), `${pairs(count, part.length).join('\n')}\n`);
  }
});

afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

function sentences(count: number, seed: number): string[] {
  return inventSentences(count, seed).map((words) => words.map(({ form }) => form).join(' '));
}

/** The label is told by the first word's last vowel. */
function texts(count: number, seed: number): string[] {
  return sentences(count, seed).map((text) => `"${text}",${/^\w*[ae]\b/.test(text) ? 'good' : 'bad'}`);
}

function pairs(count: number, seed: number): string[] {
  return sentences(count, seed).map((premise, i) => {
    const same = hash32(seed, i) % 2 === 0;
    const hypothesis = same ? premise : sentences(1, 1000 + i)[0];
    return JSON.stringify({ premise, hypothesis, label: same ? 'SAME' : 'other' });
  });
}

const json = (...args: string[]) => sftJson(args, { cwd: workspace.folder });

describe('classification from the command line', () => {
  it('trains on texts, and evaluates as the run did at its end', async () => {
    const recipe = workspace.task('mood', {
      task: { type: 'classification' },
      data: { train: 'train-texts.csv', validation: 'dev-texts.csv' },
      validate: { everySteps: 4, metric: 'f1' },
    });
    const done = await json('train', recipe);
    const file = workspace.path('runs/mood-1/mood.sft.safetensors');
    const { metadata, sft: trained } = await readSft(file);
    expect(metadata).toMatchObject({ kind: 'task', task: 'classification', labels: ['bad', 'good'] });
    expect([...trained.abs.keys()]).toContain('classifier.weight');
    const found = await json('evaluate', '--base', 'base', '--sft', file, '--data', 'dev-texts.csv');
    expect(found.metrics).toEqual(done.metrics);
    expect(found).toMatchObject({ metric: 'accuracy', examples: 20, units: 20 });
  });

  it('keeps a pooler that the base lacks whole, so that the SFT can be used at all', async () => {
    const bare = workspace.path('bare');
    cpSync(workspace.path('base'), bare, { recursive: true });
    const parameters = await readModelParameters(bare, readModelConfig(bare));
    await writeModel(bare, new Map([...parameters].filter(([name]) => !name.includes('pooler'))));
    const recipe = workspace.task('fresh', {
      base: 'bare',
      task: { type: 'classification' },
      data: { train: 'train-texts.csv', validation: 'dev-texts.csv' },
    });
    const done = await json('train', recipe);
    const file = workspace.path('runs/fresh-1/fresh.sft.safetensors');
    const { sft: trained } = await readSft(file);
    expect([...trained.abs.keys()].filter((name) => name.includes('pooler'))).toHaveLength(2);
    expect([...trained.diffs.keys()].filter((name) => name.includes('pooler'))).toEqual([]);
    const found = await json('evaluate', '--base', 'bare', '--sft', file, '--data', 'dev-texts.csv');
    expect(found.metrics).toEqual(done.metrics);
    // One that goes on from it stores it whole again, also where its mask is elsewhere.
    const on = workspace.task('on', {
      base: 'bare',
      apply: [{ sft: file, head: true }],
      task: { type: 'classification' },
      data: { train: 'train-texts.csv', validation: 'dev-texts.csv' },
      select: { k: 300, within: ['0-1'] },
    });
    const further = await json('train', on);
    const second = workspace.path('runs/on-1/on.sft.safetensors');
    const { sft: next } = await readSft(second);
    expect([...next.abs.keys()].filter((name) => name.includes('pooler'))).toHaveLength(2);
    const both = ['--base', 'bare', '--sft', file, '--sft', second, '--head', '2'];
    const composed = await json('evaluate', ...both, '--data', 'dev-texts.csv');
    expect(composed.metrics).toEqual(further.metrics);
  });

  it('evaluates no head of which a part is missing: random numbers in its place would go unnoticed', async () => {
    const { sft: whole, metadata } = await readSft(workspace.path('runs/fresh-1/fresh.sft.safetensors'));
    const abs = new Map([...whole.abs].filter(([name]) => !name.includes('pooler')));
    await writeSft(workspace.path('part.sft.safetensors'), { ...whole, abs }, metadata);
    const args = ['evaluate', '--base', 'bare', '--sft', 'part.sft.safetensors', '--data', 'dev-texts.csv'];
    const { code, stderr } = await sft(args, { cwd: workspace.folder });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/lacks bert\.pooler\.dense\.weight/)]);
  });

  it('trains on pairs with labels renamed, and reads columns of other names when it evaluates', async () => {
    const task = { type: 'classification', pair: 'hypothesis', rename: { SAME: 'same' } };
    const recipe = workspace.task('pairs', {
      task,
      data: { train: 'train-pairs.jsonl', validation: 'dev-pairs.jsonl' },
    });
    const done = await json('train', recipe);
    const file = workspace.path('runs/pairs-1/pairs.sft.safetensors');
    const other = pairs(20, 'dev'.length).map((line) => {
      const { premise, hypothesis, label } = JSON.parse(line) as Record<string, string>;
      return [premise, hypothesis, label === 'SAME' ? '1' : '0'].join('\t');
    });
    writeFileSync(workspace.path('other.tsv'), `a\tb\tgold\n${other.join('\n')}\n`);
    const columns = [
      '--text',
      'a',
      '--pair',
      'b',
      '--label',
      'gold',
      '--rename',
      '1=same',
      '--rename',
      '0=other',
    ];
    const found = await json('evaluate', '--base', 'base', '--sft', file, '--data', 'other.tsv', ...columns);
    expect(found.metrics).toEqual(done.metrics);
  });

  it('trains on more texts than a call takes arguments', async () => {
    const lines = Array.from({ length: 140_000 }, (_, i) => `ba ${i % 7},${i % 2 === 0 ? 'good' : 'bad'}`);
    writeFileSync(workspace.path('many.csv'), `text,label\n${lines.join('\n')}\n`);
    const recipe = workspace.task('many', {
      task: { type: 'classification' },
      data: { train: 'many.csv' },
      validate: undefined,
      full: { steps: 1 },
      sparse: { steps: 1 },
    });
    expect(await json('train', recipe)).toMatchObject({ type: 'done', entries: 600 });
  });

  it('estimates it, and exports it as a model of transformers', async () => {
    const estimate = await json('estimate', 'mood.sft.yaml');
    expect(estimate).toMatchObject({
      data: [
        { type: 'classified', texts: 60 },
        { type: 'classified', texts: 20 },
      ],
    });
    const out = workspace.path('exported');
    const sftFile = workspace.path('runs/mood-1/mood.sft.safetensors');
    expect(await json('export', sftFile, '--base', 'base', '--out', out)).toMatchObject({
      architecture: 'BertForSequenceClassification',
    });
    const found = await json('evaluate', '--base', out, '--data', 'dev-texts.csv');
    const before = await json('evaluate', '--base', 'base', '--sft', sftFile, '--data', 'dev-texts.csv');
    expect(found.metrics).toEqual(before.metrics);
  });

  it.each([
    [{ type: 'classification', label: 'mood' }, 'There is no column "mood"; there are: text, label.'],
    [{ type: 'classification', labels: ['good', 'fine'] }, 'train-texts.csv:'],
  ])('says what is wrong with %j', async (task, message) => {
    const recipe = workspace.task('wrong', { task, data: { train: 'train-texts.csv' }, validate: undefined });
    const { code, stderr } = await sft(['train', recipe], { cwd: workspace.folder });
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });
});
