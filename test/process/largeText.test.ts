import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { RecipeEstimate } from '../../src/protocol/estimate.ts';
import { loadRecipe } from '../../src/recipe/load.ts';
import { loadBaseFrame } from '../../src/trainer/base.ts';
import { resolveWithFacts } from '../../src/trainer/prepare.ts';
import { readRecipeData } from '../../src/trainer/recipeData.ts';
import { sft } from '../support/cli.ts';
import { temporaryFolder } from '../support/files.ts';
import { writeLargeText } from '../support/largeText.ts';
import { inventSentences, tinyWorkspace, type TinyWorkspace } from '../support/tinyWorkspace.ts';
import { eventsOf, runInterrupted, runResult } from './killed-run.ts';

/** Just more than is read whole, and twice that. */
const [large, twice] = [70 << 20, 140 << 20];
const lines = inventSentences(5000, 1).map((words) => words.map(({ form }) => form).join(' '));

async function workspaceWith(bytes: number): Promise<TinyWorkspace> {
  const workspace = await tinyWorkspace(temporaryFolder());
  writeLargeText(workspace.path('large.txt'), lines, bytes);
  return workspace;
}

it(
  'a run on a large text that is killed goes on where it was, and ends as the one that nobody disturbed',
  { timeout: 300_000 },
  async () => {
    const workspace = await workspaceWith(large);
    const { folder: cwd } = workspace;
    const recipe = workspace.language('large', {
      data: { text: ['text.txt', 'large.txt'], validationShare: 0.1 },
      select: { k: 600, iterations: 2 },
      full: { steps: 9 },
      sparse: { steps: 10 },
      optimizer: { learningRate: 0.02, batchSize: 4, accumulate: 2 },
      validate: { everySteps: 4, metric: 'loss', keepBest: true, sample: 20 },
    });
    const args = (out: string) => ['train', recipe, '--threads', '1', '--out', out];
    const { code, stdout, stderr } = await sft([...args('undisturbed'), '--json'], { cwd });
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const undisturbed = await runResult(workspace.path('undisturbed'));
    const notes = undisturbed.events.flatMap(({ type, text }) => (type === 'note' ? [String(text)] : []));
    expect(notes.join('\n')).toMatch(/The text \(73 MB\) is read while training goes on/);
    expect(notes.join('\n')).toMatch(/Validation takes the first \d+ of \d+ lines \(1 MB\)/);
    const size = stdout.split('\n').length;
    for (const seed of [1, 2]) {
      const out = `killed-${seed}`;
      const options = { cwd, args: args(out), signal: 'SIGKILL', seed, times: 3, lines: size } as const;
      expect(await runInterrupted(options)).toBeGreaterThan(0);
      expect(await runResult(workspace.path(out)), out).toEqual(undisturbed);
    }
  },
);

it('an epoch of a large text is as long as estimated, in estimates too', { timeout: 120_000 }, async () => {
  const workspace = await workspaceWith(large);
  const { folder: cwd } = workspace;
  const recipe = workspace.language('epochs', {
    data: { text: 'large.txt', validationShare: 0 },
    validate: undefined,
    method: 'full',
    full: { epochs: 0.0001 },
  });
  const estimated = await sft(['estimate', recipe, '--json'], { cwd });
  expect(estimated.stderr).toBe('');
  const estimate = JSON.parse(estimated.stdout) as RecipeEstimate;
  expect(estimate.data[0]).toMatchObject({
    type: 'text',
    sampled: { ofBytes: statSync(workspace.path('large.txt')).size },
  });
  const { code } = await sft(['train', recipe, '--threads', '1', '--out', 'out', '--json'], { cwd });
  expect(code).toBe(0);
  const steps = eventsOf(workspace.path('out')).filter(({ type }) => type === 'step').length;
  expect(steps / estimate.time.steps).toBeGreaterThan(0.95);
  expect(steps / estimate.time.steps).toBeLessThan(1.05);
});

it('an estimate counts what a run validates on and keeps in memory', { timeout: 120_000 }, async () => {
  const workspace = await workspaceWith(large);
  const recipe = workspace.language('some', { data: { text: 'large.txt', validationShare: 0.1 } });
  const loaded = await loadRecipe(recipe);
  const base = await loadBaseFrame(workspace.path('base'));
  const { data } = await readRecipeData(await resolveWithFacts(loaded, base), base, {});
  // 1 MB of the 7 that are held out, and nothing of what is trained on.
  const share = data.validation.count / data.training.count;
  expect(share).toBeGreaterThan(0.012);
  expect(share).toBeLessThan(0.02);
  expect(data.bytes).toBeLessThan(200e6);
});

it('memory does not grow with a large text', { timeout: 300_000 }, async () => {
  const peaks: number[] = [];
  for (const bytes of [large, twice]) {
    const workspace = await workspaceWith(bytes);
    const { folder: cwd } = workspace;
    const peak = workspace.path('peak.cjs');
    writeFileSync(
      peak,
      `process.on('exit', () => require('node:fs').appendFileSync(${JSON.stringify(workspace.path('peaks'))}, process.resourceUsage().maxRSS + '\\n'));`,
    );
    const recipe = workspace.language('memory', {
      data: { text: 'large.txt', validationShare: 0.05 },
      validate: { everySteps: 12, metric: 'loss', sample: 20 },
    });
    const env = { NODE_OPTIONS: `--require ${JSON.stringify(peak)}` };
    const { code } = await sft(['train', recipe, '--threads', '1', '--out', 'out', '--json'], { cwd, env });
    expect(code).toBe(0);
    const kilobytes = readFileSync(workspace.path('peaks'), 'utf8').trim().split('\n').map(Number);
    peaks.push(Math.max(...kilobytes) * 1024);
  }
  // Ten times as much comes with 70 MB that are read whole.
  expect(peaks[1] - peaks[0]).toBeLessThan(40 * 2 ** 20);
});

it(
  'a large text with a fault is refused before anything trains, with file and line',
  { timeout: 120_000 },
  async () => {
    const workspace = await workspaceWith(large);
    const { folder: cwd } = workspace;
    const file = workspace.path('large.txt');
    const recipe = workspace.language('fault', { data: { text: 'large.txt' } });
    const train = () => sft(['train', recipe, '--out', 'out', '--json'], { cwd });
    const bytes = readFileSync(file);
    const last = bytes.toString('latin1').split('\n').length - 1;
    const at = bytes.lastIndexOf(0x0a, bytes.length - 2) + 1;
    bytes[at] = 0xff;
    writeFileSync(file, bytes);
    const broken = await train();
    expect(broken.code).toBe(1);
    expect(broken.stdout + broken.stderr).toContain(`large.txt:${last}: The text is not valid UTF-8`);

    truncateSync(file, 0);
    writeFileSync(file, Buffer.concat([Buffer.from('ba\n'), Buffer.alloc(large, 'ba ')]));
    expect(statSync(file).size).toBeGreaterThan(large);
    const endless = await train();
    expect(endless.code).toBe(1);
    expect(endless.stdout + endless.stderr).toMatch(/large\.txt:2: This line is longer than 4 MB/);
  },
);
