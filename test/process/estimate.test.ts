import { existsSync, mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecipeEstimate } from '../../src/protocol/estimate.ts';
import { sft } from '../support/cli.ts';
import { tinyWorkspace, type TinyWorkspace } from '../support/tinyWorkspace.ts';

let workspace: TinyWorkspace;
beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft-estimate-')));
  // What is not read cannot be missed.
  unlinkSync(workspace.path('base', 'model.safetensors'));
});
afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

function run(recipe: string, ...flags: string[]) {
  return sft(['estimate', recipe, ...flags], { cwd: workspace.folder });
}

async function estimate(recipe: string): Promise<RecipeEstimate> {
  const { code, stdout, stderr } = await run(recipe, '--json', '--threads', '1');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as RecipeEstimate;
}

describe('sft estimate', () => {
  it('of a task: phases, costs, facts of both files; no weights are read, nothing is written', async () => {
    const found = await estimate(workspace.task('pos'));
    expect(found).toMatchObject({
      version: 1,
      name: 'pos',
      kind: 'task',
      k: 600,
      examples: 48,
      warnings: [],
    });
    expect(found.phases.map(({ phase, steps, validations }) => ({ phase, steps, validations }))).toEqual([
      { phase: 'full', steps: 12, validations: 3 },
      { phase: 'sparse', steps: 12, validations: 3 },
    ]);
    expect(found.time.steps).toBe(24);
    expect(found.time.seconds).toBeGreaterThan(0);
    expect(found.memory).toMatchObject({ fits: true });
    expect(found.disk.peak).toBeGreaterThan(found.disk.sft);
    expect(found.machine.threads).toBe(1);

    const lines = readFileSync(workspace.path('train.conllu'), 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    const nouns = lines.filter((line) => line.split('\t')[3] === 'NOUN').length;
    const [train, dev] = found.data;
    expect(train).toMatchObject({
      role: 'train',
      sentences: 48,
      words: lines.length,
      unknownPieces: 0,
      cut: 0,
    });
    expect(dev).toMatchObject({ role: 'validation', sentences: 12 });
    const labels = train.type === 'tagged' ? train.labels : [];
    expect(labels).toContainEqual({ label: 'NOUN', count: nouns });
    expect(labels.map(({ count }) => count)).toEqual(labels.map(({ count }) => count).sort((a, b) => b - a));
    expect(existsSync(workspace.path('runs'))).toBe(false);
    expect(existsSync(workspace.path('.sft-home'))).toBe(false);
  });

  it('of a language: lines, words, pieces, blocks', async () => {
    const found = await estimate(workspace.language('xx'));
    const text = readFileSync(workspace.path('text.txt'), 'utf8');
    const words = text.split(/\s+/).filter((word) => word !== '');
    expect(found.data[0]).toMatchObject({
      type: 'text',
      role: 'text',
      lines: 80,
      words: words.length,
      sampled: null,
    });
    expect(found.data[0]).toMatchObject({ examples: found.examples, maxLength: 24 });
    expect(found.data[1]).toMatchObject({ type: 'text', role: 'validation', lines: 16 });
  });

  it('prints a table and warns', async () => {
    const strange = Array.from(
      { length: 10 },
      (_, i) => `${i + 1}\tЖЖ\t_\tNOUN\t_\t_\t${Number(i > 0)}\tdep\t_\t_\n`,
    );
    writeFileSync(workspace.path('strange.conllu'), `${strange.join('')}\n`);
    const data = { train: ['train.conllu', 'strange.conllu'], validation: 'dev.conllu' };
    const { code, stdout, stderr } = await run(workspace.task('odd', { data, maxLength: 8 }));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^odd: base, [\d,]+ parameters, K 600 \(2\.6 % of 23,104\), 49 examples$/m);
    expect(stdout).toMatch(/^full +12 +\d+ ms +3 of /m);
    expect(stdout).toMatch(/^strange\.conllu +train +1 sentence +10 +10 +1\.00 +100\.0 %/m);
    expect(stdout).toMatch(/^warning: 100 % of the word pieces of strange\.conllu are unknown/m);
    expect(stdout).toMatch(
      /^warning: \d+ of 48 sentences of train\.conllu are longer than 8 word pieces; \d+ words/m,
    );
    expect(stdout).toMatch(/^labels of dev\.conllu: [A-Z]+ \d+, /m);
  });

  it.each([
    { fields: { base: './absent' }, says: /which does not exist/ },
    { fields: { data: { train: 'absent.conllu' } }, says: /does not exist/ },
    { fields: { select: { k: 1_000_000 } }, says: /has room for 1 to 23104/ },
    { fields: { maxLength: 5000 }, says: /at most 48 word pieces/ },
  ])('refuses $fields as training does', async ({ fields, says }) => {
    const { code, stdout, stderr } = await run(workspace.task('wrong', { ...fields, validate: undefined }));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(/^sft: .*wrong\.sft\.yaml:\d+/);
  });

  it('refuses labels that training lacks, text that fills no block, and no recipe at all', async () => {
    writeFileSync(workspace.path('new.conllu'), '1\tba\t_\tBOTH\t_\t_\t0\troot\t_\t_\n\n');
    const labels = await run(
      workspace.task('new', { data: { train: 'train.conllu', validation: 'new.conllu' } }),
    );
    expect(labels.stderr).toMatch(/new\.conllu:1: The label "BOTH" does not occur in the training data/);
    writeFileSync(workspace.path('short.txt'), 'ba be\n');
    const fields = { data: { text: 'short.txt', validationShare: 0 }, validate: undefined };
    const text = await run(workspace.language('short', fields), '--json');
    expect(text.code).toBe(1);
    expect(JSON.parse(text.stdout)).toMatchObject({ error: { code: 'data-too-few-pieces' } });
    expect((await run('nothing.sft.yaml')).code).toBe(1);
    expect((await run(workspace.task('pos'), '--threads', '0')).code).toBe(2);
  });
});
