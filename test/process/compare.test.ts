import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sft } from '../support/cli.ts';
import { inventSft } from '../support/inventSft.ts';
import { tinyWorkspace, type TinyWorkspace } from '../support/tinyWorkspace.ts';

const labels = ['ADJ', 'ADV', 'NOUN', 'PUNCT', 'VERB'];
let workspace: TinyWorkspace;

beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft compare é#-')));
  const base = workspace.path('base');
  await inventSft(base, workspace.path('pos.sft.safetensors'), { seed: 1, labels });
  await inventSft(base, workspace.path('pos2.sft.safetensors'), { seed: 3, labels });
  await inventSft(base, workspace.path('x+y.sft.safetensors'), { seed: 2, share: 0.2 });
});

afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

async function run(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await sft(args, { cwd: workspace.folder });
  expect(code, `${stdout}${stderr}`).toBe(0);
  return stdout;
}

async function json(...args: string[]): Promise<Record<string, unknown>> {
  return JSON.parse(await run(...args, '--json')) as Record<string, unknown>;
}

async function problem(...args: string[]): Promise<string> {
  const { code, stdout } = await sft([...args, '--json'], { cwd: workspace.folder });
  expect(code).toBe(1);
  return (JSON.parse(stdout) as { error: { code: string } }).error.code;
}

const on = (data: string) => ['--base', 'base', '--data', data];
const pos = 'pos.sft.safetensors';
const composed = `${pos}+x+y.sft.safetensors@0.7`;

describe('sft evaluate', () => {
  it('shows strict scores of types of spans beside the lenient ones', async () => {
    const base = workspace.path('base');
    const types = ['B-PER', 'I-LOC', 'I-PER', 'O'];
    const spans = await inventSft(base, workspace.path('spans.sft.safetensors'), { seed: 4, labels: types });
    writeFileSync(workspace.path('spans.txt'), 'ba I-PER\nbe I-PER\nbi O\nbo I-LOC\n\nda I-PER\nde B-PER\n');
    const evaluate = ['evaluate', ...on('spans.txt'), '--sft', spans, '--per-label'];
    expect(await run(...evaluate)).toMatch(
      /^label +precision +recall +F1 +strict precision +strict recall +strict F1 +support$/m,
    );
    const found = (await json(...evaluate)) as {
      labels: Record<string, { support: number; strict: Record<string, number> }>;
    };
    expect(Object.keys(found.labels)).toEqual(['LOC', 'PER']);
    expect(found.labels.PER.support).toBe(3);
    expect(Object.keys(found.labels.PER.strict)).toEqual(['precision', 'recall', 'f1']);
  });

  it('shows labels, a sample, and writes what went wrong', async () => {
    const text = await run(
      'evaluate',
      ...on('dev.conllu'),
      '--sft',
      pos,
      '--per-label',
      '--examples',
      'wrong.txt',
    );
    expect(text).toMatch(/^accuracy [\d.]+ % {2}95 % interval/);
    expect(text).toMatch(/^label +precision +recall +F1 +support$/m);
    expect(text).toMatch(/^NOUN .* %/m);
    const wrong = readFileSync(workspace.path('wrong.txt'), 'utf8');
    const words = wrong.split('\n').filter((line) => line.endsWith('\t*'));
    expect(words.length).toBeGreaterThan(0);
    for (const line of words) {
      const [, gold, predicted] = line.split('\t');
      expect(labels).toContain(gold);
      expect(gold).not.toBe(predicted);
    }
    const sample = await json('evaluate', ...on('train.conllu'), '--sft', pos, '--sample', '10');
    expect(sample.examples).toBe(10);
  });

  it('adds by another rule, as composing into a file does', async () => {
    const sfts = ['--sft', pos, '--sft', 'x+y.sft.safetensors'];
    const sum = await json('evaluate', ...on('dev.conllu'), ...sfts);
    const priority = await json('evaluate', ...on('dev.conllu'), ...sfts, '--rule', 'priority');
    expect(priority.metrics).not.toEqual(sum.metrics);
    await run('compose', pos, 'x+y.sft.safetensors', '--rule', 'priority', '--out', 'p.sft.safetensors');
    const one = await json('evaluate', ...on('dev.conllu'), '--sft', 'p.sft.safetensors');
    expect(one.metrics).toEqual(priority.metrics);
    expect(await run('inspect', 'p.sft.safetensors')).toContain('rule: priority');
  });
});

describe('sentences of the data that a language SFT has read', () => {
  it('are counted and said by evaluate and compare, but of files for development', async () => {
    const [sentence] = readFileSync(workspace.path('dev.conllu'), 'utf8').split('\n\n');
    const words = sentence.split('\n').map((line) => line.split('\t')[1]);
    writeFileSync(workspace.path('read.txt'), `${words.join(' ')}\nother lines\n`);
    await inventSft(workspace.path('base'), workspace.path('reader.sft.safetensors'), {
      seed: 8,
      metadata: { recipe: 'kind: language\nname: reader\nbase: base\ndata: { text: read.txt }\n' },
    });
    const note = '1 of 12 sentences of the file dev.conllu stands in the text of the SFT reader.';
    const sfts = ['--sft', pos, '--sft', 'reader.sft.safetensors'];
    expect((await json('evaluate', ...on('dev.conllu'), ...sfts)).notes).toEqual([note]);
    expect((await json('evaluate', ...on('dev.conllu'), ...sfts, '--role', 'dev')).notes).toEqual([]);
    const compared = await sft(
      ['compare', ...on('dev.conllu'), '--sft', pos, '--sft', `${pos}+reader.sft.safetensors`],
      { cwd: workspace.folder },
    );
    expect(compared.stderr.match(/^note: .*$/gm)).toEqual([`note: ${note}`]);
    const both = await json(
      'compare',
      ...on('dev.conllu'),
      '--sft',
      pos,
      '--sft',
      `${pos}+reader.sft.safetensors`,
    );
    expect(both).toMatchObject({ warnings: [], notes: [note] });
    // Raw text is looked for line by line.
    writeFileSync(workspace.path('held.txt'), 'other lines\nheld out lines of another text\n');
    const raw = await json(
      'evaluate',
      ...on('held.txt'),
      '--sft',
      'reader.sft.safetensors',
      '--block-size',
      '8',
    );
    expect(raw.notes).toEqual([
      'The interval is drawn from a single unit (a sentence, a text, a premise, a paragraph): with fewer than 10 it is too narrow.',
      '1 of 2 lines of the file held.txt stands in the text of the SFT reader.',
    ]);
  });
});

