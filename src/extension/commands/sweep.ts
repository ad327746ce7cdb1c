import { existsSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { bytesText } from '../../protocol/bytesText.ts';
import type { SweepMatrix, SweepOutline } from '../../protocol/sweep.ts';
import { showInformation, showWarning } from '../messages.ts';
import { matrixReport } from '../reports/matrixReport.ts';
import { showReport } from '../reports/show.ts';
import { engineSetting, keepAwakeSetting } from '../settings.ts';
import { countText } from '../views/figures.ts';
import { sweepFileOf } from '../views/nodes.ts';
import type { Window } from '../window.ts';
import { durationWords } from '../words.ts';
import { chosenText, type TextKind } from './chosenText.ts';
import { runWithProgress } from './evaluate.ts';
import type { CommandHandler } from './register.ts';

/**
 * Says what a sweep would cost, and runs it, or goes on with it, as a task: in a terminal, which tells of each run and ends the sweep
 * when it is closed. The runs themselves are among the others.
 */
export const runSweep: CommandHandler = async (window, argument) => {
  const file = await sweepFor(argument, vscode.l10n.t('Which sweep is to be run?'));
  if (file === undefined) return;
  const title = vscode.l10n.t('Planning {0}', vscode.workspace.asRelativePath(file));
  const planned = await runWithProgress(window, title, ['sweep', file, '--dry-run', ...engineSetting()]);
  if (planned === undefined) return;
  const outline = planned as SweepOutline;
  if (outline.estimate.runs === 0) {
    await offerMatrix(vscode.l10n.t('{0}: all {1} runs are done.', outline.name, outline.runs.length), file);
    return;
  }
  const where = await askWhere(outline);
  if (where !== undefined) await inTerminal(window, file, where);
};

/** Evaluates what is done of a sweep and shows the matrix. */
export const sweepMatrix: CommandHandler = async (window, argument) => {
  const file = await sweepFor(argument, vscode.l10n.t('The matrix of which sweep?'));
  if (file === undefined) return;
  const title = vscode.l10n.t('Collecting {0}', vscode.workspace.asRelativePath(file));
  const collected = await runWithProgress(window, title, ['sweep', file, '--collect', ...engineSetting()]);
  if (collected === undefined) return;
  const name = basename(file, '.sweep.yaml');
  await showReport(window.services, `${name} matrix`, matrixReport(name, collected as SweepMatrix));
};

async function sweepFor(argument: unknown, title: string): Promise<string | undefined> {
  if (argument instanceof vscode.Uri) return chosenText(sweeps, argument, title);
  const given = sweepFileOf(argument);
  return chosenText(sweeps, given === undefined ? undefined : vscode.Uri.file(given), title);
}

const sweeps: TextKind = {
  language: 'sft-sweep',
  pattern: '**/*.sweep.yaml',
  async none() {
    await showInformation(vscode.l10n.t('There is no sweep (NAME.sweep.yaml) in this workspace yet.'));
  },
};

/** Arguments that say where a sweep computes; undefined where it is not to be run. */
async function askWhere({ name, runs, estimate }: SweepOutline): Promise<readonly string[] | undefined> {
  const { jobs, threads, memory, disk, seconds } = estimate;
  const done = runs.length - estimate.runs;
  const question = vscode.l10n.t('Run {0}: {1} runs?', name, countText(estimate.runs));
  const canSubmit = hasSlurm();
  const cost = vscode.l10n.t('About {0}, {1}.', durationWords(seconds), sideWords(jobs, threads));
  const detail = [
    canSubmit
      ? vscode.l10n.t('Here: {0} On Slurm: as many runs at a time as the cluster has room for.', cost)
      : cost,
    vscode.l10n.t('Memory: {0} a run. Disk: {1}.', bytesText(memory), bytesText(disk)),
    ...(done > 0 ? [vscode.l10n.t('{0} more are done, and are not repeated.', countText(done))] : []),
    vscode.l10n.t('Closing its terminal stops the runs with a checkpoint; run again, the sweep goes on.'),
  ].join('\n');
  const here = vscode.l10n.t('Run Here');
  const slurm = vscode.l10n.t('Run on Slurm');
  const places = canSubmit ? [here, slurm] : [here];
  const chosen = await vscode.window.showInformationMessage(question, { modal: true, detail }, ...places);
  if (chosen === undefined) return undefined;
  return chosen === slurm ? askPartition() : [];
}

function sideWords(jobs: number, threads: number): string {
  const one = threads === 1;
  if (jobs === 1)
    return one
      ? vscode.l10n.t('one run at a time on 1 thread')
      : vscode.l10n.t('one run at a time on {0} threads', threads);
  return one
    ? vscode.l10n.t('{0} runs at a time, 1 thread each', jobs)
    : vscode.l10n.t('{0} runs at a time, {1} threads each', jobs, threads);
}

/** Whether this machine submits jobs to a cluster. */
function hasSlurm(): boolean {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.some((folder) => folder !== '' && existsSync(join(folder, 'sbatch')));
}

async function askPartition(): Promise<readonly string[] | undefined> {
  const partition = await vscode.window.showInputBox({
    title: vscode.l10n.t('Partition of the cluster'),
    placeHolder: vscode.l10n.t("The cluster's default"),
    ignoreFocusOut: true,
    validateInput: (text) =>
      /\s/.test(text.trim()) ? vscode.l10n.t('A partition has no spaces in its name.') : undefined,
  });
  if (partition === undefined) return undefined;
  return ['--slurm', ...(partition.trim() === '' ? [] : ['--partition', partition.trim()])];
}

async function inTerminal({ services }: Window, file: string, where: readonly string[]): Promise<void> {
  const { path, electron } = await (await services.programs()).node();
  const args = [
    join(services.bundles, 'cli.js'),
    'sweep',
    file,
    '--yes',
    ...where,
    ...engineSetting(),
    ...keepAwakeSetting(),
  ];
  const name = basename(file, '.sweep.yaml');
  const task = new vscode.Task(
    { type: 'process' },
    vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file)) ?? vscode.TaskScope.Workspace,
    vscode.l10n.t('Sweep {0}', name),
    'SFT Studio',
    new vscode.ProcessExecution(path, args, {
      cwd: dirname(file),
      env: electron ? { ELECTRON_RUN_AS_NODE: '1' } : {},
    }),
    [],
  );
  task.presentationOptions = { panel: vscode.TaskPanelKind.Dedicated, clear: true, showReuseMessage: false };
  const execution = await vscode.tasks.executeTask(task);
  const ended = vscode.tasks.onDidEndTaskProcess(({ execution: one, exitCode }) => {
    if (one !== execution) return;
    ended.dispose();
    void tellEnd(name, file, exitCode).catch((error: unknown) => services.log.error(String(error)));
  });
  services.context.subscriptions.push(ended);
}

/** How `sft` ends where it was interrupted. */
const interrupted = 130;

async function tellEnd(name: string, file: string, exitCode: number | undefined): Promise<void> {
  if (exitCode === 0) return offerMatrix(vscode.l10n.t('Sweep {0}: all runs are done.', name), file);
  if (exitCode === undefined || exitCode === interrupted) return;
  const again = vscode.l10n.t('Run Again');
  const text = vscode.l10n.t('Sweep {0} ended with runs that are not done: its terminal says why.', name);
  if ((await showWarning(text, again)) === again)
    await vscode.commands.executeCommand('sft.runSweep', vscode.Uri.file(file));
}

async function offerMatrix(text: string, file: string): Promise<void> {
  const show = vscode.l10n.t('Show Matrix');
  if ((await showInformation(text, show)) === show)
    await vscode.commands.executeCommand('sft.sweepMatrix', vscode.Uri.file(file));
}
