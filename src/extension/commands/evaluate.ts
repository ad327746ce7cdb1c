import { basename } from 'node:path';
import * as vscode from 'vscode';
import { count } from '../../core/texts.ts';
import { type EvaluationFacts, evaluationLines } from '../../protocol/evaluationLines.ts';
import type { SftListing } from '../../protocol/session.ts';
import { askForBase, askForSfts, foundOnly } from '../ask.ts';
import { cancellable, waitFor } from '../cancellable.ts';
import { setContextKey } from '../contextKeys.ts';
import { showInformation } from '../messages.ts';
import { dataPatterns, isOtherText, unwantedFolders } from '../newRecipe/dataFiles.ts';
import { findQuestions } from '../newRecipe/findData.ts';
import { engineSetting } from '../settings.ts';
import { sftFileOf } from '../views/nodes.ts';
import type { Window } from '../window.ts';
import { metricText, metricWords } from '../words.ts';
import { runFolderOf } from '../views/nodes.ts';
import { askingWhere } from './askingWhere.ts';
import { askingForHead } from './chooseHead.ts';
import type { CommandHandler } from './register.ts';

/** Evaluates SFTs, added to their base, on a data file; says the figure with its interval. */
export const evaluate: CommandHandler = async (window, argument, selected) => {
  const { services } = window;
  const sfts = await chosenSfts(window, argument, selected, vscode.l10n.t('Evaluate which SFTs together?'));
  if (sfts === undefined) return;
  const base = await askForBase(services, sfts[0].base);
  if (base === undefined) return;
  const data = await askForData();
  if (data === undefined) return;
  const names = sfts.map(({ name }) => name).join(' + ');
  const files = sfts.flatMap(({ file }) => ['--sft', file]);
  const args = ['evaluate', '--base', base, ...files, '--data', data.fsPath, ...engineSetting()];
  const title = vscode.l10n.t('Evaluating {0}', names);
  const printed = await askingForHead(sfts, args, (all) =>
    askingForSample(all, (more) => runWithProgress(window, title, more)),
  );
  if (printed === undefined) return;
  setContextKey('sft.evaluated', true);
  const result = printed as Evaluated;
  const file = basename(data.fsPath);
  const text = evaluationText(result, names, file);
  services.log.info(detailLines(result, names, file));
  const copy = vscode.l10n.t('Copy');
  const show = vscode.l10n.t('Show Details');
  const chosen = await showInformation(text, show, copy);
  if (chosen === copy) await vscode.env.clipboard.writeText(text);
  else if (chosen === show) services.log.show();
};

/** So many examples of a text that would take hours. */
const sampleSize = 2000;

/** Of a text that would take hours the user takes all, or some; undefined for neither, or where the command was cancelled. */
async function askingForSample(
  args: readonly string[],
  run: (args: readonly string[]) => Promise<unknown>,
): Promise<unknown> {
  return askingWhere('evaluate-confirm', args, run, async (what) => {
    const some = vscode.l10n.t('Evaluate {0} Examples', sampleSize);
    const all = vscode.l10n.t('Evaluate All');
    const chosen = await vscode.window.showWarningMessage(what, { modal: true }, some, all);
    if (chosen === undefined) return undefined;
    return chosen === some ? ['--sample', String(sampleSize)] : ['--yes'];
  });
}

/** SFTs that are meant: of the argument and the selection, those that a run made, or those that are asked for. */
export async function chosenSfts(
  window: Window,
  argument: unknown,
  selected: unknown,
  title: string,
  many = true,
): Promise<SftListing[] | undefined> {
  const { services } = window;
  const given = Array.isArray(selected) && selected.length > 0 ? selected : [argument];
  const files = new Set(given.map(sftFileOf).filter((file) => file !== undefined));
  const folder = runFolderOf(argument);
  if (folder !== undefined) {
    const [run] = await (await services.session()).ask('listRuns', { folders: [folder] });
    if ('found' in run && run.found.sft !== null) files.add(run.found.sft);
  }
  if (files.size === 0) {
    // Of the palette: those that are selected in the tree are marked already.
    const marked = window.views.selection('sft.sfts').flatMap((node) => sftFileOf(node) ?? []);
    return askForSfts(services, title, many, marked);
  }
  const asked = (await services.session()).ask('listSfts', { files: [...files], only: true });
  const listed = await waitFor(vscode.l10n.t('Reading SFTs'), asked);
  return listed?.done.flatMap(foundOnly);
}

