import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import {
  type ComposeContent,
  fileName,
  type PastSetting,
  type PastSweep,
  withFiles,
} from '../../protocol/compose.ts';
import type { ComposeAction, FromCompose, ToCompose } from '../../protocol/composePanel.ts';
import { checkFromCompose } from '../../protocol/composePanelCheck.ts';
import { askForSfts } from '../ask.ts';
import { askForData } from '../commands/evaluate.ts';
import { openInspector } from '../editors/openLinked.ts';
import { saveExport } from '../panels/saveExport.ts';
import { webviewOptions, webviewPage } from '../panels/webviewPage.ts';
import { guarded } from '../report.ts';
import type { Services } from '../services.ts';
import { idleMinutes, namedEngine } from '../settings.ts';
import { baseFoldersOf } from '../views/files.ts';
import { newFileWatch } from '../editors/fileWatch.ts';
import type { ComposeFile } from './composeEditor.ts';
import { newComposeFeed } from './composeFeed.ts';
import { askForColumns } from './readingSteps.ts';
import { exportBench, saveBench } from './saveBench.ts';

/** What a page does to its file. */
export interface BenchFile {
  readonly file: ComposeFile;
  readonly edit: (label: string, change: Partial<ComposeContent>) => void;
  readonly record: (past: PastSetting, changed: string | null) => void;
  readonly keepSweep: (sweep: PastSweep) => void;
  /** Whether another program has written the file: `free` to be read again, or with changes here that would be lost. */
  readonly outside: () => Promise<'same' | 'free' | 'conflict'>;
  /** Takes what the file holds on the disk. */
  readonly reload: () => Promise<void>;
  /** Asks which of the two is to stay: what another program wrote, or the changes here. */
  readonly settle: () => Promise<void>;
}

