import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sft, sftJson } from '../support/cli.ts';
import { shared } from '../support/oracle.ts';

const base = join(shared, 'models/all-MiniLM-L6-v2');
const data = (name: string) => join(shared, 'data', name);
const source = data('nli-source/sick-en/train.txt');
const aymara = data('americasnli/dev/aym.tsv');

/** English inference to indigenous languages of the Americas, as in the paper, as far as it can be done in seconds. */
describe.skipIf(![base, source, aymara].every(existsSync))('inference on AmericasNLI', () => {
  let cwd: string;
  const json = (...args: string[]) => sftJson(args, { cwd });
  const evaluate = ['evaluate', '--base', base, '--sft', 'run/nli.sft.safetensors', '--data', aymara];
  const columns = ['--text', 'premise', '--pair', 'hypothesis', '--label', 'label'];

  beforeAll(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'sft-inference-'));
    const labels = ['contradiction', 'entailment', 'neutral'];
    const recipe = {
      kind: 'task',
      base,
      task: {
        type: 'classification',
        text: 'sentence_A',
        pair: 'sentence_B',
        label: 'entailment_judgment',
        rename: Object.fromEntries(labels.map((label) => [label.toUpperCase(), label])),
      },
      data: { train: source },
      optimizer: { batchSize: 8 },
      maxLength: 64,
      full: { steps: 2 },
      sparse: { steps: 2 },
    };
    writeFileSync(join(cwd, 'nli.sft.yaml'), stringify(recipe));
    await json('train', 'nli.sft.yaml', '--out', 'run');
  }, 180_000);

  afterAll(() => rmSync(cwd, { recursive: true, force: true }));

  it('an SFT trained on English has a figure on Aymara, with an interval', { timeout: 120_000 }, async () => {
    const found = await json(...evaluate, ...columns, '--per-label');
    expect(found).toMatchObject({ metric: 'accuracy', examples: 100, units: 100 });
    const [low, high] = found.interval as [number, number];
    expect(low).toBeLessThan(found.value as number);
    expect(high).toBeGreaterThan(found.value as number);
    expect(high - low).toBeLessThan(0.5);
    const gold = readFileSync(aymara, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t')[4]);
    const support = Object.entries(found.labels as Record<string, { support: number }>);
    expect(Object.fromEntries(support.map(([label, scores]) => [label, scores.support]))).toEqual(
      Object.fromEntries(
        ['contradiction', 'entailment', 'neutral'].map((label) => [
          label,
          gold.filter((one) => one === label).length,
        ]),
      ),
    );
  });

  it('says which columns there are where they are not named', async () => {
    const { code, stderr } = await sft(evaluate, { cwd });
    expect(code).toBe(1);
    expect(stderr).toContain(
      'There is no column "sentence_A"; there are: id, language, premise, hypothesis, label.',
    );
  });
});
