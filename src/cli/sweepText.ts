import { bytesText } from '../protocol/bytesText.ts';
import { matrixRows, missingLines, moreLine } from '../protocol/matrixRows.ts';
import type { SweepEstimate, SweepMatrix } from '../protocol/sweep.ts';
import type { PlannedRun } from '../sweep/plan.ts';
import { count, duration, table } from './format.ts';

/** Runs that a dry run lists. */
const mostListed = 20;

/** Where a sweep computes: side by side on this machine, or each run a job of a cluster. */
export type SweepPlace = 'here' | 'cluster';

/** What a sweep would train, as a person reads it. */
export function dryRunText(
  runs: readonly PlannedRun[],
  estimate: SweepEstimate,
  place: SweepPlace = 'here',
): string {
  const forks = runs.filter(({ needs }) => needs !== null).length;
  const { disk, memory, jobs, threads } = estimate;
  const left =
    place === 'here'
      ? `for the ${count(estimate.runs)} that are not done (${sideText(jobs, threads)})`
      : 'for what is not done, on nodes as fast as this machine';
  const rows = runs
    .slice(0, mostListed)
    .map(({ name, needs }) => [name, needs === null ? '' : `full phase of ${needs}`]);
  return [
    `${count(runs.length)} runs${forks === 0 ? '' : `, ${count(forks)} of which take the full phase of another`}`,
    `time    ${timeText(estimate, place)} ${left}`,
    `memory  about ${bytesText(memory)} a run`,
    `disk    about ${bytesText(disk)}`,
    '',
    table([['run', ''], ...rows]),
    ...(runs.length > mostListed ? [moreLine(runs.length - mostListed)] : []),
  ].join('\n');
}

/** The time that a sweep takes: until it is done, or, where nobody knows how many of its jobs compute at once, of each job and of all. */
export function timeText({ runs, seconds, each, jobs }: SweepEstimate, place: SweepPlace): string {
  if (place === 'here') return `about ${duration(seconds)}`;
  const hours = (each * runs) / 3600;
  const all = `${hours < 10 ? hours.toFixed(1) : count(Math.round(hours))} node hours`;
  const most = jobs < runs ? `, ${count(jobs)} at a time` : '';
  return `${count(runs)} job${runs === 1 ? '' : 's'} of about ${duration(each)} each (${all}${most})`;
}

/** 2 runs at a time, 1 thread each */
export function sideText(jobs: number, threads: number): string {
  const each = `${threads} thread${threads === 1 ? '' : 's'}`;
  return jobs === 1 ? `one run at a time, ${each}` : `${jobs} runs at a time, ${each} each`;
}

/** The matrix as a table: settings down, evaluations across. */
export function matrixText({ cells, missing }: SweepMatrix): string {
  const { fields, columns, rows } = matrixRows(cells);
  const hasMeans = cells.some(({ sd }) => sd !== null);
  return [
    ...(rows.length === 0 ? ['No run is done yet.'] : [table([[...fields, ...columns], ...rows])]),
    ...(hasMeans ? ['means ± standard deviations over seeds, how many in brackets'] : []),
    ...(missing.length === 0
      ? []
      : ['', `${count(missing.length)} runs are not done:`, ...missingLines(missing, mostListed)]),
  ].join('\n');
}
