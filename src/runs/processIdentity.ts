import { hostname } from 'node:os';
import * as z from 'zod';
import { isAlive, pidNamespace, processStart } from './processStart.ts';

/** Which process it is, so that it is told from a later one of the same number, and from one of another machine. */
export const processIdentity = z.object({
  host: z.string(),
  /** Where on the host process numbers count: see `pidNamespace`. */
  namespace: z.string().nullable(),
  pid: z.number().int().positive(),
  /** See `processStart`. */
  started: z.string().nullable(),
});

export type ProcessIdentity = z.infer<typeof processIdentity>;

/** This process. */
export async function thisProcess(): Promise<ProcessIdentity> {
  return {
    host: hostname(),
    namespace: await pidNamespace(),
    pid: process.pid,
    started: await processStart(process.pid),
  };
}

/** Whether it is, or was, a process of this machine. */
export async function isOfThisMachine({ host, namespace }: ProcessIdentity): Promise<boolean> {
  return host === hostname() && namespace === (await pidNamespace());
}

/**
 * So long a process that was found to be the very one is taken for it as long as its number is in use, in milliseconds: asking the
 * system when a process started takes another process but on Linux, and runs are looked at every second.
 */
const remembered = process.platform === 'linux' ? 0 : 60_000;
/** When processes were found to be the very ones, by number and start. */
const found = new Map<string, number>();

/** Whether a process of this machine still lives; undefined where a later one of its number cannot be told from it. */
export async function stillLives({ pid, started }: ProcessIdentity): Promise<boolean | undefined> {
  const key = `${pid} ${started ?? ''}`;
  if (!isAlive(pid)) {
    found.delete(key);
    return false;
  }
  if (performance.now() - (found.get(key) ?? -Infinity) < remembered) return true;
  const start = started === null ? null : await processStart(pid);
  if (start === null) return undefined;
  if (start === started) found.set(key, performance.now());
  return start === started;
}
