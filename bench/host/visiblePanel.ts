// `node visiblePanel.ts`: what a panel in sight costs the run that it shows, wall time a step, in a window of VS Code; prints JSON.
// SFT_SHARED names a folder with data/ud and models, as for the other benchmarks.
import { openSync, readSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { stringify } from 'yaml';
import { prepareMachineWithVsix } from '../../test/support/vscode/machine.ts';
import { runCommand } from '../../test/support/vscode/driver/palette.ts';
import { shownStep, train } from '../../test/support/vscode/driver/runs.ts';
import { repository } from '../../test/support/vscode/places.ts';
import { until } from '../../test/support/vscode/until.ts';
import { launchBrowser, openWindow } from '../../test/support/vscode/window.ts';
import { median } from '../statistics.ts';

const shared = process.env.SFT_SHARED ?? resolve(repository, '../shared');
const treebank = join(shared, 'data/ud/English-EWT');
const PAIRS = 3;
/** Steps of a measured stretch, and those after a change that are not counted. */
const STEPS = 120;
const UNCOUNTED = 20;

const recipe = stringify({
  kind: 'task',
  name: 'pos',
  base: join(shared, 'models/all-MiniLM-L6-v2'),
  task: { type: 'tagging', column: 'upos' },
  data: { train: join(treebank, 'train.conllu'), validation: join(treebank, 'dev.conllu') },
  full: { steps: 8000, l1: 0.1 },
  sparse: { steps: 10 },
  validate: { everySteps: 8000 },
});

const { prepared, remove } = await prepareMachineWithVsix();
try {
  if (!('machine' in prepared)) throw new Error('missing' in prepared ? prepared.missing : prepared.broken);
  const browser = await launchBrowser(prepared.machine.chromium);
  const window = await openWindow(prepared.machine, browser, { files: { 'pos.sft.yaml': recipe } });
  try {
    const { page, folder } = window;
    const run = join(folder, 'runs/pos-1');
    await train(page, /^pos/, 'pos-1');
    await until('it is under way', async () => (await shownStep(page)) > UNCOUNTED, 120);
    const steps = stepsOf(run);
    const seen: number[] = [];
    const unseen: number[] = [];
    for (let pair = 0; pair < PAIRS; pair++) {
      seen.push(await stretch(steps));
      await runCommand(page, 'View: Close All Editors');
      unseen.push(await stretch(steps));
      await runCommand(page, 'SFT: Open Run', 'pos-1');
      await page.keyboard.press('Enter');
      await until('it is in sight', async () => (await shownStep(page)) > 0);
    }
    const ratio = median(seen.map((seconds, i) => seconds / unseen[i]));
    process.stdout.write(`${JSON.stringify({ inSight: median(seen), closed: median(unseen), ratio })}\n`);
  } finally {
    await window.close();
    await browser.close();
  }
} finally {
  remove();
}

/** Seconds a step by the clock, all that happens between steps included. */
async function stretch(steps: StepCount): Promise<number> {
  const from = steps.now() + UNCOUNTED;
  const began = await stepReached(steps, from);
  return ((await stepReached(steps, from + STEPS)) - began) / STEPS;
}

/** When a run has made so many steps, in seconds. */
async function stepReached(steps: StepCount, wanted: number): Promise<number> {
  while (steps.now() < wanted) await wait(50);
  return performance.now() / 1000;
}

interface StepCount {
  /** Steps that the run has told so far. */
  readonly now: () => number;
}

/** Counts a run's steps, reading what it has told since the last time only: this must not cost what is measured. */
function stepsOf(run: string): StepCount {
  const file = openSync(join(run, 'events.jsonl'), 'r');
  const chunk = Buffer.alloc(1 << 20);
  let [at, steps, rest] = [0, 0, ''];
  return {
    now() {
      for (let bytes = -1; bytes !== 0; at += bytes) {
        bytes = readSync(file, chunk, 0, chunk.length, at);
        const lines = `${rest}${chunk.toString('utf8', 0, bytes)}`.split('\n');
        rest = lines.pop() ?? '';
        steps += lines.filter((line) => line.includes('"type":"step"')).length;
      }
      return steps;
    },
  };
}
