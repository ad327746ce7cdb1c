import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newSession } from '../../src/extension/programs/session.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sft-idle-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A session's bundle that notes its processes. */
function notedSession(): () => number[] {
  const pids = join(folder, 'pids');
  const bundle = pathToFileURL(resolve(import.meta.dirname, '../../dist/session.js')).href;
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(folder, 'session.js'),
    `import { appendFileSync } from 'node:fs';
appendFileSync(${JSON.stringify(pids)}, process.pid + '\\n');
await import(${JSON.stringify(bundle)});
`,
  );
  return () => (existsSync(pids) ? readFileSync(pids, 'utf8').trim().split('\n').map(Number) : []);
}

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
  const pids = notedSession();
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
