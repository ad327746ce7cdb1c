import { join } from 'node:path';
import * as vscode from 'vscode';
import { idleMinutes } from './settings.ts';
import { type HomePaths, homePaths } from '../home/home.ts';
import type { RunProgress } from '../protocol/liveRun.ts';
import type { LiveRuns } from './live/liveRuns.ts';
import type { Programs } from './programs/programs.ts';
import type { Session } from './programs/session.ts';

/** What the parts of the extension share. Nothing here starts anything before it is used. */
export interface Services {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly home: HomePaths;
  /** Folder of our bundles. */
  readonly bundles: string;
  /** Commands of `sft`. */
  programs(): Promise<Programs>;
  session(): Promise<Session>;
  readonly live: LiveView;
  readonly acts: WindowActs;
}

/** What this window's user did to runs, by their folders: what they know they need not be told. */
export interface WindowActs {
  readonly started: Set<string>;
  /** Stopped or cancelled. */
  readonly ended: Set<string>;
}

/** Live runs, as far as they have been looked for: nothing is loaded while there is none. */
export interface LiveView {
  all(): ReturnType<LiveRuns['all']>;
  progress(folder: string): RunProgress | null;
  isLive(folder: string): boolean;
  look(): Promise<void>;
  /** Fired when a list or the status bar should show something else. */
  readonly onDidChange: vscode.Event<void>;
  /** Fired when a run's process has gone, with its folder and name. */
  readonly onDidEnd: vscode.Event<EndedRun>;
}

export interface EndedRun {
  readonly folder: string;
  readonly name: string;
  readonly pid: number;
}

/** Makes the services of a window; each loads its code at its first use. */
export function newServices(context: vscode.ExtensionContext): Services {
  const log = vscode.window.createOutputChannel('SFT Studio', { log: true });
  const bundles = join(context.extensionPath, 'dist');
  const home = homePaths();
  context.subscriptions.push(log);
  const programs = once(async () => {
    const { newPrograms } = await import('./programs/programs.ts');
    const { chooseNode } = await import('../home/nodes/nodes.ts');
    const node = () =>
      chooseNode({
        configured: vscode.workspace.getConfiguration('sft').get<string>('nodePath'),
        program: join(bundles, 'probe.js'),
        cache: home.cache,
      });
    return newPrograms(bundles, node);
  });
  return {
    context,
    log,
    home,
    bundles,
    programs,
    session: once(async () => {
      const { newSession, hostNode } = await import('./programs/session.ts');
      // Looking for the best Node takes longer than a list may; but one that the user has set is wanted for all that computes.
      const node = async () => {
        const isSet = vscode.workspace.getConfiguration('sft').get('nodePath', '') !== '';
        if (!isSet || !vscode.workspace.isTrusted) return hostNode;
        try {
          return await (await programs()).node();
        } catch (error) {
          log.warn(error instanceof Error ? error.message : String(error)); // Train says it in full
          return hostNode;
        }
      };
      const session = newSession(bundles, (line) => log.debug(line), idleMinutes, node);
      context.subscriptions.push(session);
      return session;
    }),
    acts: { started: new Set(), ended: new Set() },
    live: newLiveView(context, home.live, (line) => log.debug(line)),
  };
}

function newLiveView(
  context: vscode.ExtensionContext,
  folder: string,
  log: (line: string) => void,
): LiveView {
  const change = new vscode.EventEmitter<void>();
  const end = new vscode.EventEmitter<EndedRun>();
  context.subscriptions.push(change, end);
  let runs: LiveRuns | undefined;
  const start = once(async () => {
    const [{ followLiveRuns }, { windowSpelling }, { placesOfRuns }] = await Promise.all([
      import('./live/liveRuns.ts'),
      import('./live/spelling.ts'),
      import('./views/files.ts'),
    ]);
    runs = followLiveRuns(folder, {
      changed: () => change.fire(),
      ended: ({ folder: run, name, pid }) => end.fire({ folder: run, name, pid }),
      log,
      spelling: (run) => windowSpelling(run, placesOfRuns()),
    });
    context.subscriptions.push(runs);
    return runs;
  });
  return {
    all: () => runs?.all() ?? [],
    progress: (run) => runs?.of(run)?.progress ?? null,
    isLive: (run) => runs?.of(run) !== undefined,
    look: async () => (await start()).look(),
    onDidChange: change.event,
    onDidEnd: end.event,
  };
}

/** A value that is made when it is first asked for; one that could not be made is tried again. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
