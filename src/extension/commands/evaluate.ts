import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { SftListing } from '../../protocol/session.ts';
import { askForBase, askForSfts, findSfts, foundOnly } from '../ask.ts';
import { cancellable } from '../cancellable.ts';
import { sftFileOf } from '../views/nodes.ts';
import type { Window } from '../window.ts';
import { metricWords } from '../words.ts';
import { runFolderOf } from '../views/nodes.ts';
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
  const result = await runWithProgress(window, vscode.l10n.t('Evaluating {0}', names), [
    'evaluate',
    '--base',
    base,
    ...sfts.flatMap(({ file }) => ['--sft', file]),
    '--data',
    data.fsPath,
  ]);
  if (result === undefined) return;
  const text = evaluationText(result, names, basename(data.fsPath));
  services.log.info(`${text}\n${JSON.stringify(result, null, 2)}`);
  const copy = vscode.l10n.t('Copy');
  const show = vscode.l10n.t('Show Details');
  const chosen = await vscode.window.showInformationMessage(text, show, copy);
  if (chosen === copy) await vscode.env.clipboard.writeText(text);
  else if (chosen === show) services.log.show();
};

/** SFTs that are meant: of the argument and the selection, those that a run made, or those that are asked for. */
export async function chosenSfts(
  window: Window,
  argument: unknown,
  selected: unknown,
  title: string,
): Promise<SftListing[] | undefined> {
  const { services } = window;
  const given = Array.isArray(selected) && selected.length > 0 ? selected : [argument];
  const files = new Set(given.map(sftFileOf).filter((file) => file !== undefined));
  const folder = runFolderOf(argument);
  if (folder !== undefined) {
    const [run] = await (await services.session()).ask('listRuns', { folders: [folder] });
    if ('found' in run && run.found.sft !== null) files.add(run.found.sft);
  }
  if (files.size === 0) return askForSfts(services, title, true);
  const listed = (await findSfts(services)).flatMap(foundOnly).filter(({ file }) => files.has(file));
  if (listed.length > 0) return listed;
  return (await (await services.session()).ask('listSfts', { files: [...files] }))
    .flatMap(foundOnly)
    .filter(({ file }) => files.has(file));
}

/** Runs a command of `sft` with progress and cancel; undefined where it was cancelled. */
export async function runWithProgress(
  { services }: Window,
  title: string,
  args: readonly string[],
): Promise<unknown> {
  const programs = await services.programs();
  return cancellable(title, (signal, report) =>
    programs.sft(args, {
      signal,
      onText(line) {
        services.log.info(line);
        report(line.slice(0, 100));
      },
    }),
  );
}

async function askForData(): Promise<vscode.Uri | undefined> {
  const uris = await vscode.workspace.findFiles('**/*.{conllu,txt,tsv,iob2,bio}', '**/node_modules/**', 500);
  const browse = { label: vscode.l10n.t('Choose a data file…'), uri: undefined };
  const items = uris
    .map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }))
    .sort((a, b) => (a.label < b.label ? -1 : 1));
  const title = vscode.l10n.t('Evaluate on which data?');
  const chosen = await vscode.window.showQuickPick([...items, browse], { title });
  if (chosen === undefined) return undefined;
  if (chosen.uri !== undefined) return chosen.uri;
  return (await vscode.window.showOpenDialog({ title }))?.[0];
}

/** What `sft evaluate --json` prints. */
interface Evaluated {
  readonly metric: string;
  readonly value: number;
  readonly interval: readonly [number, number];
  readonly examples: number;
}

function evaluationText(result: unknown, names: string, data: string): string {
  const { metric, value, interval, examples } = result as Evaluated;
  const words = (x: number) => metricWords({ [metric]: x });
  return vscode.l10n.t(
    '{0} on {1}: {2} (95 % interval {3} to {4}, {5} examples)',
    names,
    data,
    words(value),
    words(interval[0]),
    words(interval[1]),
    examples,
  );
}
