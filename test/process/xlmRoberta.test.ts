import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isTree } from '../../src/core/trees.ts';
import { loadTokenizer } from '../../src/data/tokenizer/loadTokenizer.ts';
import { parseConllu } from '../../src/formats/conllu.ts';
import { readSft } from '../../src/formats/sftFile.ts';
import { sftJson } from '../support/cli.ts';
import {
  inventSentences,
  tinyWorkspace,
  type TinyWorkspace,
  writeTinyXlmR,
} from '../support/tinyWorkspace.ts';
import { eventsOf, runInterrupted, runResult } from './killed-run.ts';

let workspace: TinyWorkspace;
const json = (...args: string[]) => sftJson(args, { cwd: workspace.folder });

beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft-xlm-r-')));
  await writeTinyXlmR(workspace.path('xlm-r'), 3);
  for (const [part, count] of [
    ['train', 60],
    ['dev', 20],
  ] as const) {
    // Words that are in no other text tell the label: of the text, of the second one of a pair.
    const sentences = inventSentences(count, part.length).map((words, i) => {
      const told = i % 2 === 0 ? 'zuzu' : 'gigi';
      return `${`${told} `.repeat(6)}${words[0].form}`;
    });
    const labels = ['good', 'bad'];
    const texts = sentences.map((text, i) => `${text}\t${labels[i % 2]}`);
    writeFileSync(workspace.path(`${part}-texts.tsv`), `text\tlabel\n${texts.join('\n')}\n`);
    const plain = inventSentences(count, 9).map(([word]) => word.form);
    const pairs = sentences.map((text, i) => `${plain[i]}\t${text}\t${labels[i % 2]}`);
    writeFileSync(workspace.path(`${part}-pairs.tsv`), `premise\thypothesis\tlabel\n${pairs.join('\n')}\n`);
  }
});

afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

const steps = { full: { steps: 40 }, sparse: { steps: 40 } };
const tasks = [
  {
    name: 'trees',
    fields: { task: { type: 'parsing' }, validate: { everySteps: 15, metric: 'las' } },
    dev: 'dev.conllu',
    head: ['biaffine_arcs.weight', 'biaffine_rels.weight'],
  },
  {
    name: 'texts',
    fields: {
      task: { type: 'classification' },
      data: { train: 'train-texts.tsv', validation: 'dev-texts.tsv' },
    },
    dev: 'dev-texts.tsv',
    head: ['classifier.dense.weight', 'classifier.out_proj.weight'],
  },
  {
    name: 'pairs',
    fields: {
      task: { type: 'classification', pair: 'hypothesis' },
      data: { train: 'train-pairs.tsv', validation: 'dev-pairs.tsv' },
    },
    dev: 'dev-pairs.tsv',
    head: ['classifier.dense.weight', 'classifier.out_proj.weight'],
  },
];
const optimizer = { learningRate: 0.005, batchSize: 8 };
const mean = (some: readonly number[]) => some.reduce((sum, loss) => sum + loss, 0) / some.length;
const recipeOf = (name: string, fields: object) =>
  workspace.task(name, { base: 'xlm-r', dropout: 0, optimizer, ...steps, ...fields });
const fileOf = (name: string) => workspace.path(`runs/${name}-1/${name}.sft.safetensors`);

describe.each(tasks)('on an XLM-RoBERTa: $name', ({ name, fields, dev, head }) => {
  it('are learnt, and evaluated as the run did at its end', async () => {
    const done = await json('train', recipeOf(name, fields));
    const { sft } = await readSft(fileOf(name));
    expect([...sft.abs.keys()]).toEqual(expect.arrayContaining(head));
    for (const parameter of sft.diffs.keys()) expect(parameter).toMatch(/^roberta\./);
    for (const phase of ['full', 'sparse']) {
      const losses = eventsOf(workspace.path(`runs/${name}-1`)).flatMap((event) =>
        event.type === 'step' && event.phase === phase ? [event.loss as number] : [],
      );
      expect(losses).toHaveLength(40);
      expect(mean(losses.slice(-5))).toBeLessThan(0.9 * mean(losses.slice(0, 5)));
    }
    const found = await json('evaluate', '--base', 'xlm-r', '--sft', fileOf(name), '--data', dev);
    expect(found.metrics).toEqual(done.metrics);
    const [low, high] = found.interval as [number, number];
    expect(low).toBeLessThanOrEqual(found.value as number);
    expect(high).toBeGreaterThanOrEqual(found.value as number);
  });

  it('are predicted', async () => {
    const args = ['predict', '--base', 'xlm-r', '--sft', fileOf(name), '--data', dev];
    const text = String((await json(...args)).text);
    if (name === 'trees') {
      const sentences = parseConllu(new TextEncoder().encode(text), 'x');
      expect(sentences).toHaveLength(12);
      for (const { words } of sentences) expect(isTree(words.map(({ head: own }) => own))).toBe(true);
      return;
    }
    const { labels = [] } = (await readSft(fileOf(name))).metadata;
    const rows = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly label: string; readonly pair?: string });
    expect(rows).toHaveLength(20);
    expect(rows.every(({ label }) => labels.includes(label))).toBe(true);
    expect(rows.every(({ pair }) => (pair !== undefined) === (name === 'pairs'))).toBe(true);
  });

  it('end the same to the bit where the run was interrupted', async () => {
    const short = { ...fields, full: { steps: 7 }, sparse: { steps: 7 } };
    const recipe = recipeOf(`${name}-cut`, short);
    await json('train', recipe, '--out', `${name}-whole`);
    const interrupted = await runInterrupted({
      cwd: workspace.folder,
      args: ['train', recipe, '--out', `${name}-parts`],
      signal: 'SIGINT',
      seed: 3,
      times: 1,
      lines: 10,
    });
    expect(interrupted).toBe(1);
    expect(await runResult(workspace.path(`${name}-parts`))).toEqual(
      await runResult(workspace.path(`${name}-whole`)),
    );
  });
});

it('words and pairs of texts are cut and joined as XLM-RoBERTa does', async () => {
  const tokenizer = await loadTokenizer(workspace.path('xlm-r'));
  const pieces = (ids: Iterable<number>) => Array.from(ids, tokenizer.piece);
  expect(pieces(tokenizer.encodePair('tako mi', 'zeva').ids)).toEqual([
    '<s>',
    '▁ta',
    'ko',
    '▁mi',
    '</s>',
    '</s>',
    '▁ze',
    'va',
    '</s>',
  ]);
});
