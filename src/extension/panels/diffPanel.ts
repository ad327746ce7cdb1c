import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { FromInspector, ToInspector } from '../../protocol/inspectPanel.ts';
import { checkFromInspector } from '../../protocol/inspectPanelCheck.ts';
import { findSfts, foundOnly } from '../ask.ts';
import { newFileWatch } from '../editors/fileWatch.ts';
import { openLinked } from '../editors/openLinked.ts';
import { diffPanelType } from '../editors/types.ts';
import { SftProblem } from '../programs/programs.ts';
import { showError } from '../report.ts';
import type { Services } from '../services.ts';
import { saveExport } from './saveExport.ts';
import { webviewOptions, webviewPage } from './webviewPage.ts';

/** Stands between the names in a panel's title. */
const between = ' ↔ ';

/** Opens a panel that compares two SFT files. */
export function openDiff(services: Services, files: readonly [string, string]): void {
  const title = files.map(nameOf).join(between);
  const { extensionUri } = services.context;
  const panel = vscode.window.createWebviewPanel(
    diffPanelType,
    title,
    vscode.ViewColumn.Active,
    webviewOptions(extensionUri),
  );
  showDiff(services, panel, files);
}

/**
 * Takes over a panel that the editor kept over a reload; `state` is what its page kept, if it had the time: else the SFTs are known by
 * the panel's title.
 */
export async function restoreDiff(
  services: Services,
  panel: vscode.WebviewPanel,
  state: unknown,
): Promise<void> {
  const files = filesOf(state) ?? (await filesNamed(services, panel.title.split(between)));
  if (files === undefined) panel.dispose();
  else showDiff(services, panel, files);
}

function showDiff(services: Services, panel: vscode.WebviewPanel, files: readonly [string, string]): void {
  const { webview } = panel;
  const { extensionUri } = services.context;
  let comparing = new AbortController();
  /** Whether SFTs of different bases are compared all the same; undefined until the page has asked. */
  let forced: boolean | undefined;
  const send = (message: ToInspector): void => void webview.postMessage(message);
  const compare = async (force: boolean): Promise<void> => {
    comparing.abort();
    const control = new AbortController();
    comparing = control;
    send({ type: 'comparing', files });
    try {
      const comparison = await (await services.session()).ask('diffSfts', { files, force }, control.signal);
      send({ type: 'comparison', comparison });
    } catch (error) {
      if (control.signal.aborted) return;
      if (!(error instanceof SftProblem)) throw error;
      const { what, advice, code } = error;
      send({ type: 'problem', topic: null, what, advice, canForce: code === 'sft-other-base' });
    }
  };
  const take = async (message: FromInspector): Promise<void> => {
    if (message.type === 'ready') {
      forced = message.force;
      await compare(forced);
    } else if (message.type === 'open') await openLinked(message.file);
    else if (message.type === 'save') await saveExport(message, dirname(files[0]));
  };
  // A hidden page is thrown away by the editor, and asks again.
  const watch = newFileWatch(() => {
    if (panel.visible && forced !== undefined)
      compare(forced).catch((error: unknown) => showError(services, error));
  });
  watch.put(files);
  webview.options = webviewOptions(extensionUri);
  webview.html = webviewPage(webview, extensionUri, 'inspect', panel.title);
  const listeners = [
    watch,
    webview.onDidReceiveMessage((value: unknown) => {
      const message = checkFromInspector(value);
      if (message !== undefined) take(message).catch((error: unknown) => showError(services, error));
    }),
    panel.onDidChangeViewState(() => {
      if (!panel.visible) comparing.abort();
    }),
  ];
  panel.onDidDispose(() => {
    comparing.abort();
    for (const listener of listeners) listener.dispose();
  });
}

function filesOf(state: unknown): readonly [string, string] | undefined {
  if (typeof state !== 'object' || state === null || !('files' in state)) return undefined;
  const files: readonly unknown[] = Array.isArray(state.files) ? state.files : [];
  const [a, b] = files;
  return typeof a === 'string' && typeof b === 'string' ? [a, b] : undefined;
}

/** Of two names that leave no doubt among the SFTs of this window. */
async function filesNamed(
  services: Services,
  names: readonly string[],
): Promise<readonly [string, string] | undefined> {
  const sfts = (await findSfts(services)).flatMap(foundOnly);
  const found = names.map((name) => sfts.filter(({ file }) => nameOf(file) === name));
  return found.length === 2 && found.every((all) => all.length === 1)
    ? [found[0][0].file, found[1][0].file]
    : undefined;
}

function nameOf(file: string): string {
  return basename(file).replace(/(\.sft)?\.safetensors$/, '');
}