/** Shows a bench in an editor. */
export function showBench(services: Services, panel: vscode.WebviewPanel, bench: BenchFile): void {
  const { webview } = panel;
  const { extensionUri } = services.context;
  const { file, edit } = bench;
  const name = basename(file.uri.fsPath).replace(/\.compose\.yaml$/, '');
  const send = (message: ToCompose): void => void webview.postMessage(message);
  const guard = guarded(services);
  const feed = newComposeFeed({
    name,
    session: () => services.session(),
    send,
    isTrusted: () => vscode.workspace.isTrusted,
    bases: baseFoldersOf,
    record: bench.record,
    keepSweep: bench.keepSweep,
    fail: (error) =>
      services.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    engine: namedEngine,
    idleMinutes,
  });
  const show = (): void => feed.update(file.problem ?? file.bench.now());

  /** A file that is chosen again is read, and is for what it was. */
  const setData = (data: string): void => {
    if (file.bench.now().data?.data !== data) edit(vscode.l10n.t('Choose data file'), { data: { data } });
  };
  const addSfts = (files: readonly string[]): void => {
    const { setting } = file.bench.now();
    const rows = withFiles(
      setting.rows,
      files.map((one) => ({ file: one })),
    );
    edit(vscode.l10n.t('Add SFTs'), { setting: { ...setting, rows } });
  };
  const drop = (uris: readonly string[]): void => {
    const paths = uris
      .map((uri) => vscode.Uri.parse(uri))
      .filter(({ scheme }) => scheme === 'file' || scheme === 'vscode-remote')
      .map(({ fsPath }) => fsPath);
    const sfts = paths.filter(isSft);
    if (sfts.length > 0) addSfts(sfts);
    const data = paths.find((path) => !isSft(path));
    if (data !== undefined) setData(data);
  };
  const actions: Readonly<Record<ComposeAction, () => Promise<unknown> | void>> = {
    async addSfts() {
      const chosen = await askForSfts(services, vscode.l10n.t('Add which SFTs?'), true);
      if (chosen !== undefined) addSfts(chosen.map((sft) => sft.file));
    },
    async chooseData() {
      const uri = await askForData();
      if (uri !== undefined) setData(uri.fsPath);
    },
    async chooseColumns() {
      const { data } = file.bench.now();
      const named = data === null ? undefined : await askForColumns(data);
      if (named !== undefined) edit(vscode.l10n.t('Choose columns'), { data: named });
    },
    async chooseBase() {
      const title = vscode.l10n.t('The base model of these SFTs: the folder with config.json');
      const picked = await vscode.window.showOpenDialog({
        title,
        canSelectFiles: false,
        canSelectFolders: true,
      });
      const folder = picked?.[0]?.fsPath;
      if (folder !== undefined) edit(vscode.l10n.t('Choose base model'), { base: folder });
    },
    undo: () => Promise.resolve(vscode.commands.executeCommand('undo')),
    redo: () => Promise.resolve(vscode.commands.executeCommand('redo')),
    saveSft: () => saveBench(services, file.bench.now().setting),
    exportModel: () => exportBench(services, file.bench.now().setting, feed.base()),
    stopSweep: () => feed.stopSweep(),
    again: () => feed.again(),
    openText: () => Promise.resolve(vscode.commands.executeCommand('vscode.openWith', file.uri, 'default')),
  };
  const take = async (message: FromCompose): Promise<void> => {
    switch (message.type) {
      case 'ready':
        feed.begin();
        // A bench that came from a backup may have been changed while no window was open.
        void guard(takeOutsideChange);
        return show();
      case 'setting':
        feed.moved(message.setting, message.isMoving, message.seen);
        if (!message.isMoving) edit(vscode.l10n.t('Change setting'), { setting: message.setting });
        // Also where it is what the document holds: a slider that was held has come back.
        return message.isMoving ? undefined : show();
      case 'reference':
        return edit(vscode.l10n.t('Choose reference'), { reference: message.reference });
      case 'role': {
        const { data } = file.bench.now();
        const { role } = message;
        return data === null
          ? undefined
          : edit(vscode.l10n.t('Change role of data'), { data: { ...data, role } });
      }
      case 'sweep':
        return feed.sweep(message.axes, message.isWhole);
      case 'dropped':
        return drop(message.uris);
      case 'open':
        return openInspector(vscode.Uri.file(message.file));
      case 'save':
        return saveExport(message, dirname(file.uri.fsPath));
      default:
        await actions[message.action]();
        return undefined;
    }
  };

  const used = newFileWatch(() => feed.filesChanged());
  /** The files whose change makes the figures others. */
  const watch = (): void => {
    const { setting, data } = file.bench.now();
    used.put([...setting.rows.map((row) => row.file), ...(data === null ? [] : [data.data])]);
  };
  const own = newFileWatch(() => void guard(takeOutsideChange));
  /** What another program wrote is taken over, unless something here would be lost. */
  const takeOutsideChange = async (): Promise<void> => {
    const now = await bench.outside();
    if (now === 'free') await bench.reload();
    else if (now === 'conflict') await bench.settle();
  };
  watch();
  own.put([file.uri.fsPath]);
  webview.options = webviewOptions(extensionUri);
  webview.html = webviewPage(webview, extensionUri, 'compose', name);
  const listeners = [
    used,
    own,
    file.bench.onDidChange(() => {
      watch();
      show();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(show),
    webview.onDidReceiveMessage((value: unknown) => {
      const message = checkFromCompose(value);
      if (message !== undefined) void guard(() => take(message));
    }),
    // A hidden page is thrown away by the editor; shown again it says that it is ready.
    panel.onDidChangeViewState(() => {
      if (!panel.visible) feed.close();
    }),
  ];
  panel.onDidDispose(() => {
    feed.dispose();
    for (const listener of listeners) listener.dispose();
  });
}

function isSft(path: string): boolean {
  return path.endsWith('.safetensors') || fileName(path) === 'pytorch_diff.bin';
}
