import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newSession } from '../../src/extension/programs/session.ts';
import { notedSession } from '../support/notedSession.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sft-idle-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function goes(pid: number): Promise<void> {
  for (let waited = 0; waited < 20_000; waited += 20) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await wait(20);
  }
  throw new Error('It is still there');
}

it('a session of which nothing is asked ends, and starts again at the next question', async () => {
  const { pids } = notedSession(folder, resolve(import.meta.dirname, '../../dist'));
  const session = newSession(
    folder,
    () => undefined,
    () => 0.001,
  );
  try {
    await session.ask('hello');
    await goes(pids()[0]);
    await session.ask('hello');
    expect(pids()).toHaveLength(2);
  } finally {
    session.dispose();
  }
});
