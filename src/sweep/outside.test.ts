import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../test/support/files.ts';
import { writeRun } from '../../test/support/inventedFolders.ts';
import { inventedRecipe } from '../../test/support/inventedRecipe.ts';
import { eventsOf } from '../../test/support/inventedRun.ts';
import { newRunFolder } from './newRunFolder.ts';
import { runFolder, sweepPaths } from './paths.ts';
import type { PlannedRun, SweepPlan } from './plan.ts';
import { runLocally } from './runLocally.ts';
import { followSlurm } from './slurm/follow.ts';
import { stateOf, statesOutside } from './states.ts';

/** A plan of one run that takes the full phase of another, which is in the plan no more. */
function planOfFork(): SweepPlan {
  const paths = sweepPaths({ file: join(temporaryFolder(), 'x.sweep.yaml'), name: 'x' });
  const fork = { name: 'fork', needs: 'owner', recipe: inventedRecipe() } as PlannedRun;
  mkdirSync(paths.folder, { recursive: true });
  return { paths, runs: [fork], loaded: { name: 'x' } } as unknown as SweepPlan;
}

/** Its owner, stopped or done, with the full phase or without. */
function writeOwner({ paths }: SweepPlan, isDone: boolean, keeps: boolean): void {
  const run = eventsOf({ name: 'owner', full: 2, sparse: 2 });
  const stopped = { type: 'stopped', time: '2026-11-25T13:10:00.000Z', reason: 'asked to stop' } as const;
  const folder = runFolder(paths, 'owner');
  writeRun(folder, 'owner', isDone ? run.whole() : [run.start, stopped]);
  if (keeps) writeFileSync(join(folder, 'full-phase.safetensors'), '');
}

const gone = /^The run owner, whose full phase it takes, is no longer in the sweep/;

describe('a run whose full phase is of one that is in the sweep no more', () => {
  it.each([
    ['done', true, true],
    ['blocked', true, false],
    ['blocked', false, true],
  ] as const)('is told that the other is %s', async (state, isDone, keeps) => {
    const plan = planOfFork();
    writeOwner(plan, isDone, keeps);
    expect([...(await statesOutside(plan))]).toEqual([['owner', { state, note: null }]]);
  });

  it('is told that there is none, and that those of the plan are not meant', async () => {
    const plan = planOfFork();
    expect((await statesOutside(plan)).get('owner')?.state).toBe('blocked');
    const both = [...plan.runs, { ...plan.runs[0], name: 'owner', needs: null }];
    expect((await statesOutside({ ...plan, runs: both })).size).toBe(0);
  });

  const local = {
    programs: '/nowhere',
    node: '/nowhere/node',
    engine: 'cpu',
    jobs: 1,
    threads: 1,
    memory: 1,
    priority: 0,
    keepAwake: false,
    onChange: () => undefined,
  } as const;

  it('is blocked, and the sweep ends; it is started where the full phase is there', async () => {
    const plan = planOfFork();
    const run = () => runLocally(plan, { ...local, signal: AbortSignal.timeout(20_000) });
    const blocked = { state: 'blocked', note: expect.stringMatching(gone) as string };
    expect((await run()).get('fork')).toEqual(blocked);
    expect(existsSync(runFolder(plan.paths, 'fork'))).toBe(false);
    writeOwner(plan, true, true);
    // Its program cannot be started; that it was tried is seen at its folder.
    expect((await run()).get('fork')?.state).toBe('interrupted');
  });

  it.skipIf(process.platform === 'win32')('is blocked on Slurm, too, and submitted to it', async () => {
    const bin = temporaryFolder();
    const asked = join(bin, 'asked');
    writeFileSync(join(bin, 'squeue'), '#!/bin/sh\n', { mode: 0o755 });
    writeFileSync(join(bin, 'sbatch'), `#!/bin/sh\necho "$@" >> '${asked}'\necho 7\n`, { mode: 0o755 });
    vi.stubEnv('PATH', `${bin}:${process.env.PATH}`);
    const plan = planOfFork();
    const notes: string[] = [];
    const follow = () => {
      const stop = new AbortController();
      return followSlurm(plan, {
        mem: '1G',
        cpus: 1,
        engine: 'cpu',
        longestArray: 10,
        node: '/node',
        program: '/program',
        pollSeconds: 1,
        signal: AbortSignal.any([stop.signal, AbortSignal.timeout(20_000)]),
        onChange: () => undefined,
        onNote(text) {
          notes.push(text);
          stop.abort();
        },
      });
    };
    try {
      const blocked = { state: 'blocked', note: expect.stringMatching(gone) as string };
      expect((await follow()).get('fork')).toEqual(blocked);
      expect(existsSync(asked)).toBe(false);
      writeOwner(plan, true, true);
      await expect(follow()).rejects.toThrow('aborted');
      expect(notes).toEqual(['submitted 1 run as job 7']);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

it('a run whose folder alone was made is not one that has ended', async () => {
  const plan = planOfFork();
  const folder = await newRunFolder(plan.paths, plan.runs[0]);
  expect(await stateOf(folder)).toEqual({ state: 'waiting', note: null });
  expect(await newRunFolder(plan.paths, plan.runs[0])).toBe(folder);
  writeFileSync(join(folder, 'log.txt'), '');
  expect((await stateOf(folder)).state).toBe('interrupted');
  rmSync(folder, { recursive: true });
  expect((await stateOf(folder)).state).toBe('waiting');
});
