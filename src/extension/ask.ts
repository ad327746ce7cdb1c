import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { BaseListing, Listed, RunListing, SftListing } from '../protocol/session.ts';
import { waitFor } from './cancellable.ts';
import { showInformation } from './messages.ts';
import type { Services } from './services.ts';
import { outcomeWords } from './views/cards.ts';
import { parametersText } from './views/figures.ts';
import { baseFoldersOf, runFoldersOf, sftFilesOf } from './views/files.ts';
import { liveWords, type Voice } from './views/rows.ts';
import { newVoice } from './voice.ts';
import { metricWords } from './words.ts';

/** More than these would be no choice for anybody. */
const mostRuns = 500;

/** Runs of the workspace, the newest first, and every live one. */
export async function findRuns(services: Services): Promise<RunListing[]> {
  return runsBeside(services, await liveFolders(services));
}

async function liveFolders({ live }: Services): Promise<string[]> {
  // One may have been started in a terminal just now.
  await live.look();
  return live.all().map(({ entry }) => entry.folder);
}

async function runsBeside(services: Services, live: readonly string[]): Promise<RunListing[]> {
  const found = await runFoldersOf();
  const folders = [...new Set([...found, ...live])];
  const { runs } = await (await services.session()).ask('recentRuns', { folders, most: mostRuns });
  return runs.flatMap(foundOnly).sort((a, b) => b.time - a.time);
}

/** The folder of this name among the runs: a panel that the editor restores may have had no time to say which is its own. */
export async function findRunNamed(services: Services, name: string): Promise<string | undefined> {
  const live = await liveFolders(services);
  const isNamed = (folder: string) => basename(folder) === name;
  return (
    live.find(isNamed) ?? (await runsBeside(services, live)).find(({ folder }) => isNamed(folder))?.folder
  );
}

/** SFT files of the workspace and of the library. */
export async function findSfts(services: Services): Promise<readonly Listed<SftListing>[]> {
  return (await services.session()).ask('listSfts', { files: await sftFilesOf() });
}

/** Of the wait, where there are many or their disk is far away. */
export const lookingForRuns = (): string => vscode.l10n.t('Looking for runs');
const lookingForSfts = (): string => vscode.l10n.t('Looking for SFTs');

/** Asks for one run; undefined where the user asks for none. */
export async function askForRun(
  services: Services,
  title: string,
  wanted: (run: RunListing) => boolean = () => true,
): Promise<string | undefined> {
  const found = await waitFor(lookingForRuns(), findRuns(services));
  if (found === undefined) return undefined;
  const runs = found.done.filter(wanted);
  if (runs.length === 0) {
    void showInformation(vscode.l10n.t('There is no run for this.'));
    return undefined;
  }
  const voice = newVoice();
  const items = runs.map((run) => runItem(services, run, voice));
  const chosen = await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
  return chosen?.folder;
}

/** Asks for SFTs, those that are `marked` first; undefined where the user asks for none. */
export async function askForSfts(
  services: Services,
  title: string,
  many: boolean,
  marked: readonly string[] = [],
): Promise<SftListing[] | undefined> {
  const found = await waitFor(lookingForSfts(), findSfts(services));
  if (found === undefined) return undefined;
  const sfts = found.done.flatMap(foundOnly);
  if (sfts.length === 0) {
    void showInformation(vscode.l10n.t('There is no SFT yet: train a recipe, or import an SFT file.'));
    return undefined;
  }
  const isMarked = ({ file }: SftListing) => marked.includes(file);
  const inOrder = sfts.toSorted((a, b) => Number(isMarked(b)) - Number(isMarked(a)));
  const items = inOrder.map((listing) => ({
    label: listing.name,
    picked: many && isMarked(listing),
    description: [listing.base ?? '', metricWords(listing.metrics)].filter((text) => text !== '').join(' · '),
    detail: vscode.workspace.asRelativePath(listing.file),
    listing,
  }));
  if (!many) {
    const chosen = await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
    return chosen === undefined ? undefined : [chosen.listing];
  }
  const chosen = await vscode.window.showQuickPick(items, {
    title,
    canPickMany: true,
    matchOnDescription: true,
    ignoreFocusOut: true, // what is marked would be lost
  });
  return chosen === undefined || chosen.length === 0 ? undefined : chosen.map(({ listing }) => listing);
}

