import { readdirSync, readFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

export interface RunningProcess {
  readonly pid: number;
  /** Program and arguments. */
  readonly args: readonly string[];
}

/**
 * Processes that were started with this SFT_HOME: a server, its extension hosts, and what these have started, detached
 * or not. Linux only.
 */
export function processesOf(home: string): RunningProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const environment = readFileSync(`/proc/${name}/environ`, 'utf8').split('\0');
        if (!environment.includes(`SFT_HOME=${home}`)) return [];
        const args = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').slice(0, -1);
        // What has ended but is not yet waited for has no arguments any more.
        return args.length === 0 ? [] : [{ pid: Number(name), args }];
      } catch {
        // Ended while we looked, or another user's.
        return [];
      }
    });
}

/** Ends every process with this SFT_HOME, and waits until none is left. */
export async function killProcessesOf(home: string): Promise<void> {
  for (let left = processesOf(home); left.length > 0; left = processesOf(home)) {
    for (const { pid } of left) kill(pid);
    await pause(20);
  }
}

/** SIGKILL, whether or not the process has ended meanwhile. */
export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Lets all else on this machine go before a process: each of its threads, for Linux has a priority for each. */
export function giveWay(pid: number): void {
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      setPriority(Number(thread), constants.priority.PRIORITY_LOW);
    } catch (error) {
      if ((error as { info?: { code?: string } }).info?.code !== 'ESRCH') throw error;
    }
  }
}
