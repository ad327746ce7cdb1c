import { join } from 'node:path';
import * as vscode from 'vscode';
import type { BaseListing, Listed, RunListing, SftListing, WaitingRuns } from '../../protocol/session.ts';
import type { ViewId } from '../commands/table.ts';
import { setContextKey } from '../contextKeys.ts';
import { isInside } from '../inside.ts';
import type { LiveRunItem } from '../live/liveRuns.ts';
import { SftProblem } from '../programs/programs.ts';
import type { Services } from '../services.ts';
import { newVoice } from '../voice.ts';
import { baseTree } from './baseTree.ts';
import { baseFoldersOf, filesOf, patterns, runFoldersOf, sftFilesOf } from './files.ts';
import { flat, graft } from './graft.ts';
import { pathOf, type TreeNode } from './nodes.ts';
import { rowOf } from './rows.ts';
import { hasRunsElsewhere, runTree } from './runTree.ts';
import { sftTree } from './sftTree.ts';
import { debounced, inTurn } from './timing.ts';
import { watchFiles } from './watch.ts';

/** What the three trees show. Loaded when the first of them is seen. */
export interface Lists {
  /** Items at the top, once the list is there. */
  roots(view: ViewId): Promise<readonly TreeNode[]>;
  parentOf(view: ViewId, node: TreeNode): TreeNode | undefined;
  /** Makes lists anew that have been seen. */
  refresh(view?: ViewId): Promise<void>;
  /** Lists more of the past runs. */
  more(): Promise<void>;
  dispose(): void;
}

/** Tells the editor what to show anew: everything, or items with what is below them. */
export type Show = (view: ViewId, changed: 'all' | readonly TreeNode[]) => void;

const runsAtFirst = 200;
const quiet = 300;
const longest = 2000;
/** So often runs are looked at that compute on another machine, in milliseconds. */
const elsewherePause = 15_000;

interface List {
  /** Asks for what there is. */
  readonly load: () => Promise<void>;
  /** Makes items of what was told last. */
  readonly nodes: () => readonly TreeNode[];
  readonly seen: (nodes: readonly TreeNode[]) => void;
}

export function newLists(services: Services, show: Show): Lists {
  const voice = newVoice();
  const face = (node: TreeNode) => JSON.stringify(rowOf(node, voice));
  let most = runsAtFirst;
  let watching: vscode.Disposable | undefined;
  let lookAgain: NodeJS.Timeout | undefined;

  const lists: Readonly<Record<ViewId, List>> = {
    'sft.sfts': sftList(services, (sfts) => sftTree(sfts, voice.t)),
    'sft.runs': runList(services, () => most),
    'sft.bases': baseList(services),
  };
  const roots: Record<ViewId, readonly TreeNode[]> = { 'sft.sfts': [], 'sft.runs': [], 'sft.bases': [] };
  const loaded = new Map<ViewId, Promise<void>>();

  const redraw = (view: ViewId, nodes: readonly TreeNode[]): void => {
    const grafted = graft(roots[view], nodes, face);
    roots[view] = grafted.roots;
    lists[view].seen(grafted.roots);
    if (grafted.changed === 'all' || grafted.changed.length > 0) show(view, grafted.changed);
  };
  const reload = (view: ViewId) =>
    inTurn(async () => {
      try {
        await lists[view].load();
        redraw(view, lists[view].nodes());
      } catch (error) {
        services.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
        redraw(view, [noList(error)]);
      }
      if (view === 'sft.runs') followElsewhere();
    });
  const followElsewhere = (): void => {
    clearTimeout(lookAgain);
    if (hasRunsElsewhere(roots['sft.runs']))
      lookAgain = setTimeout(() => soon['sft.runs'](), elsewherePause).unref();
  };
  const reloads = mapViews(reload);
  const soon = mapViews((view) =>
    debounced(
      () => {
        if (loaded.has(view)) void reloads[view]();
      },
      quiet,
      longest,
    ),
  );
  /** A card once shown is kept by the editor until its item is told to be another: its evaluations are no part of the row. */
  const showCardsAnew = (): void => {
    const sfts = flat(roots['sft.sfts']).filter(({ kind }) => kind === 'sft');
    if (sfts.length > 0) show('sft.sfts', sfts);
  };
  const evaluated = debounced(showCardsAnew, quiet, longest);
  const begin = (): void => {
    watching ??= vscode.Disposable.from(
      watchFiles(services.home, {
        changed: (view) => soon[view](),
        shown: (view) => flat(roots[view]).flatMap((node) => pathOf(node) ?? []),
        evaluated,
      }),
      followLive(services, {
        draw: () => {
          if (loaded.has('sft.runs')) redraw('sft.runs', lists['sft.runs'].nodes());
        },
        reload: () => soon['sft.runs'](),
        ended: () => soon['sft.sfts'](),
      }),
    );
  };
  const load = (view: ViewId): Promise<void> => {
    begin();
    const known = loaded.get(view) ?? reloads[view]();
    loaded.set(view, known);
    return known;
  };
  return {
    async roots(view) {
      await load(view);
      return roots[view];
    },
    parentOf: (view, node) =>
      flat(roots[view]).find((one) => one.kind === 'group' && one.children.includes(node)),
    async refresh(view) {
      const views = view === undefined ? [...loaded.keys()] : [view];
      await Promise.all(views.filter((one) => loaded.has(one)).map((one) => reloads[one]()));
      if (views.includes('sft.sfts')) showCardsAnew();
    },
    async more() {
      most *= 5;
      await reloads['sft.runs']();
    },
    dispose() {
      watching?.dispose();
      clearTimeout(lookAgain);
      evaluated.dispose();
      for (const later of Object.values(soon)) later.dispose();
    },
  };
}

