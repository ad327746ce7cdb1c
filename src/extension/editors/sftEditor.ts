import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { FromInspector, InspectAction, ToInspector } from '../../protocol/inspectPanel.ts';
import { checkFromInspector } from '../../protocol/inspectPanelCheck.ts';
import { saveExport } from '../panels/saveExport.ts';
import { webviewOptions, webviewPage } from '../panels/webviewPage.ts';
import { guarded } from '../report.ts';
import type { Services } from '../services.ts';
import { baseFoldersOf, filesOf, patterns, sftFilesOf } from '../views/files.ts';
import { newFileWatch } from './fileWatch.ts';
import { type InspectFeed, newInspectFeed } from './inspectFeed.ts';
import { openLinked } from './openLinked.ts';

/** What an action of the page runs, with the SFT's file as its argument. */
const commandOf: Readonly<Record<InspectAction, string>> = {
  compose: 'sft.openCompose',
  compare: 'sft.compareSfts',
  attribute: 'sft.attribute',
  evaluate: 'sft.evaluate',
  reveal: 'sft.reveal',
  copyPath: 'sft.copyPath',
};

/** Shows an SFT file in an editor: nothing can be changed there. */
export function showSft(services: Services, uri: vscode.Uri, panel: vscode.WebviewPanel): void {
  const { webview } = panel;
  const { extensionUri } = services.context;
  const file = uri.fsPath;
  let feed: InspectFeed | undefined;
  let chosen: string | null = null;
  const send = (message: ToInspector): void => void webview.postMessage(message);
  const guard = guarded(services);
  const begin = async (): Promise<void> => {
    feed?.close();
    if (uri.scheme !== 'file') {
      const what = vscode.l10n.t('This is not a file on a disk of the machine that runs SFT Studio.');
      const advice = vscode.l10n.t('Save it to a folder there, and open it from there.');
      send({ type: 'problem', topic: null, what, advice, canForce: false });
      return;
    }
    feed = newInspectFeed({
      file,
      session: () => services.session(),
      send,
      bases: baseFoldersOf,
      sfts: sftFilesOf,
      recipes: () => filesOf(patterns.recipe),
      fail: (error) =>
        services.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    });
    await feed.begin(chosen);
  };
  const take = async (message: FromInspector): Promise<void> => {
    switch (message.type) {
      case 'ready':
        chosen = message.base;
        return begin();
      case 'chooseBase': {
        const folder = await askForFolder();
        if (folder === undefined) return undefined;
        chosen = folder;
        return feed?.chooseBase(folder);
      }
      case 'action':
        await vscode.commands.executeCommand(commandOf[message.action], { kind: 'sft', file });
        return undefined;
      case 'open':
        return openLinked(message.file);
      case 'save':
        return saveExport(message, dirname(file));
      default:
        return feed?.answer(message);
    }
  };
  const watch = newFileWatch(() => void guard(async () => feed?.fileChanged()));
  watch.put([file]);
  webview.options = webviewOptions(extensionUri);
  webview.html = webviewPage(webview, extensionUri, 'inspect', basename(file));
  const listeners = [
    watch,
    webview.onDidReceiveMessage((value: unknown) => {
      const message = checkFromInspector(value);
      if (message !== undefined) void guard(() => take(message));
    }),
    // A hidden page is thrown away by the editor; shown again it says that it is ready.
    panel.onDidChangeViewState(() => {
      if (!panel.visible) feed?.close();
    }),
  ];
  panel.onDidDispose(() => {
    feed?.close();
    for (const listener of listeners) listener.dispose();
  });
}

async function askForFolder(): Promise<string | undefined> {
  const picked = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('The base model of this SFT: the folder with config.json'),
    openLabel: vscode.l10n.t('Choose'),
    canSelectFiles: false,
    canSelectFolders: true,
  });
  return picked?.[0]?.fsPath;
}
