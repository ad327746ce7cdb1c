import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../files.ts';
import { withLock } from './lock.ts';

const onLinux = it.skipIf(process.platform !== 'linux');

onLinux('what runs under one lock never overlaps, and gives back what it returns', async () => {
  const path = join(temporaryFolder(), 'lock');
  let inside = 0;
  const results = await Promise.all(
    [1, 2, 3].map((value) =>
      withLock(path, async () => {
        inside++;
        expect(inside).toBe(1);
        await new Promise(setImmediate);
        inside--;
        return value;
      }),
    ),
  );
  expect(results).toEqual([1, 2, 3]);
});

onLinux('a lock is free after a failure, and after its process was killed', async () => {
  const path = join(temporaryFolder(), 'lock');
  await expect(withLock(path, () => Promise.reject(new Error('broken off')))).rejects.toThrow('broken off');
  const script = `
    import { withLock } from ${JSON.stringify(join(import.meta.dirname, 'lock.ts'))};
    await withLock(${JSON.stringify(path)}, () => { console.log('mine'); return new Promise(() => setInterval(() => {}, 1e6)); });`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  let got = false;
  const waiting = withLock(path, async () => {
    got = true;
  });
  expect(got).toBe(false);
  child.kill('SIGKILL');
  await waiting;
  expect(got).toBe(true);
});