describe('sft compare', () => {
  it('compares with the first: difference, interval, p and Holm', async () => {
    const systems = ['--sft', pos, '--sft', composed, '--sft', 'pos2.sft.safetensors'];
    const found = await json('compare', ...on('train.conllu'), ...systems);
    expect(found).toMatchObject({ metric: 'accuracy', examples: 48, comparisons: 2 });
    const [first, second, third] = found.systems as Record<string, never>[];
    expect(first).not.toHaveProperty('against');
    for (const { value, against } of [second, third] as unknown as Compared[]) {
      expect(against.difference).toBeCloseTo(value - (first as unknown as Compared).value, 12);
      expect(against.p).toBeGreaterThan(0);
      expect(against.adjusted).toBeGreaterThanOrEqual(against.p);
      expect(against.interval.low).toBeLessThanOrEqual(against.difference);
    }
    const alone = await json(
      'evaluate',
      ...on('train.conllu'),
      '--sft',
      pos,
      '--sft',
      'x+y.sft.safetensors@0.7',
    );
    expect(second.value).toBe(alone.value);
    const text = await run('compare', ...on('train.conllu'), ...systems, '--metric', 'macroF1');
    expect(text).toMatch(/^composition +macroF1 .* p +Holm$/m);
    expect(text).toContain('Holm over 2 comparisons');
  });

  it('counts forks of one full phase as one seed', async () => {
    const forks = ['fork1.sft.safetensors', 'fork2.sft.safetensors'];
    for (const [i, fork] of forks.entries())
      await inventSft(workspace.path('base'), workspace.path(fork), {
        seed: 5 + i,
        labels,
        metadata: { fullPhase: 'one' },
      });
    const system = [pos, ...forks].join('|');
    const found = await json('compare', ...on('dev.conllu'), '--sft', pos, '--sft', system);
    const [first, several] = found.systems as { seeds: number; value: number; deviation?: number }[];
    expect([first.seeds, several.seeds]).toEqual([1, 2]);
    const values: number[] = [];
    for (const fork of forks)
      values.push((await json('evaluate', ...on('dev.conllu'), '--sft', fork)).value as number);
    expect(several.value).toBeCloseTo((first.value + (values[0] + values[1]) / 2) / 2, 12);
    const text = await run('compare', ...on('dev.conllu'), '--sft', pos, '--sft', forks.join('|'));
    expect(text).toContain('of these very models');
  });

  it('takes the models of several seeds, and refuses what cannot be paired', async () => {
    const seeds = `${pos}|pos2.sft.safetensors`;
    const found = await json('compare', ...on('dev.conllu'), '--sft', pos, '--sft', seeds);
    expect((found.systems as { seeds: number }[]).map((system) => system.seeds)).toEqual([1, 2]);
    const three = `${seeds}|${pos}`;
    expect(await problem('compare', ...on('dev.conllu'), '--sft', seeds, '--sft', three)).toBe(
      'compare-seeds',
    );
    expect(await problem('compare', ...on('dev.conllu'), '--sft', pos, '--metric', 'x')).toBe(
      'compare-metric',
    );
  });
});

describe('sft results', () => {
  it('lists every evaluation, filters, and writes CSV and LaTeX', async () => {
    copyFileSync(workspace.path('dev.conllu'), workspace.path('listed.conllu'));
    await run('evaluate', ...on('listed.conllu'), '--sft', pos, '--role', 'dev');
    const { results } = (await json('results', '--filter', 'data=listed', '--filter', 'role=dev')) as {
      results: Record<string, unknown>[];
    };
    expect(results).toHaveLength(1);
    expect(results[0]).toMatchObject({
      base: { name: 'base' },
      sfts: [{ name: pos, coefficient: 1, hash: expect.stringMatching(/^[0-9a-f]{64}$/) }],
      data: { file: workspace.path('listed.conllu'), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      metric: 'accuracy',
      examples: 12,
      role: 'dev',
      tuned: false,
    });
    appendFileSync(workspace.path('.sft-home/results/evaluations.jsonl'), '{"date": "half');
    await run('evaluate', ...on('dev.conllu'), '--sft', pos, '--role', 'test');
    expect(await run('results', '--filter', 'role=test')).toContain('dev.conllu (test)');
    const byValue = (await json('results', '--sort', 'value', '--ascending')) as {
      results: { value: number }[];
    };
    const values = byValue.results.map(({ value }) => value);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    expect(new Set(values).size).toBeGreaterThan(1);
    const csv = (await run('results', '--csv')).trim().split('\n');
    const all = ((await json('results')) as { results: unknown[] }).results.length;
    expect(csv).toHaveLength(all + 1);
    expect(csv[0]).toMatch(/^date,sfts,rule/);
    expect(await run('results', '--latex', '--filter', 'sft=x+y')).toContain('pos + 0.7 x+y & base');
  });
});

interface Compared {
  value: number;
  against: { difference: number; p: number; adjusted: number; interval: { low: number } };
}
