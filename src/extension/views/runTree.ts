import { basename } from 'node:path';
import type { LiveStatus } from '../../protocol/liveRun.ts';
import type { Listed, RunListing, WaitingRuns } from '../../protocol/session.ts';
import type { LiveRunItem } from '../live/liveRuns.ts';
import type { LiveRow, RunNode, TreeNode } from './nodes.ts';
import { flat } from './graft.ts';
import { byName, problems } from './problems.ts';
import { sweepId, sweepOf } from './sweeps.ts';

/** Live runs as a list wants them, in the order in which they come to compute. */
const order: Readonly<Record<LiveStatus, number>> = {
  running: 0,
  pausing: 0,
  stopping: 0,
  queued: 1,
  paused: 2,
};

/**
 * The list of runs: first the live ones of this machine, then the past ones, the newest first, those of a sweep together, and last those
 * that cannot be read. `left` of the past ones are not listed yet; `waiting` ones of sweeps have not been started.
 */
export function runTree(
  live: readonly Pick<LiveRunItem, 'entry' | 'progress'>[],
  listings: readonly Listed<RunListing>[],
  left = 0,
  waiting: readonly WaitingRuns[] = [],
): readonly TreeNode[] {
  const found = listings.flatMap((one) => ('found' in one ? [one.found] : []));
  const listed = new Map(found.map((listing) => [listing.folder, listing]));
  const alive = [...live].sort(byTurn).map(({ entry, progress }): RunNode => {
    const row: LiveRow = { status: progress?.live.status ?? entry.status, progress };
    return runNode(entry.folder, listed.get(entry.folder) ?? null, row);
  });
  const folders = new Set(alive.map(({ folder }) => folder));
  const past = found
    .filter(({ folder }) => !folders.has(folder))
    .sort((a, b) => b.time - a.time || byName(a.folder, b.folder))
    .map((listing) => runNode(listing.folder, listing, null));
  const unread = problems(listings.filter(({ path }) => !folders.has(path)));
  return [
    ...alive,
    ...bySweep(past, waiting),
    ...(left > 0 ? [{ kind: 'more' as const, id: 'more', left }] : []),
    ...unread,
  ];
}

/** Whether a run is listed on which another computer works: of what it does there, nothing here is told. */
export function hasRunsElsewhere(nodes: readonly TreeNode[]): boolean {
  return flat(nodes).some((node) => node.kind === 'run' && node.live === null && node.listing?.end === null);
}

/** Runs of a sweep below one heading, which stands where the first of them does. */
function bySweep(runs: readonly RunNode[], waiting: readonly WaitingRuns[]): TreeNode[] {
  const begun = new Set(runs.map(({ folder }) => sweepOf(folder)));
  const notBegun = waiting
    .filter(({ folder }) => !begun.has(folder))
    .map((one) => sweepNode(one.folder, [], one));
  const groups = new Map<string, RunNode[]>();
  for (const run of runs) {
    const sweep = sweepOf(run.folder) ?? run.folder;
    groups.set(sweep, [...(groups.get(sweep) ?? []), run]);
  }
  const begunOrAlone = [...groups].flatMap(([folder, inside]): TreeNode[] =>
    sweepOf(inside[0].folder) === undefined
      ? inside
      : [
          sweepNode(
            folder,
            inside,
            waiting.find((one) => one.folder === folder),
          ),
        ],
  );
  return [...notBegun, ...begunOrAlone];
}

function sweepNode(folder: string, runs: readonly RunNode[], waiting: WaitingRuns | undefined): TreeNode {
  const names = waiting?.names ?? [];
  const others = names.map((name) => ({ kind: 'waiting' as const, id: `waiting:${folder}/${name}`, name }));
  return {
    kind: 'group',
    id: sweepId(folder),
    of: 'sweep',
    label: basename(folder),
    description: '',
    children: [...runs, ...others],
  };
}

function runNode(folder: string, listing: RunListing | null, live: LiveRow | null): RunNode {
  return { kind: 'run', id: `run:${folder}`, folder, listing, live };
}

type Live = Pick<LiveRunItem, 'entry' | 'progress'>;

/** Who computes, then who waits, in turn, then who rests. */
export function byTurn(a: Live, b: Live): number {
  const rank = ({ entry, progress }: Live) => order[progress?.live.status ?? entry.status];
  const place = ({ progress }: Live) => progress?.live.position ?? Infinity;
  const difference = rank(a) - rank(b);
  if (difference !== 0) return difference;
  if (place(a) !== place(b)) return place(a) < place(b) ? -1 : 1;
  return a.entry.since - b.entry.since || byName(a.entry.folder, b.entry.folder);
}
