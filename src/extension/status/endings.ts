import { setTimeout as wait } from 'node:timers/promises';
import * as vscode from 'vscode';
import { realOf } from '../../home/liveEntries.ts';
import type { RunListing } from '../../protocol/session.ts';
import { foundOnly } from '../ask.ts';
import { showFailure, showInformation, showWarning } from '../messages.ts';
import type { EndedRun, Services } from '../services.ts';
import { sweepOf } from '../views/sweeps.ts';
import { newVoice } from '../voice.ts';
import type { Window } from '../window.ts';
import { claimTelling } from './claim.ts';
import { endText, type EndButton } from './endText.ts';

/** So long a window waits for one that shows the run. */
const patience = 500;
/** So often it then waits as long again until the process has given its folder back. */
const mostWaits = 40;

/** Tells how a run ended, unless the user sees it, did it, or is told by another window or by the run's sweep. */
export async function tellEnd(window: Window, { folder, pid }: EndedRun): Promise<void> {
  // A sweep tells of its own end, and may have hundreds of runs.
  if (sweepOf(folder) !== undefined) return;
  const { services } = window;
  // Two windows may have opened one folder through different links.
  const claim = `${await realOf(folder)}\n${pid}`;
  if (await window.isRunVisible(folder)) {
    await claimTelling(services.home.told, claim);
    return;
  }
  await wait(patience);
  // Claimed by whoever knows of the end as well: another window must not tell of what was done here.
  if (!(await claimTelling(services.home.told, claim))) return;
  const byUser = services.acts.ended.delete(folder);
  const run = await ended(services, folder);
  if (byUser && run?.end?.outcome === 'stopped') return;
  const end = run === undefined ? undefined : endText(run, newVoice().t);
  if (run === undefined || end === undefined) return;
  const titles: Readonly<Record<EndButton, string>> = {
    evaluate: vscode.l10n.t('Evaluate'),
    reveal: vscode.l10n.t('Reveal'),
    log: vscode.l10n.t('Show Log'),
    resume: vscode.l10n.t('Resume'),
  };
  const show = {
    information: showInformation,
    warning: showWarning,
    error: showFailure,
  }[end.level];
  const chosen = await show(end.text, ...end.buttons.map((button) => titles[button]));
  const button = end.buttons.find((one) => titles[one] === chosen);
  if (button === undefined) return;
  const ofRun = { kind: 'run', folder };
  const ofSft = run.sft === null ? ofRun : { kind: 'sft', file: run.sft };
  const [command, argument] = {
    evaluate: ['sft.evaluate', ofSft] as const,
    reveal: ['sft.reveal', ofSft] as const,
    log: ['sft.openLogOfRun', ofRun] as const,
    resume: ['sft.resume', ofRun] as const,
  }[button];
  await vscode.commands.executeCommand(command, argument);
}

/**
 * The run once its end is known: a process is out of sight a moment before it has given its folder back, and on a busy
 * machine that moment is long.
 */
async function ended(services: Services, folder: string): Promise<RunListing | undefined> {
  for (let waits = 0; ; waits++) {
    const session = await services.session();
    const [run] = (await session.ask('listRuns', { folders: [folder] })).flatMap(foundOnly);
    if (run?.end !== null || services.live.isLive(folder) || waits === mostWaits) return run;
    await wait(patience);
  }
}
