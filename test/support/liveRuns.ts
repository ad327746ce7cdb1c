import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import { connectRun, type RunClient } from '../../src/control/client.ts';
import { homePaths, type HomePaths } from '../../src/home/home.ts';
import { liveEntries, liveEntryOf, type LiveEntry } from '../../src/home/liveEntries.ts';
import type { RunUpdate } from '../../src/protocol/liveRun.ts';
import { foldEvent, type RunView } from '../../src/protocol/runView.ts';
import { isAlive } from '../../src/runs/processStart.ts';
import { type CliOptions, type CliResult, sft } from './cli.ts';
import { temporaryFolder } from './files.ts';
import { tinyWorkspace, type TinyWorkspace } from './tinyWorkspace.ts';

/** A workspace with an SFT_HOME of its own, in which runs outlive the command that started them, but not the test. */
export interface LiveWorkspace extends TinyWorkspace {
  readonly home: HomePaths;
  run(args: readonly string[], options?: Partial<CliOptions>): Promise<CliResult>;
  /** Runs `sft` with --json; it must succeed. Gives what its last line holds. */
  json(...args: readonly string[]): Promise<Record<string, unknown>>;
  /** Starts a run in a process of its own; its folder is `out`. */
  detach(recipe: string, out: string, ...args: readonly string[]): Promise<LiveEntry>;
  /** The entry of a run folder that lives. */
  entry(out: string): Promise<LiveEntry>;
  /** A connection to a run, which ends with the test. */
  reach(out: string): Promise<RunClient>;
  /** Waits until the run of a folder is no longer in the list. */
  gone(out: string): Promise<void>;
}

/** Makes such a workspace. */
export async function liveWorkspace(): Promise<LiveWorkspace> {
  const folder = temporaryFolder();
  const workspace = await tinyWorkspace(folder);
  const home = homePaths({ SFT_HOME: join(folder, '.sft-home') });
  const { live } = home;
  const started = new Set<number>();
  onTestFinished(async () => {
    for (const { pid } of await liveEntries(live)) started.add(pid);
    for (const pid of started) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    await until('all processes have ended', () => ![...started].some(isAlive));
  });
  const run = (args: readonly string[], options = {}) => sft(args, { cwd: folder, ...options });
  const json = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await run([...args, '--json']);
    expect(code, `sft ${args.join(' ')}\n${stdout}${stderr}`).toBe(0);
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
  };
  const entry = (out: string) => until(`${out} lives`, () => liveEntryOf(live, join(folder, out)));
  return {
    ...workspace,
    home,
    run,
    json,
    entry,
    async detach(recipe, out, ...args) {
      const { pid } = await json(
        'train',
        recipe,
        '--out',
        out,
        '--yes',
        '--threads',
        '1',
        '--detach',
        ...args,
      );
      started.add(Number(pid));
      started.add(parentOf(Number(pid)));
      return entry(out);
    },
    async reach(out) {
      const client = await connectRun(await entry(out));
      onTestFinished(client.close);
      return client;
    },
    async gone(out) {
      await until(`${out} ends`, async () => (await liveEntryOf(live, join(folder, out))) === undefined);
    },
  };
}

/** The process that started another one. */
export function parentOf(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }));
}

const patience = 40_000;

/** Waits for something to be so, and gives what there is then. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
): Promise<Exclude<T, undefined | false | null>> {
  for (const late = Date.now() + patience; Date.now() < late; await wait(20)) {
    const found = await look();
    if (found !== undefined && found !== false && found !== null)
      return found as Exclude<T, undefined | false | null>;
  }
  throw new Error(`It did not come to this: ${what}.`);
}

/** Watches a run; gives its view, which grows, and waits for moments of it. */
export async function watchRun(client: RunClient): Promise<{
  readonly view: RunView;
  /** How often events came. */
  readonly updates: readonly RunUpdate[];
  readonly when: (what: string, look: (view: RunView) => boolean) => Promise<void>;
}> {
  const updates: RunUpdate[] = [];
  const { view } = await client.watch((update) => {
    updates.push(update);
    if (update.from !== view.events) throw new Error('Events are missing, or came twice.');
    for (const event of update.events) foldEvent(view, event);
  });
  return {
    view,
    updates,
    async when(what, look) {
      await until(what, () => look(view));
    },
  };
}

/** Whether a run is in a phase and so far in it. */
export function isAt(phase: 'full' | 'sparse', steps: number): (view: RunView) => boolean {
  return ({ run }) => {
    const now = run.phases[run.current];
    return now?.phase === phase && now.done >= steps;
  };
}
