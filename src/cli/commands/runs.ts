import { readdir } from 'node:fs/promises';
import { basename, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { connectRun } from '../../control/client.ts';
import { UserError } from '../../core/errors/userError.ts';
import { readError, systemCode } from '../../formats/fileErrors.ts';
import { homePaths } from '../../home/home.ts';
import { liveEntries, type LiveEntry } from '../../home/liveEntries.ts';
import type { RunProgress } from '../../protocol/liveRun.ts';
import { runOwner } from '../../runs/owner.ts';
import { readRunEnd } from '../../runs/runEnd.ts';
import { runsBelow } from '../filesBelow.ts';
import { duration, percent, table } from '../format.ts';
import { print, printJson } from '../output.ts';
import { usualRuns } from '../pastRun.ts';

/** A run in the list; `progress` and `secondsLeft` of a live one that answers. */
interface ListedRun {
  readonly folder: string;
  readonly status: string;
  readonly pid: number | null;
  readonly position: number | null;
  readonly progress: number | null;
  readonly secondsLeft: number | null;
  readonly note: string | null;
}

/** A run that is computing a long step, or frozen, does not hold up the list for longer. */
const patience = 3000;

export function runsCommand(program: Command): void {
  program
    .command('runs')
    .description('list the live runs of this machine, and the past ones of a folder')
    .argument('[folder]', 'where to look for past runs, in folders below it, too', usualRuns)
    .option('--json', 'print one JSON object')
    .action(async (folder: string, { json }: { json?: boolean }) => {
      const live = await Promise.all((await liveEntries(homePaths().live)).map(describeLive));
      const past = await pastRuns(resolve(folder), new Set(live.map((run) => run.folder)));
      if (json === true) printJson({ live, past });
      else printRuns([...live, ...past]);
    });
}

async function describeLive(entry: LiveEntry): Promise<ListedRun> {
  const { folder, pid, status } = entry;
  const listed = { folder, pid, status, position: null, progress: null, secondsLeft: null, note: null };
  try {
    const { live, done, steps, secondsLeft } = await progressOf(entry);
    const { status, position } = live;
    return { ...listed, status, position, progress: steps > 0 ? done / steps : null, secondsLeft };
  } catch {
    return { ...listed, note: 'does not answer' };
  }
}

async function progressOf(entry: LiveEntry): Promise<RunProgress> {
  const client = await connectRun(entry, patience);
  const late = setTimeout(client.close, patience);
  try {
    return await client.progress();
  } finally {
    clearTimeout(late);
    client.close();
  }
}

async function pastRuns(folder: string, live: ReadonlySet<string>): Promise<ListedRun[]> {
  await refuseUnreadable(folder);
  const runs: ListedRun[] = [];
  for (const one of await runsBelow(folder)) {
    if (live.has(one)) continue;
    const listed = { folder: one, pid: null, position: null, progress: null, secondsLeft: null };
    runs.push({ ...listed, ...(await describePast(one)) });
  }
  return runs;
}

/** A run that is damaged does not keep the others from being listed. */
async function describePast(folder: string): Promise<Pick<ListedRun, 'status' | 'note'>> {
  try {
    const owner = await runOwner(folder);
    if (owner?.alive === true) return { status: 'running', note: `process ${owner.pid} on ${owner.host}` };
    const { outcome, cause } = await readRunEnd(folder);
    return { status: outcome, note: cause?.what ?? null };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { status: 'unreadable', note: error.message };
  }
}

async function refuseUnreadable(folder: string): Promise<void> {
  try {
    await readdir(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT' && folder === resolve(usualRuns)) return; // there need not be any
    throw readError(error, folder);
  }
}

function printRuns(runs: readonly ListedRun[]): void {
  if (runs.length === 0) {
    print('No runs here. Start one: sft train NAME.sft.yaml');
    return;
  }
  const rows = runs.map(({ folder, status, position, progress, secondsLeft, note }) => [
    basename(folder),
    position === null ? status : `${status} (${position}.)`,
    progress === null ? '' : percent(progress, 0),
    secondsLeft === null ? '' : `${duration(secondsLeft)} left`,
    note ?? (relative('.', folder) || '.'),
  ]);
  print(table([['run', 'status', 'done', '', ''], ...rows]));
}
