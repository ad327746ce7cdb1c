import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/files.ts';
import { streamed } from '../support/streamedHour.ts';

interface Told {
  readonly messages: number;
  readonly mostInASecond: number;
  readonly heap: number;
}

it('a panel gets at most ten messages a second, and the heap of its host is after an hour what it is after ten minutes', () => {
  const program = join(import.meta.dirname, '../support/streamedHost.ts');
  // In a process of its own, whose heap is small: a test runner's would hide what is kept.
  const lines = execFileSync(process.execPath, [program, temporaryFolder()], { encoding: 'utf8' });
  const [early, late] = lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Told);
  expect([early.messages, late.messages]).toEqual([streamed.tenMinutes, streamed.hour]);
  expect(late.mostInASecond).toBeGreaterThan(5);
  expect(late.mostInASecond).toBeLessThanOrEqual(10);
  expect(late.heap).toBeLessThan(1.1 * early.heap);
});
