import { expect, it } from 'vitest';
import type { LiveStatus } from '../../protocol/liveRun.ts';
import type { LiveRunItem } from './liveRuns.ts';
import { onDidChangeRuns } from './runsChange.ts';

const item = (folder: string, pid: number, status: LiveStatus, done: number) =>
  ({ entry: { folder, pid, status: 'queued' }, progress: { live: { status }, done } }) as LiveRunItem;

it('is told when a run comes, does something else, or goes, and not while it just goes on', () => {
  let runs: readonly LiveRunItem[] = [];
  const listeners = new Set<() => void>();
  let told = 0;
  const event = onDidChangeRuns({
    all: () => runs,
    onDidChange: (listener) => {
      const call = () => void listener();
      listeners.add(call);
      return { dispose: () => void listeners.delete(call) };
    },
  });
  const listening = event(() => told++);
  const now = (...all: readonly LiveRunItem[]): number => {
    runs = all;
    for (const listener of listeners) listener();
    return told;
  };
  expect(now(item('/r/a', 1, 'running', 1))).toBe(1);
  expect(now(item('/r/a', 1, 'running', 2))).toBe(1);
  expect(now(item('/r/a', 1, 'running', 3))).toBe(1);
  expect(now(item('/r/a', 1, 'paused', 3))).toBe(2);
  // Resumed by another process.
  expect(now(item('/r/a', 2, 'paused', 3))).toBe(3);
  expect(now()).toBe(4);
  expect(now()).toBe(4);
  listening.dispose();
  expect(now(item('/r/b', 3, 'running', 0))).toBe(4);
});
