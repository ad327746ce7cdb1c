import type { Command } from 'commander';
import { findLiveRun, reachRun } from '../../control/findRun.ts';
import type { RunEvent } from '../../protocol/events.ts';
import { readRunEnd } from '../../runs/runEnd.ts';
import { EXIT, inform, print, printJson } from '../output.ts';
import { newProgress } from '../progress.ts';

export function attachCommand(program: Command): void {
  program
    .command('attach')
    .description('watch a live run; Ctrl-C ends the watching, not the run')
    .argument('<run>', 'a run folder, its name, or the name of the recipe')
    .option('--json', 'print what there is as one JSON object, then every event as a line')
    .action(async (run: string, { json }: { json?: boolean }) => {
      const entry = await findLiveRun(run);
      const client = await reachRun(entry);
      const progress = json === true ? undefined : newProgress(50);
      const show = (event: RunEvent) => {
        if (progress === undefined) printJson(event);
        else progress.show(event);
      };
      let seen: number | undefined;
      const { view, live } = await client.watch(({ from, events }) => {
        // What came before the view was made is in it.
        for (const event of seen === undefined ? [] : events.slice(Math.max(0, seen - from))) show(event);
        if (seen !== undefined) seen = Math.max(seen, from + events.length);
      });
      seen = view.events;
      if (progress === undefined) printJson({ view, live });
      else progress.begin(view.run);
      if (live.status === 'queued')
        inform(`waiting for the machine: number ${live.position ?? 1} in the queue`);
      await client.closed;
      progress?.end();
      const { outcome, cause } = await readRunEnd(entry.folder);
      if (json === true) return;
      if (outcome !== 'done' && cause !== null) {
        inform(`${cause.what} ${cause.advice}`);
        process.exitCode = EXIT.problem;
      } else print(`${entry.folder}: done`);
    });
}
