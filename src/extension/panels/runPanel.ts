import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { liveEntryOf } from '../../home/liveEntries.ts';
import type { FromRunPanel, RunAction, ToRunPanel } from '../../protocol/runPanel.ts';
import { checkFromRunPanel } from '../../protocol/runPanelCheck.ts';
import type { Services } from '../services.ts';
import { guarded, showError } from '../report.ts';
import { chooseK } from '../live/chooseK.ts';
import { SftProblem } from '../programs/programs.ts';
import { newNewestK } from './newestK.ts';
import { newRunFeed, type OpenedRun, type RunFeed } from './runFeed.ts';
import { newVoice } from '../voice.ts';
import { saveExport } from './saveExport.ts';
import { webviewOptions, webviewPage } from './webviewPage.ts';

export const runPanelType = 'sft.run';

/** The run panels of this window: one a run. */
export interface RunPanels {
  /** Shows a run's panel, with other runs drawn behind it if asked. */
  open(folder: string, overlays?: readonly string[]): void;
  /** Takes over a panel that the editor kept over a reload. */
  restore(panel: vscode.WebviewPanel, folder: string): void;
  isVisible(folder: string): boolean;
  /** The run whose panel is in front. */
  active(): string | undefined;
}

/** What a run action of the panel runs, with the run's folder as its argument. */
const commandOf: Readonly<Record<Exclude<RunAction, 'compare'>, string>> = {
  pause: 'sft.pause',
  resume: 'sft.resume',
  stop: 'sft.stop',
  cancel: 'sft.cancel',
  changeK: 'sft.changeK',
  selectNow: 'sft.selectNow',
  evaluate: 'sft.evaluate',
  compose: 'sft.addToCompose',
  reveal: 'sft.reveal',
  delete: 'sft.delete',
  openRecipe: 'sft.openRecipeOfRun',
  openLog: 'sft.openLogOfRun',
};

interface Panel {
  readonly panel: vscode.WebviewPanel;
  readonly overlay: (folder: string) => Promise<void>;
}

export function newRunPanels(services: Services): RunPanels {
  const panels = new Map<string, Panel>();
  const { extensionUri } = services.context;
  const adopt = (panel: vscode.WebviewPanel, folder: string): Panel => {
    const adopted = { panel, overlay: serve(services, panel, folder) };
    panels.set(folder, adopted);
    panel.onDidDispose(() => panels.delete(folder));
    return adopted;
  };
  return {
    open(folder, overlays = []) {
      const known = panels.get(folder);
      known?.panel.reveal();
      const { overlay } =
        known ??
        adopt(
          vscode.window.createWebviewPanel(
            runPanelType,
            basename(folder),
            vscode.ViewColumn.Active,
            webviewOptions(extensionUri),
          ),
          folder,
        );
      for (const other of overlays) void overlay(other);
    },
    restore(panel, folder) {
      panel.webview.options = webviewOptions(extensionUri);
      adopt(panel, folder);
    },
    isVisible: (folder) => panels.get(folder)?.panel.visible === true,
    active: () => [...panels].find(([, { panel }]) => panel.active)?.[0],
  };
}

/** Reads a run while its page is being loaded; one that lives tells of itself. What goes wrong is said when the page asks. */
function readAhead(services: Services, folder: string): Promise<OpenedRun | undefined> {
  const read = async (): Promise<OpenedRun | undefined> => {
    if ((await liveEntryOf(services.home.live, folder)) !== undefined) return undefined;
    return (await services.session()).ask('openRun', { folder });
  };
  return read().catch(() => undefined);
}

/** Connects a panel to its run; gives what draws another run behind it. */
function serve(services: Services, panel: vscode.WebviewPanel, folder: string): Panel['overlay'] {
  const { webview } = panel;
  const drawn = new Set<string>();
  /** Runs to be drawn behind that cannot be read: said once. */
  const missing = new Set<string>();
  let feed: RunFeed | undefined;
  const send = (message: ToRunPanel): void => void webview.postMessage(message);
  const guard = guarded(services);
  const newestK = newNewestK((k) => chooseK(services, folder, k), send);
  /** Whether the page is still there: it is thrown away when it is hidden, and may be while the session starts. */
  let isThere = true;
  let ahead = panel.visible ? readAhead(services, folder) : undefined;
  const begin = async (): Promise<void> => {
    feed?.close();
    const session = await services.session();
    if (!isThere || !panel.visible) return;
    feed?.close();
    feed = newRunFeed({ folder, live: services.home.live, session, ahead, send, t: newVoice().t });
    ahead = undefined;
    await feed.begin();
  };
  const overlay = async (other: string, isRestored = false): Promise<void> => {
    drawn.add(other);
    try {
      const { view } = await (await services.session()).ask('openRun', { folder: other });
      // As the list of runs calls it: runs of one recipe have the same name.
      send({ type: 'overlay', folder: other, name: basename(other), view });
    } catch (error) {
      // A run that was deleted since is not asked for again.
      drawn.delete(other);
      missing.add(other);
      send({ type: 'overlayGone', folder: other });
      if (!isRestored) await showError(services, error);
    }
  };
  const whatIfOf = async () => {
    try {
      return await (await services.session()).ask('runWhatIf', { folder });
    } catch (error) {
      if (error instanceof SftProblem) return { what: error.what, advice: error.advice };
      return { what: error instanceof Error ? error.message : String(error), advice: '' };
    }
  };
  const take = async (message: FromRunPanel): Promise<void> => {
    switch (message.type) {
      case 'ready':
        await begin();
        newestK.remind();
        for (const other of new Set([...message.overlays, ...drawn])) {
          if (!missing.has(other)) await overlay(other, message.overlays.includes(other));
        }
        break;
      case 'tab': {
        const session = await services.session();
        if (message.tab === 'log') send({ type: 'log', ...(await session.ask('runLog', { folder })) });
        else send({ type: 'recipe', text: await session.ask('runRecipe', { folder }) });
        break;
      }
      case 'chooseK':
        await newestK.want(message.k);
        break;
      case 'whatIf':
        send({ type: 'whatIf', found: await whatIfOf() });
        break;
      case 'fork': {
        const { k, isRandom } = message;
        await vscode.commands.executeCommand('sft.fork', { kind: 'run', folder, k, isRandom });
        break;
      }
      case 'removeOverlay':
        drawn.delete(message.folder);
        break;
      case 'save':
        await saveExport(message, dirname(dirname(folder)));
        break;
      case 'action':
        if (message.action === 'compare') await vscode.commands.executeCommand('sft.compareRuns', { folder });
        else await vscode.commands.executeCommand(commandOf[message.action], { kind: 'run', folder });
        break;
    }
  };
  panel.iconPath = {
    light: vscode.Uri.joinPath(services.context.extensionUri, 'media', 'run-light.svg'),
    dark: vscode.Uri.joinPath(services.context.extensionUri, 'media', 'run-dark.svg'),
  };
  webview.html = webviewPage(webview, services.context.extensionUri, 'run', basename(folder));
  const listeners = [
    webview.onDidReceiveMessage((value: unknown) => {
      const message = checkFromRunPanel(value);
      if (message !== undefined) void guard(() => take(message));
    }),
    // A hidden page is thrown away by the editor; shown again it says that it is ready.
    panel.onDidChangeViewState(() => {
      if (!panel.visible) feed?.close();
    }),
    services.live.onDidChange(() => void guard(async () => feed?.look())),
  ];
  panel.onDidDispose(() => {
    isThere = false;
    feed?.close();
    for (const listener of listeners) listener.dispose();
  });
  return overlay;
}
