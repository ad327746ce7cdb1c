import { basename } from 'node:path';
import * as vscode from 'vscode';
import { setContextKey } from '../contextKeys.ts';
import type { LiveRunItem } from '../live/liveRuns.ts';
import { showInformation } from '../messages.ts';
import { showError } from '../report.ts';
import type { EndedRun } from '../services.ts';
import { liveWords } from '../views/rows.ts';
import { byTurn } from '../views/runTree.ts';
import { isInside } from '../inside.ts';
import { placesOfRuns } from '../views/files.ts';
import { newVoice } from '../voice.ts';
import type { Window } from '../window.ts';
import { tellEnd } from './endings.ts';
import { findAgain, liveBeforeKey, readLiveBefore, rememberLive, type LiveBefore } from './liveBefore.ts';
import { statusText } from './statusText.ts';

/** What a window says of live runs outside its trees and panels. Loaded when the first run is noticed. */
export interface Status {
  /** Something about live runs has changed. */
  update(): void;
  ended(run: EndedRun): Promise<void>;
  /** Says what became of the runs over which this window was closed. */
  findAgain(): Promise<void>;
  /** Shows the run that lives; asks which, if several do. */
  openLive(): Promise<void>;
  dispose(): void;
}

export function newStatus(window: Window): Status {
  const { services } = window;
  const { live, context } = services;
  const voice = newVoice();
  let item: vscode.StatusBarItem | undefined;
  let remembered: readonly LiveBefore[] = [];

  // Whenever the tree is drawn: the two must not say different things of a run.
  const draw = (): void => {
    const said = statusText(live.all(), voice);
    setContextKey('sft.live', said !== undefined);
    if (said === undefined) {
      item?.hide();
      return;
    }
    item ??= newItem();
    item.text = said.text;
    item.tooltip = new vscode.MarkdownString(said.tooltip);
    item.accessibilityInformation = { label: said.spoken };
    item.show();
  };
  const concerns = (folder: string): boolean =>
    services.acts.started.has(folder) || placesOfRuns().some((place) => isInside(folder, place));
  const mine = () =>
    live
      .all()
      .map(({ entry: { folder, pid, name } }) => ({ folder, pid, name }))
      .filter(({ folder }) => concerns(folder));
  // Written while runs live, since there is no time for it when the window is closed or its host killed.
  const remember = (now: readonly LiveBefore[]): void => {
    if (JSON.stringify(now) === JSON.stringify(remembered)) return;
    remembered = now;
    void context.workspaceState.update(liveBeforeKey, now);
  };
  const tell = async (run: EndedRun): Promise<void> => {
    try {
      await tellEnd(window, run);
    } catch (error) {
      await showError(services, error);
    }
  };
  return {
    update() {
      draw();
      remember(rememberLive(remembered, mine()));
    },
    async ended(run) {
      if (concerns(run.folder)) await tell(run);
    },
    async findAgain() {
      const before = readLiveBefore(context.workspaceState.get(liveBeforeKey));
      remembered = before;
      // Those that were started here concern this window, wherever they lie.
      for (const { folder } of before) services.acts.started.add(folder);
      await live.look();
      const { wentOn, ended, now } = findAgain(before, mine());
      remember(now);
      draw();
      for (const run of ended) void tell(run);
      for (const { folder } of wentOn) {
        const found = live.all().find(({ entry }) => entry.folder === folder);
        if (found !== undefined) void tellThatItWentOn(found);
      }
    },
    async openLive() {
      const runs = [...live.all()].sort(byTurn);
      const folder = runs.length > 1 ? await askWhich(runs) : runs[0]?.entry.folder;
      if (folder !== undefined) (await window.runPanels()).open(folder);
    },
    dispose() {
      item?.dispose();
    },
  };

  async function askWhich(runs: readonly LiveRunItem[]): Promise<string | undefined> {
    const items = runs.map((run) => ({
      label: basename(run.entry.folder),
      description: wordsOf(run),
      detail: vscode.workspace.asRelativePath(run.entry.folder),
      folder: run.entry.folder,
    }));
    const title = vscode.l10n.t('Open which run?');
    return (await vscode.window.showQuickPick(items, { title }))?.folder;
  }

  function wordsOf({ entry, progress }: LiveRunItem): string {
    return liveWords({ status: progress?.live.status ?? entry.status, progress }, voice);
  }

  async function tellThatItWentOn(run: LiveRunItem): Promise<void> {
    const open = vscode.l10n.t('Open');
    const stop = vscode.l10n.t('Stop and Keep');
    const text = vscode.l10n.t(
      '{0} went on while the window was closed ({1}), and will until it is done. "Stop and Keep" ends it after this step and keeps what it has learnt.',
      run.entry.name,
      wordsOf(run),
    );
    const chosen = await showInformation(text, open, stop);
    const argument = { kind: 'run', folder: run.entry.folder };
    if (chosen === open) await vscode.commands.executeCommand('sft.openRun', argument);
    else if (chosen === stop) await vscode.commands.executeCommand('sft.stop', argument);
  }
}

function newItem(): vscode.StatusBarItem {
  const item = vscode.window.createStatusBarItem('sft.live', vscode.StatusBarAlignment.Left, 10);
  item.name = vscode.l10n.t('SFT training');
  item.command = '_sft.openLive';
  return item;
}
