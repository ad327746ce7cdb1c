import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sft } from '../support/cli.ts';
import { temporaryFolder } from '../support/files.ts';
import { writeLargeText } from '../support/largeText.ts';
import { inventSentences, writeTinyBase } from '../support/tinyWorkspace.ts';

/** Just more than is read whole, and twice that. */
const [large, twice] = [70 << 20, 140 << 20];

/** Words that are one unknown piece each, however long: a large text of few pieces. */
const longWords = inventSentences(300, 1).map((words) => words.map(({ form }) => form.repeat(60)).join(' '));

interface Measured {
  readonly json: Record<string, unknown>;
  readonly stderr: string;
  /** Bytes. */
  readonly peak: number;
}

async function evaluate(cwd: string, ...args: string[]): Promise<Measured> {
  const peaks = join(cwd, 'peaks');
  writeFileSync(peaks, '');
  const script = join(cwd, 'peak.cjs');
  writeFileSync(
    script,
    `process.on('exit', () => require('node:fs').appendFileSync(${JSON.stringify(peaks)}, process.resourceUsage().maxRSS + '\\n'));`,
  );
  const env = { NODE_OPTIONS: `--require ${JSON.stringify(script)}` };
  const all = ['evaluate', '--base', 'base', '--data', 'large.txt', '--threads', '1', '--json', ...args];
  const { stdout, stderr } = await sft(all, { cwd, env });
  const kilobytes = readFileSync(peaks, 'utf8').trim().split('\n').map(Number);
  const json = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
  return { json, stderr, peak: Math.max(...kilobytes) * 1024 };
}

it('memory does not grow with a large text that is evaluated', { timeout: 300_000 }, async () => {
  const peaks: number[] = [];
  const counts: number[] = [];
  for (const bytes of [large, twice]) {
    const cwd = temporaryFolder();
    await writeTinyBase(join(cwd, 'base'), 1);
    writeLargeText(join(cwd, 'large.txt'), longWords, bytes);
    const { json, peak } = await evaluate(cwd);
    expect(json).toMatchObject({ metric: 'loss' });
    expect(json.value).toBeGreaterThan(0);
    const [low, high] = json.interval as [number, number];
    expect(low).toBeLessThanOrEqual(json.value as number);
    expect(high).toBeGreaterThanOrEqual(json.value as number);
    counts.push(json.examples as number);
    peaks.push(peak);
  }
  expect(counts[1] / counts[0]).toBeCloseTo(2, 1);
  // Reading it whole takes several times what it has more; a peak by itself differs by tens of MB from run to run.
  expect(peaks[1] - peaks[0]).toBeLessThan(twice - large);
});

it('hours are asked for first, and a sample is proposed', { timeout: 120_000 }, async () => {
  const cwd = temporaryFolder();
  // Few parameters, and slow: so many layers and heads over long blocks.
  const slow = {
    hidden_size: 64,
    num_attention_heads: 64,
    num_hidden_layers: 48,
    max_position_embeddings: 514,
  };
  await writeTinyBase(join(cwd, 'base'), 1, slow);
  const lines = inventSentences(5000, 1).map((words) => words.map(({ form }) => form).join(' '));
  writeLargeText(join(cwd, 'large.txt'), lines, large);
  const { json } = await evaluate(cwd, '--block-size', '512');
  expect(json.error).toMatchObject({ code: 'evaluate-confirm', file: 'large.txt' });
  const { what, advice } = json.error as { what: string; advice: string };
  expect(what).toMatch(/about \d+ examples will take about [\d.]+ (h|days)/);
  expect(advice).toContain('--sample 2000');
  // Each composition takes as long.
  const compare = [
    'compare',
    '--base',
    'base',
    '--data',
    'large.txt',
    '--sft',
    'base',
    '--sft',
    'base',
    '--block-size',
    '512',
    '--json',
  ];
  const compared = await sft(compare, { cwd });
  expect(JSON.parse(compared.stdout)).toMatchObject({ error: { code: 'evaluate-confirm' } });
});
