import { expect, it } from 'vitest';
import { sft } from '../support/cli.ts';
import { temporaryFolder } from '../support/files.ts';
import { tinyWorkspace, type TinyWorkspace } from '../support/tinyWorkspace.ts';
import { runInterrupted, runResult } from './killed-run.ts';

/** So high a learning rate that a phase's best validation is not always its last. */
const optimizer = { learningRate: 0.02, batchSize: 4 };
const phases = { select: { k: 600, iterations: 2 }, full: { steps: 9 }, sparse: { steps: 10 } };
const settings = (metric: string) => ({
  ...phases,
  optimizer,
  validate: { everySteps: 2, metric, keepBest: true },
});
/** 25, or a thousand in a soak. */
const kills = process.env.SFT_SOAK === undefined ? { language: 12, task: 13 } : { language: 500, task: 500 };

const runs = [
  {
    name: 'a language',
    threads: '2',
    kills: kills.language,
    recipe: (workspace: TinyWorkspace) => workspace.language('crash', settings('loss')),
  },
  {
    name: 'a task',
    threads: '1',
    kills: kills.task,
    recipe: (workspace: TinyWorkspace) => workspace.task('crash', settings('accuracy')),
  },
];

it.each(runs)(
  'a run of $name that is killed at $kills random moments ends as the one that nobody disturbed',
  { timeout: process.env.SFT_SOAK === undefined ? 300_000 : 7_200_000 },
  async ({ threads, kills, recipe }) => {
    const workspace = await tinyWorkspace(temporaryFolder());
    const { folder: cwd } = workspace;
    const args = (out: string) => ['train', recipe(workspace), '--threads', threads, '--out', out];
    const { code, stdout } = await sft([...args('undisturbed'), '--json'], { cwd });
    expect(code).toBe(0);
    const undisturbed = await runResult(workspace.path('undisturbed'));
    expect(undisturbed.events.filter(({ type }) => type === 'step')).toHaveLength(38);
    expect(undisturbed.files).toEqual(['crash.sft.safetensors', 'events.jsonl', 'recipe.yaml']);
    expect(undisturbed.reproducible).toBe(true);
    const validations = undisturbed.events.filter(({ type }) => type === 'validation');
    expect(
      validations.filter(({ phase, step, best }) => best !== true && step === (phase === 'full' ? 9 : 10)),
    ).not.toEqual([]);

    const lines = stdout.split('\n').length;
    let done = 0;
    for (let seed = 1; done < kills; seed++) {
      const times = Math.min(5, kills - done);
      const out = `killed-${seed}`;
      done += await runInterrupted({ cwd, args: args(out), signal: 'SIGKILL', seed, times, lines });
      expect(await runResult(workspace.path(out)), out).toEqual(undisturbed);
    }
  },
);