function mapViews<T>(make: (view: ViewId) => T): Readonly<Record<ViewId, T>> {
  return { 'sft.sfts': make('sft.sfts'), 'sft.runs': make('sft.runs'), 'sft.bases': make('sft.bases') };
}

function sftList(
  services: Services,
  tree: (sfts: readonly Listed<SftListing>[]) => readonly TreeNode[],
): List {
  let listed: readonly Listed<SftListing>[] = [];
  return {
    async load() {
      const files = await sftFilesOf();
      listed = await (await services.session()).ask('listSfts', { files });
    },
    nodes: () => tree(listed),
    seen: (nodes) => setContextKey('sft.hasSfts', nodes.length > 0),
  };
}

function runList(services: Services, most: () => number): List {
  let listed: { readonly runs: readonly Listed<RunListing>[]; readonly left: number } = { runs: [], left: 0 };
  let waiting: readonly WaitingRuns[] = [];
  /** Runs whose process has gone, as they were, until the list says how they ended. */
  let leaving: readonly LiveRunItem[] = [];
  let lastLive: readonly LiveRunItem[] = [];
  return {
    async load() {
      const found = await runFoldersOf();
      await services.live.look();
      const live = services.live.all().map(({ entry }) => entry.folder);
      const folders = [...new Set([...live, ...found])];
      const session = await services.session();
      listed = await session.ask('recentRuns', { folders, most: most() + live.length });
      waiting = await session.ask('waitingRuns', { plans: await filesOf(patterns.sweepPlan) });
      // Folders of a cluster's runs are there before their jobs.
      const waits = new Set(
        waiting.flatMap(({ folder, names }) => names.map((name) => join(folder, 'runs', name))),
      );
      listed = { ...listed, runs: listed.runs.filter(({ path }) => !waits.has(path)) };
      leaving = [];
      lastLive = services.live.all();
    },
    nodes() {
      const live = services.live.all();
      const alive = new Set(live.map(({ entry }) => entry.folder));
      leaving = [...leaving, ...lastLive].filter(
        ({ entry }, i, all) =>
          !alive.has(entry.folder) && all.findIndex((one) => one.entry.folder === entry.folder) === i,
      );
      lastLive = live;
      return runTree([...live, ...leaving], listed.runs, listed.left, waiting);
    },
    seen: (nodes) => setContextKey('sft.hasRuns', nodes.length > 0),
  };
}

function baseList(services: Services): List {
  let listed: readonly Listed<BaseListing>[] = [];
  let own = new Set<string>();
  return {
    async load() {
      const folders = await baseFoldersOf();
      own = new Set(folders);
      listed = await (await services.session()).ask('listBases', { folders });
    },
    nodes: () => baseTree(listed, (path) => own.has(path) || isInside(path, services.home.models)),
    seen: (nodes) => setContextKey('sft.hasBases', nodes.length > 0),
  };
}

interface LiveEffects {
  readonly draw: () => void;
  readonly reload: () => void;
  readonly ended: () => void;
}

function followLive({ live }: Services, { draw, reload, ended }: LiveEffects): vscode.Disposable {
  const known = new Set<string>();
  return vscode.Disposable.from(
    live.onDidChange(() => {
      draw();
      const unknown = live.all().filter(({ entry }) => !known.has(`${entry.folder}\n${entry.pid}`));
      for (const { entry } of unknown) known.add(`${entry.folder}\n${entry.pid}`);
      if (unknown.length > 0) reload();
    }),
    live.onDidEnd(() => {
      reload();
      ended();
    }),
  );
}

function noList(error: unknown): TreeNode {
  const told = error instanceof SftProblem ? error : undefined;
  return {
    kind: 'problem',
    id: 'problem:',
    path: vscode.l10n.t('This list could not be made'),
    what: told?.what ?? (error instanceof Error ? error.message : String(error)),
    advice: told?.advice ?? vscode.l10n.t('Refresh the view; the log says more.'),
  };
}