/** Runs a command of `sft` with progress and cancel; undefined where it was cancelled. */
export async function runWithProgress(
  { services }: Pick<Window, 'services'>,
  title: string,
  args: readonly string[],
  env?: NodeJS.ProcessEnv,
): Promise<unknown> {
  const programs = await services.programs();
  return cancellable(title, (signal, report) =>
    programs.sft(args, {
      signal,
      env,
      onText(line) {
        services.log.info(line);
        report(line.slice(0, 100));
      },
    }),
  );
}

/** Asks for a data file: of the workspace, or any. */
export async function askForData(): Promise<vscode.Uri | undefined> {
  const both = Promise.all([vscode.workspace.findFiles(dataPatterns, unwantedFolders, 500), findQuestions()]);
  const found = await waitFor(vscode.l10n.t('Looking for data'), both);
  if (found === undefined) return undefined;
  const [uris, withQuestions] = found.done;
  const questions = withQuestions.map(({ path }) => vscode.Uri.file(path));
  const browse = { label: vscode.l10n.t('Choose a data file…'), uri: undefined };
  const items = uris
    .filter(({ fsPath }) => !isOtherText(fsPath))
    .concat(questions)
    .map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }))
    .sort((a, b) => (a.label < b.label ? -1 : 1));
  const title = vscode.l10n.t('Evaluate on which data?');
  const chosen = await vscode.window.showQuickPick([...items, browse], { title, ignoreFocusOut: true });
  if (chosen === undefined) return undefined;
  if (chosen.uri !== undefined) return chosen.uri;
  return (await vscode.window.showOpenDialog({ title }))?.[0];
}

/** What `sft evaluate --json` prints. */
interface Evaluated extends EvaluationFacts {
  readonly tuned: boolean;
  /** What was lost of the file, taken for granted of the SFT, or read of the file by it. */
  readonly notes: readonly string[];
}

/** An evaluation in sentences, each of which ends before the next one begins. */
function evaluationText(
  { metric, metrics, interval, examples, tuned, notes }: Evaluated,
  names: string,
  data: string,
): string {
  const [low, high] = interval.map((end) => metricText(metric, end ?? Number.NaN));
  const figure = metricWords({ [metric]: metrics[metric] ?? Number.NaN });
  const text =
    examples === 1
      ? vscode.l10n.t(
          '{0} on {1}: {2} (95 % interval {3} to {4}, 1 example).',
          names,
          data,
          figure,
          low,
          high,
        )
      : vscode.l10n.t(
          '{0} on {1}: {2} (95 % interval {3} to {4}, {5} examples).',
          names,
          data,
          figure,
          low,
          high,
          count(examples),
        );
  return [text, ...(tuned ? [tunedMark()] : []), ...notes].join(' ');
}

function tunedMark(): string {
  return vscode.l10n.t('Tuned on this file: judge these SFTs on another one.');
}

/** What the output channel has of an evaluation: what was said, and the lines that `sft evaluate` prints. */
function detailLines(result: Evaluated, names: string, data: string): string {
  const said = [...(result.tuned ? [tunedMark()] : []), ...result.notes];
  return [
    vscode.l10n.t('{0} on {1}', names, data),
    ...evaluationLines(result).map((line) => `  ${line}`),
    ...said.map((line) => `  ${line}`),
  ].join('\n');
}
