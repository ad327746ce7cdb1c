import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { BaseListing, Listed, RunListing, SftListing } from '../protocol/session.ts';
import type { Services } from './services.ts';
import { baseFoldersOf, runFoldersOf, sftFilesOf } from './views/files.ts';
import { metricWords } from './words.ts';

/** More than these would be no choice for anybody. */
const mostRuns = 500;

/** Runs of the workspace, the newest first, and every live one. */
export async function findRuns(services: Services): Promise<RunListing[]> {
  const found = await runFoldersOf();
  const live = services.live.all().map(({ entry }) => entry.folder);
  const folders = [...new Set([...found, ...live])];
  const { runs } = await (await services.session()).ask('recentRuns', { folders, most: mostRuns });
  return runs.flatMap(foundOnly).sort((a, b) => b.time - a.time);
}

/** The folder of this name among the runs: a panel that the editor restores may have had no time to say which is its own. */
export async function findRunNamed(services: Services, name: string): Promise<string | undefined> {
  await services.live.look();
  const live = services.live.all().map(({ entry }) => entry.folder);
  const found = live.find((folder) => basename(folder) === name);
  return found ?? (await findRuns(services)).find(({ folder }) => basename(folder) === name)?.folder;
}

/** SFT files of the workspace and of the library. */
export async function findSfts(services: Services): Promise<readonly Listed<SftListing>[]> {
  return (await services.session()).ask('listSfts', { files: await sftFilesOf() });
}

/** Asks for one run; undefined where the user asks for none. */
export async function askForRun(
  services: Services,
  title: string,
  wanted: (run: RunListing) => boolean = () => true,
): Promise<string | undefined> {
  const runs = (await findRuns(services)).filter(wanted);
  if (runs.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('There is no run for this.'));
    return undefined;
  }
  const items = runs.map((run) => ({
    label: basename(run.folder),
    description: describeRun(services, run),
    detail: vscode.workspace.asRelativePath(run.folder),
    folder: run.folder,
  }));
  const chosen = await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
  return chosen?.folder;
}

/** Asks for SFTs; undefined where the user asks for none. */
export async function askForSfts(
  services: Services,
  title: string,
  many: boolean,
): Promise<SftListing[] | undefined> {
  const sfts = (await findSfts(services)).flatMap(foundOnly);
  if (sfts.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('There is no SFT yet: train a recipe, or import an SFT file.'),
    );
    return undefined;
  }
  const items = sfts.map((listing) => ({
    label: listing.name,
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
  });
  return chosen === undefined || chosen.length === 0 ? undefined : chosen.map(({ listing }) => listing);
}

/** Base models: of the workspace, then of SFT_HOME and the Hugging Face cache. */
export async function findBases(services: Services): Promise<readonly BaseListing[]> {
  const folders = await baseFoldersOf();
  return (await (await services.session()).ask('listBases', { folders })).flatMap(foundOnly);
}

/** The base model of SFTs: the one whose name they give, if the workspace has one of that name; else asked for. */
export async function askForBase(services: Services, name: string | null): Promise<string | undefined> {
  const bases = await findBases(services);
  const named = bases.filter((base) => base.name === name);
  if (named.length === 1) return named[0].folder;
  const browse = { label: vscode.l10n.t('Choose a folder…'), description: '', detail: '', folder: undefined };
  const items = [
    ...bases.map(({ name: label, modelType, parameters, folder }) => ({
      label,
      description: `${modelType} · ${Math.round(parameters / 1e6)}M`,
      detail: vscode.workspace.asRelativePath(folder),
      folder,
    })),
    browse,
  ];
  const title =
    name === null
      ? vscode.l10n.t('Base model')
      : vscode.l10n.t('Base model (the SFT was trained on {0})', name);
  const chosen = await vscode.window.showQuickPick(items, { title });
  if (chosen === undefined) return undefined;
  if (chosen.folder !== undefined) return chosen.folder;
  const picked = await vscode.window.showOpenDialog({ canSelectFiles: false, canSelectFolders: true, title });
  return picked?.[0]?.fsPath;
}

/** What there is to say of a run in a few words. */
export function describeRun({ live }: Services, { folder, end, metrics }: RunListing): string {
  const progress = live.progress(folder);
  if (progress !== null) {
    const share = progress.steps > 0 ? `${Math.floor((100 * progress.done) / progress.steps)} %` : '';
    return [progress.live.status, progress.phase ?? '', share].filter((text) => text !== '').join(' ');
  }
  if (end === null) return vscode.l10n.t('at work');
  return end.outcome === 'done' ? metricWords(metrics) : end.outcome;
}

/** Those that could be read. */
export function foundOnly<T>(one: Listed<T>): T[] {
  return 'found' in one ? [one.found] : [];
}