/** Asks for a run or an SFT, as an argument of commands names one; undefined where the user asks for none. */
export async function askForMade(
  services: Services,
  title: string,
  wanted: (run: RunListing) => boolean = () => true,
): Promise<RunArgument | SftArgument | undefined> {
  const both = Promise.all([findSfts(services), findRuns(services)]);
  const found = await waitFor(vscode.l10n.t('Looking for runs and SFTs'), both);
  if (found === undefined) return undefined;
  const sfts = found.done[0].flatMap(foundOnly);
  const runs = found.done[1].filter(wanted);
  if (sfts.length + runs.length === 0) {
    void showInformation(vscode.l10n.t('There is no run and no SFT yet.'));
    return undefined;
  }
  const voice = newVoice();
  const kinds = { sft: vscode.l10n.t('SFTs'), run: vscode.l10n.t('Runs') };
  const items: (vscode.QuickPickItem & { readonly made?: RunArgument | SftArgument })[] = [
    { label: kinds.sft, kind: vscode.QuickPickItemKind.Separator },
    ...sfts.map(({ name, base, file }) => ({
      label: name,
      description: base ?? '',
      detail: vscode.workspace.asRelativePath(file),
      made: { kind: 'sft', file } as const,
    })),
    { label: kinds.run, kind: vscode.QuickPickItemKind.Separator },
    ...runs.map((run) => ({
      ...runItem(services, run, voice),
      made: { kind: 'run', folder: run.folder } as const,
    })),
  ];
  const options = { title, matchOnDescription: true, matchOnDetail: true };
  return (await vscode.window.showQuickPick(items, options))?.made;
}

/** What commands take for a run, and for an SFT. */
interface RunArgument {
  readonly kind: 'run';
  readonly folder: string;
}

interface SftArgument {
  readonly kind: 'sft';
  readonly file: string;
}

/** Base models: of the workspace, then of SFT_HOME and the Hugging Face cache. */
export async function findBases(services: Services): Promise<readonly BaseListing[]> {
  const folders = await baseFoldersOf();
  return (await (await services.session()).ask('listBases', { folders })).flatMap(foundOnly);
}

/** The base model of SFTs: the one whose name they give, if the workspace has one of that name; else asked for. */
export async function askForBase(services: Services, name: string | null): Promise<string | undefined> {
  const found = await waitFor(vscode.l10n.t('Looking for base models'), findBases(services));
  if (found === undefined) return undefined;
  const bases = found.done;
  const named = bases.filter((base) => base.name === name);
  if (named.length === 1) return named[0].folder;
  const browse = { label: vscode.l10n.t('Choose a folder…'), description: '', detail: '', folder: undefined };
  const items = [
    ...bases.map(({ name: label, modelType, parameters, folder }) => ({
      label,
      description: `${modelType} · ${parametersText(parameters)}`,
      detail: vscode.workspace.asRelativePath(folder),
      folder,
    })),
    browse,
  ];
  const title =
    name === null
      ? vscode.l10n.t('Base model')
      : vscode.l10n.t('Base model (the SFT was trained on {0})', name);
  const chosen = await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true });
  if (chosen === undefined) return undefined;
  if (chosen.folder !== undefined) return chosen.folder;
  const picked = await vscode.window.showOpenDialog({ canSelectFiles: false, canSelectFolders: true, title });
  return picked?.[0]?.fsPath;
}

/** A run as a quick pick lists it. */
export function runItem(
  services: Services,
  run: RunListing,
  voice: Voice,
): vscode.QuickPickItem & { readonly folder: string } {
  return {
    label: basename(run.folder),
    description: describeRun(services, run, voice),
    detail: vscode.workspace.asRelativePath(run.folder),
    folder: run.folder,
  };
}

/** What there is to say of a run in a few words. */
function describeRun({ live }: Services, { folder, end, metrics }: RunListing, voice: Voice): string {
  const progress = live.progress(folder);
  if (progress !== null) return liveWords({ status: progress.live.status, progress }, voice);
  if (end === null) return vscode.l10n.t('at work');
  return end.outcome === 'done' ? metricWords(metrics) : outcomeWords(end, voice.t);
}

/** Those that could be read. */
export function foundOnly<T>(one: Listed<T>): T[] {
  return 'found' in one ? [one.found] : [];
}
