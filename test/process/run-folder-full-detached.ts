// Trains in a process of its own on a disk that gets full: node run-folder-full-detached.ts DISK RECIPE CLI SIGNAL, in a mount
// namespace of its own. The signal is sent to the run when the disk is full; SIGCONT lets it go on. Prints how the run ended, as
// JSON.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isAlive } from '../../src/runs/processStart.ts';
import { readRunEnd } from '../../src/runs/runEnd.ts';
import { runPaths } from '../../src/runs/runFolder.ts';
import { mountSmallDisk } from '../support/smallDisk.ts';

const [disk, recipe, cli, signal] = process.argv.slice(2);
const { fill } = mountSmallDisk(disk);
const out = join(disk, 'out');
const { events, exit } = runPaths(out, '');

async function until(what: string, look: () => boolean): Promise<void> {
  for (const late = Date.now() + 40_000; !look(); await wait(20))
    if (Date.now() > late) throw new Error(`It did not come to this: ${what}.`);
}

const args = [cli, 'train', recipe, '--out', out, '--threads', '1', '--yes', '--detach', '--json'];
const { pid } = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as { pid: number };
try {
  const checkpoints = () =>
    existsSync(events) ? readFileSync(events, 'utf8').split('"type":"checkpoint"').length - 1 : 0;
  await until('two checkpoints', () => checkpoints() >= 2);
  // Full is full: a run at work might give back what it has just taken.
  process.kill(pid, 'SIGSTOP');
  fill();
  process.kill(pid, signal);
  await until('its end is kept', () => existsSync(exit));
  const { outcome, cause, resumable } = await readRunEnd(out);
  const { what, advice } = cause ?? {};
  const leftovers = readdirSync(out).filter((name) => name.startsWith('.'));
  process.stdout.write(JSON.stringify({ outcome, what, advice, resumable, leftovers }));
} finally {
  if (isAlive(pid)) process.kill(pid, 'SIGKILL');
}
