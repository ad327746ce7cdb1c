import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileBestStore } from '../../src/runs/bestStore.ts';
import { loadCheckpoint, saveCheckpoint } from '../../src/runs/checkpoint.ts';
import { checkpointExtra, stateAt } from './run-folder-state.ts';

const script = join(import.meta.dirname, 'run-folder-killed.ts');
const owning = join(import.meta.dirname, 'run-folder-owning.ts');
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sft-killed-'));
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

async function save(folder: string, step: number): Promise<void> {
  const best = fileBestStore(folder);
  await best.save(stateAt(step).groups);
  await saveCheckpoint(folder, stateAt(step), { ...checkpointExtra, best: best.file() });
}

/** Which signal ended the script. */
async function run(folder: string, killAt: number): Promise<string | null> {
  const child = spawn(process.execPath, [script, folder, String(killAt)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  if (code !== null && code !== 0) throw new Error(`the script failed with ${code}`);
  return signal;
}

describe.skipIf(process.platform === 'win32')('a process that is killed while it saves', () => {
  it('leaves a whole checkpoint at every moment, with the best values of its moment', async () => {
    const before = join(root, 'before');
    await save(before, 1);
    const found = new Set<number>();
    const check = async (killAt: number): Promise<boolean> => {
      const folder = join(root, `killed-${killAt}`);
      await cp(before, folder, { recursive: true });
      const signal = await run(folder, killAt);
      const { state, extra } = await loadCheckpoint(folder, 'abc');
      const { step } = state.position;
      found.add(step);
      expect(state).toEqual(stateAt(step));
      expect(await fileBestStore(folder, extra.best).load()).toEqual(stateAt(step).groups);
      // The next one clears whatever was left half done.
      await save(folder, 3);
      expect(await readdir(folder)).toHaveLength(3);
      return signal === 'SIGKILL';
    };
    let kills = 0;
    for (let next = 1, more = true; more; next += 2) {
      const killed = await Promise.all([check(next), check(next + 1)]);
      kills += killed.filter(Boolean).length;
      more = killed.every(Boolean);
    }
    expect(kills).toBeGreaterThan(20);
    expect(found).toEqual(new Set([1, 2]));
  });
});

describe('a process that owns a run', () => {
  it.each(['end', 'kill'] as const)('is no owner any more after its %s', async (how) => {
    const child = spawn(process.execPath, [owning, root], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    const { claimRun } = await import('../../src/runs/owner.ts');
    await expect(claimRun(root)).rejects.toMatchObject({
      code: 'run-owned',
      message: expect.stringContaining(`in process ${child.pid}`),
    });
    if (how === 'kill') child.kill('SIGKILL');
    else child.stdin.end();
    await once(child, 'exit');
    if (how === 'end') expect(await readdir(root)).toEqual([]);
    const claim = await claimRun(root);
    await claim.release();
    expect(await readdir(root)).toEqual([]);
  });
});
