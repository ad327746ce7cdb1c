import { beforeAll, describe, expect, it } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { awaitRunEnd } from '../../src/runs/runEnd.ts';
import { readRunView } from '../../src/runs/readRun.ts';
import { sft } from '../support/cli.ts';
import { isAt, liveWorkspace, parentOf, until, watchRun, type LiveWorkspace } from '../support/liveRuns.ts';
import { isAlive } from '../../src/runs/processStart.ts';
import { tinyWorkspace, type TinyWorkspace } from '../support/tinyWorkspace.ts';
import { runResult, type RunResult } from './killed-run.ts';

const length = { full: { steps: 300 }, sparse: { steps: 600 }, checkpoint: { everySteps: 75 } };

function recipeIn(workspace: TinyWorkspace): string {
  return workspace.task('pos', {
    ...length,
    validate: { everySteps: 60, metric: 'accuracy', keepBest: true },
  });
}

/** What must not depend on how a run was interrupted. */
function lasting({ sft: bits, metrics, reproducible, events }: RunResult) {
  return { bits, metrics, reproducible, events };
}

let undisturbed: ReturnType<typeof lasting>;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sft-undisturbed-'));
  try {
    const recipe = recipeIn(await tinyWorkspace(folder));
    const { code } = await sft(['train', recipe, '--out', 'out', '--threads', '1', '--json'], {
      cwd: folder,
    });
    expect(code).toBe(0);
    undisturbed = lasting(await runResult(join(folder, 'out')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** A detached run that has come so far. */
async function runAt(phase: 'full' | 'sparse') {
  const workspace = await liveWorkspace();
  const entry = await workspace.detach(recipeIn(workspace), 'out');
  const client = await workspace.reach('out');
  const watched = await watchRun(client);
  await watched.when(`the middle of the ${phase} phase`, isAt(phase, 5));
  return { workspace, entry, client, watched, folder: workspace.path('out') };
}

/** The run must have ended by itself, as the one that nobody disturbed. */
async function expectUndisturbed(workspace: LiveWorkspace): Promise<void> {
  await workspace.gone('out');
  expect(await awaitRunEnd(workspace.path('out'))).toEqual({
    outcome: 'done',
    cause: null,
    resumable: false,
  });
  expect(lasting(await runResult(workspace.path('out')))).toEqual(undisturbed);
}

describe.each(['full', 'sparse'] as const)('a run that in its %s phase', (phase) => {
  it('is paused and goes on, ends as one that nobody disturbed; watchers see what the record says', async () => {
    const { workspace, client, watched, folder } = await runAt(phase);
    await client.steer('pause');
    await until('it has paused', async () => (await workspace.entry('out')).status === 'paused');
    const { done } = await (await workspace.reach('out')).progress();
    expect(done).toBeLessThan(phase === 'full' ? 300 : 900);
    await workspace.json('resume', folder);
    await expectUndisturbed(workspace);
    await watched.when('the end', ({ run }) => run.status === 'done');
    expect(watched.view).toEqual(await readRunView(folder));
  });

  it('is stopped and resumed, ends as one that nobody disturbed', async () => {
    const { workspace, client, folder } = await runAt(phase);
    await client.steer('stop');
    await workspace.gone('out');
    expect(await awaitRunEnd(folder)).toMatchObject({ outcome: 'stopped', resumable: true });
    expect(await workspace.json('resume', folder)).toEqual({ folder });
    await expectUndisturbed(workspace);
  });

  it('is killed, says that memory ran out, and resumed ends as one that nobody disturbed', async () => {
    // In the full phase it has no checkpoint yet, and starts anew.
    const { workspace, entry, folder } = await runAt(phase);
    process.kill(entry.pid, 'SIGKILL');
    await workspace.gone('out');
    const { outcome, cause, resumable } = await awaitRunEnd(folder);
    expect({ outcome, resumable }).toEqual({ outcome: 'interrupted', resumable: true });
    expect(cause?.what).toMatch(/killed, probably because the machine ran out of memory/);
    expect(cause?.log.join('\n')).toMatch(/phase: \d+ steps/);
    await workspace.json('resume', folder);
    await expectUndisturbed(workspace);
  });
});

describe('the supervisor of a run', () => {
  it('is killed: the run goes on', async () => {
    const { workspace, entry } = await runAt('full');
    process.kill(parentOf(entry.pid), 'SIGKILL');
    await expectUndisturbed(workspace);
  });

  it('is killed with it: the run is interrupted, and goes on when it is resumed', async () => {
    const { workspace, entry, folder } = await runAt('sparse');
    const supervisor = parentOf(entry.pid);
    process.kill(supervisor, 'SIGKILL');
    process.kill(entry.pid, 'SIGKILL');
    await until('both are gone', () => !isAlive(entry.pid) && !isAlive(supervisor));
    const { outcome, cause } = await awaitRunEnd(folder, 0);
    expect(outcome).toBe('interrupted');
    expect(cause?.what).toMatch(/gone without a word/);
    await workspace.json('resume', folder);
    await expectUndisturbed(workspace);
  });

  it('passes on that the session ends, and so does the system: the run saves and stops', async () => {
    const { workspace, entry, folder } = await runAt('full');
    // As systemd does: every process of the session is told.
    process.kill(-parentOf(entry.pid), 'SIGTERM');
    await workspace.gone('out');
    expect(await awaitRunEnd(folder)).toMatchObject({ outcome: 'stopped' });
    await workspace.json('resume', folder);
    await expectUndisturbed(workspace);
  });
});
