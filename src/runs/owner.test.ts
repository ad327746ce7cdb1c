import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { claimRun, type RunClaim, runOwner } from './owner.ts';
import { pidNamespace, processStart } from './processStart.ts';

let folder: string;
let file: string;
let claims: RunClaim[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sft-owner-'));
  file = join(folder, 'owner-1.json');
  claims = [];
});

afterEach(async () => {
  vi.useRealTimers();
  for (const claim of claims) await claim.release();
  await rm(folder, { recursive: true });
});

async function claim(options?: { force?: boolean }): Promise<RunClaim> {
  const made = await claimRun(folder, options);
  claims.push(made);
  return made;
}

/** An owner file as another process would have written it. */
async function ownedBy(change: Record<string, unknown>, secondsAgo = 0): Promise<void> {
  const owner = {
    host: hostname(),
    namespace: await pidNamespace(),
    pid: process.pid,
    started: await processStart(process.pid),
    token: 'another',
  };
  await writeFile(file, JSON.stringify({ ...owner, ...change }));
  await age(secondsAgo);
}

async function age(seconds: number): Promise<void> {
  const time = new Date(Date.now() - seconds * 1000);
  await utimes(file, time, time);
}

const owned = (details: object): object => expect.objectContaining({ code: 'run-owned', ...details });

describe('the owner of a run', () => {
  it('is one process, until it gives the run back', async () => {
    expect(await runOwner(folder)).toBeUndefined();
    const first = await claim();
    expect(await runOwner(folder)).toMatchObject({ pid: process.pid, here: true, alive: true });
    await expect(claim()).rejects.toEqual(
      owned({ message: expect.stringContaining(`in process ${process.pid}`), place: { file: folder } }),
    );
    await first.release();
    await first.release();
    expect(await readdir(folder)).toEqual([]);
    await claim();
  });

  it('is replaced when its process has ended, however short ago', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    await ownedBy({ pid: child.pid });
    expect(await runOwner(folder)).toMatchObject({ alive: false });
    await claim();
    expect(await readdir(folder)).toEqual(['owner-2.json']);
  });

  it('is replaced when its number belongs to a later process', async () => {
    await ownedBy({ started: 'some other time' });
    await claim();
  });

  it('is known by its heartbeat alone where nobody can tell when its process started', async () => {
    await ownedBy({ started: null });
    await expect(claim()).rejects.toEqual(owned({}));
    await age(300);
    await claim();
  });

  it('on another host is known by its heartbeat', async () => {
    await ownedBy({ host: 'other.example', pid: 4242 }, 60);
    await expect(claim()).rejects.toEqual(
      owned({ message: expect.stringMatching(/process 4242 on other\.example, .* 60 s ago/) }),
    );
    await age(300);
    await claim();
  });

  it('in another container of this host is known by its heartbeat', async () => {
    await ownedBy({ namespace: 'pid:[1]', pid: 1 });
    await expect(claim()).rejects.toEqual(owned({}));
    await age(300);
    await claim();
  });

  it('is replaced by force on another host, never on this one', async () => {
    await ownedBy({ host: 'other.example' });
    await claim({ force: true });
    await expect(claim({ force: true })).rejects.toEqual(owned({}));
  });

  it('may be just about to say who it is', async () => {
    await writeFile(file, '');
    await expect(claim()).rejects.toMatchObject({ code: 'run-claimed' });
    await age(20);
    await claim();
  });

  it('is one of many that claim a run at once', async () => {
    for (const dead of [false, true]) {
      if (dead) await ownedBy({ started: 'earlier' });
      const all = await Promise.allSettled(Array.from({ length: 8 }, async () => claimRun(folder)));
      const got = all.filter((one) => one.status === 'fulfilled');
      expect(got).toHaveLength(1);
      await got[0].value.release();
      expect(await readdir(folder)).toEqual([]);
    }
  });

  it('shows that it is alive', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await claim();
    expect(await readdir(folder)).toEqual(['owner-1.json']);
    const text = await readFile(file, 'utf8');
    await age(1000);
    vi.advanceTimersByTime(15_000);
    await vi.waitFor(async () => expect((await stat(file)).mtimeMs).toBeGreaterThan(Date.now() - 60_000));
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it('leaves the file of whoever replaced it alone', async () => {
    const first = await claim();
    await rm(file);
    await ownedBy({ host: 'other.example' });
    await first.release();
    expect(await readFile(file, 'utf8')).toContain('other.example');
  });

  it('says that the folder cannot be written', async () => {
    await expect(claimRun(join(folder, 'none'))).rejects.toMatchObject({ code: 'file-unwritable' });
  });
});
