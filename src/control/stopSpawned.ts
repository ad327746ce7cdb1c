import type { ChildProcess } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { homePaths } from '../home/home.ts';
import { liveEntryOf } from '../home/liveEntries.ts';
import { steerRun } from './findRun.ts';

/** A run in a process that this one has started. */
export interface Stoppable {
  /** The run folder. */
  readonly folder: string;
  /** Its supervisor. */
  readonly child: Pick<ChildProcess, 'kill' | 'exitCode' | 'signalCode'>;
}

/** Milliseconds in which a process that has just begun can be found by others. */
const PATIENCE = 30_000;
const LOOK_MILLISECONDS = 50;

/**
 * Stops a run after its step, which leaves a checkpoint; ends its process where it does not answer. Comes back when it was asked, and not
 * when it has ended. Never throws.
 * @param asks whether the run is asked where it listens; otherwise its supervisor passes SIGTERM on. Windows knows no signals: Node ends
 * the supervisor at once there, and the run would save nothing
 */
export async function stopSpawned(
  { folder, child }: Stoppable,
  { asks = process.platform === 'win32', patience = PATIENCE } = {},
): Promise<void> {
  if (asks && (await askToStop({ folder, child }, patience))) return;
  child.kill('SIGTERM');
}

/** Whether the run was asked, or has ended by itself. One that has just begun is waited for: it cannot be found yet. */
async function askToStop({ folder, child }: Stoppable, patience: number): Promise<boolean> {
  try {
    for (const late = Date.now() + patience; child.exitCode === null && child.signalCode === null;) {
      const entry = await liveEntryOf(homePaths().live, folder);
      if (entry !== undefined) {
        await steerRun(entry, 'stop');
        return true;
      }
      if (Date.now() >= late) return false;
      await wait(LOOK_MILLISECONDS);
    }
    return true;
  } catch {
    return false; // it hangs up, or nobody may read where it listens
  }
}
