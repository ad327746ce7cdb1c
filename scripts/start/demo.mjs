// Where the copy of the demo lies, and what goes with it at the end.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { root } from './prepare.mjs';

const marker = '.sft-demo';

/**
 * Makes the demo in a folder, or takes the one that is there; without a folder in a temporary one, with an SFT_HOME of its
 * own, so that nothing of it stays. Throws a sentence.
 */
export async function demoPlace(folder) {
  const isTemporary = folder === undefined;
  const temporary = await mkdtemp(join(tmpdir(), 'sft-studio-'));
  const demo = isTemporary ? join(temporary, 'sft-demo') : resolve(folder);
  const home = join(temporary, 'home');
  try {
    await makeDemo(demo);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
  return {
    demo,
    /** Of our own files; removed at the end in any case. */
    temporary,
    isTemporary,
    env: isTemporary ? { SFT_HOME: home } : {},
    async remove(child) {
      await endProcess(child);
      if (isTemporary) await endRuns(join(home, 'state', 'live'));
      await rm(temporary, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function makeDemo(demo) {
  const names = await readdir(demo).catch(() => []);
  if (names.includes(marker)) return;
  if (names.length > 0) throw new Error(`${demo} holds something else. Give an empty folder, or a new one.`);
  const made = spawnSync(process.execPath, [join(root, 'dist', 'demoWorkspace.js'), demo], {
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`The demo could not be made in ${demo}: ${made.stderr.trim()}`);
}

/** Runs are processes of their own: those of a demo that goes are ended, and may save what they have. */
async function endRuns(live) {
  const names = await readdir(live).catch(() => []);
  await Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(live, name), 'utf8').catch(() => '{}');
      const pid = pidIn(text);
      if (pid === undefined) return;
      signal(pid, 'SIGTERM');
      for (let waited = 0; waited < 5000 && signal(pid, 0); waited += 50) await wait(50);
      signal(pid, 'SIGKILL');
    }),
  );
}

function pidIn(text) {
  try {
    const { pid } = JSON.parse(text);
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined; // it is just being written
  }
}

/** Gives whether there was such a process. */
function signal(pid, name) {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

async function endProcess(child) {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const late = wait(5000, 'late', { ref: false });
  if ((await Promise.race([gone, late])) === 'late') child.kill('SIGKILL');
}
