import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import type { RunClient } from '../../control/client.ts';
import { findLiveRun, reachRun } from '../../control/findRun.ts';
import { homePaths } from '../../home/home.ts';
import { liveEntryOf, type LiveEntry } from '../../home/liveEntries.ts';
import type { RunEvent } from '../../protocol/events.ts';
import { awaitRunEnd } from '../../runs/runEnd.ts';
import { EXIT, inform, print, printJson } from '../output.ts';
import { newProgress } from '../progress.ts';

/** A run whose process was killed is in the list until its parent has noticed. */
const goneMilliseconds = 2000;

export function attachCommand(program: Command): void {
  program
    .command('attach')
    .description('watch a live run; Ctrl-C ends the watching, not the run')
    .argument('<run>', 'a run folder, its name, or the name of the recipe')
    .option('--json', 'print what there is as one JSON object, then every event as a line')
    .action(async (run: string, { json }: { json?: boolean }) => {
      const entry = await findLiveRun(run);
      // A run that goes on from its checkpoint forgets what came after it, and one hangs up on a watcher that was too slow: then it is
      // watched anew.
      while ((await watchUnlessGone(entry, json === true)) || (await goesOn(entry)));
      const { outcome, cause } = await awaitRunEnd(entry.folder);
      if (outcome !== 'done') process.exitCode = EXIT.problem;
      if (json === true) return;
      if (outcome !== 'done' && cause !== null) inform(`${cause.what} ${cause.advice}`);
      else print(`${entry.folder}: done`);
    });
}

/** As `watch`. A run that ends just when it is to be watched has nothing more to show. */
async function watchUnlessGone(entry: LiveEntry, json: boolean): Promise<boolean> {
  try {
    return await watch(await reachRun(entry), json);
  } catch (error) {
    if (await goesOn(entry)) throw error;
    return false;
  }
}

/** Shows a run until the connection ends; gives whether it must be watched anew, since it counts its events from another number. */
async function watch(client: RunClient, json: boolean): Promise<boolean> {
  const progress = json ? undefined : newProgress(50);
  const show = (event: RunEvent) => {
    if (progress === undefined) printJson(event);
    else progress.show(event);
  };
  let count = Number.NaN;
  let hasMoved = false;
  const { view, live } = await client.watch(({ from, events }) => {
    // What comes before the answer is in it.
    if (Number.isNaN(count) || hasMoved) return;
    hasMoved = from !== count;
    count += events.length;
    if (hasMoved) client.close();
    else for (const event of events) show(event);
  });
  count = view.events;
  if (progress === undefined) printJson({ view, live });
  else progress.begin(view.run);
  if (live.status === 'queued') inform(`waiting for the machine: number ${live.position ?? 1} in the queue`);
  await client.closed;
  progress?.end();
  return hasMoved;
}

/** Whether the same process still works on the run after it has hung up. */
async function goesOn({ folder, pid }: LiveEntry): Promise<boolean> {
  for (const late = Date.now() + goneMilliseconds; Date.now() < late; await wait(50)) {
    const entry = await liveEntryOf(homePaths().live, folder);
    if (entry?.pid !== pid) return false;
  }
  return true;
}
