import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { userError } from '../../core/errors/userError.ts';
import { childEnvironment } from '../programs/programs.ts';
import type { Services } from '../services.ts';
import { demoMarker } from '../startup/demo.ts';
import type { CommandHandler } from './register.ts';

const folderName = 'sft-demo';

/** Copies the demo workspace into a folder of the user's, and opens it. */
export const openDemo: CommandHandler = async ({ services }) => {
  const parent = await askForParent();
  if (parent === undefined) return;
  const { folder, isThere } = await demoFolder(parent);
  if (isThere ? !(await wantsOpen(folder)) : !(await make(services, folder))) return;
  await open(folder);
};

/** Where the demo's folder is to lie. */
async function askForParent(): Promise<string | undefined> {
  const documents = join(homedir(), 'Documents');
  const usual = (await isFolder(documents)) ? documents : homedir();
  const choices = [
    {
      label: `$(folder) ${join(usual, folderName)}`,
      description: vscode.l10n.t('about 3 MB'),
      parent: usual,
    },
    { label: vscode.l10n.t('$(folder-opened) Choose another place…'), description: '', parent: undefined },
  ];
  const chosen = await vscode.window.showQuickPick(choices, {
    title: vscode.l10n.t('Open Demo Workspace'),
    placeHolder: vscode.l10n.t('Where is the demo to be copied to?'),
  });
  if (chosen === undefined) return undefined;
  if (chosen.parent !== undefined) return chosen.parent;
  const [uri] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('In which folder is {0} to be made?', folderName),
      canSelectFiles: false,
      canSelectFolders: true,
    })) ?? [];
  return uri?.fsPath;
}

/** A demo that is there already, or a name that is free: nothing of the user's is written over. */
async function demoFolder(parent: string): Promise<{ readonly folder: string; readonly isThere: boolean }> {
  for (let number = 1; ; number++) {
    const folder = join(parent, number === 1 ? folderName : `${folderName}-${number}`);
    const names = await readdir(folder).catch(() => undefined);
    if (names === undefined ? !(await exists(folder)) : names.length === 0) return { folder, isThere: false };
    if (names?.includes(demoMarker) === true) return { folder, isThere: true };
  }
}

async function wantsOpen(folder: string): Promise<boolean> {
  const open = vscode.l10n.t('Open');
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('There is a demo workspace already. Open it?'),
    { modal: true, detail: folder },
    open,
  );
  return chosen === open;
}

/** Makes the workspace, in a process of its own; gives false where that was cancelled. */
async function make({ bundles }: Services, folder: string): Promise<boolean> {
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Making the demo workspace'),
      cancellable: true,
    },
    async (_progress, cancelled) => {
      const child = spawn(process.execPath, [join(bundles, 'demoWorkspace.js'), folder], {
        env: childEnvironment(process.versions.electron !== undefined),
        stdio: ['ignore', 'ignore', 'pipe'],
        windowsHide: true,
      });
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      cancelled.onCancellationRequested(() => child.kill());
      const [code] = (await once(child, 'close')) as [number | null];
      if (cancelled.isCancellationRequested) {
        // It was new or empty, and a half of it would look like a demo.
        await rm(folder, { recursive: true, force: true });
        return false;
      }
      if (code !== 0) throw userError('demo-failed', { reason: reasonIn(said) }, { file: folder });
      return true;
    },
  );
}

/** The line of what a program said before it ended that names its error. */
function reasonIn(said: string): string {
  const lines = said.split('\n').map((line) => line.trim());
  return (
    lines.find((line) => /^\w*Error: /.test(line))?.replace(/^\w*Error: /, '') ??
    lines.find((line) => line !== '') ??
    ''
  );
}

/** In this window if nothing is open in it, or else in a new one. */
async function open(folder: string): Promise<void> {
  const uri = vscode.Uri.file(folder);
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.some((one) => one.uri.fsPath === uri.fsPath)) {
    await vscode.commands.executeCommand('sft.openWalkthrough');
    return;
  }
  await vscode.commands.executeCommand('vscode.openFolder', uri, { forceNewWindow: folders.length > 0 });
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
