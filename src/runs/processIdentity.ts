import { hostname } from 'node:os';
import { z } from 'zod';
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

/** Whether a process of this machine still lives; undefined where a later one of its number cannot be told from it. */
export async function stillLives({ pid, started }: ProcessIdentity): Promise<boolean | undefined> {
  if (!isAlive(pid)) return false;
  const start = started === null ? null : await processStart(pid);
  return start === null ? undefined : start === started;
}
