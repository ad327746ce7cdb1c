import { mkdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { HomePaths } from '../../home/home.ts';
import type { ViewId } from '../commands/table.ts';
import { isInside } from '../inside.ts';
import { patterns, setRunsFolders } from './files.ts';

export interface Watched {
  /** Called with the list of which files came, changed or went. */
  readonly changed: (view: ViewId) => void;
  /** Paths of what a list shows. */
  readonly shown: (view: ViewId) => readonly string[];
}

const views: readonly ViewId[] = ['sft.sfts', 'sft.runs', 'sft.bases'];

/** Watches for what others make and delete, such as the command line: in the workspace and in SFT_HOME. */
export function watchFiles(home: HomePaths, { changed, shown }: Watched): vscode.Disposable {
  const open: vscode.Disposable[] = [];
  const watch = (pattern: vscode.GlobPattern, view: ViewId, changes: boolean): void => {
    const watcher = vscode.workspace.createFileSystemWatcher(pattern, false, !changes, false);
    const tell = () => changed(view);
    open.push(watcher, watcher.onDidCreate(tell), watcher.onDidDelete(tell));
    if (changes) open.push(watcher.onDidChange(tell));
  };
  const begin = (): void => {
    watch(patterns.sft, 'sft.sfts', true);
    watch(patterns.run, 'sft.runs', false);
    watch(patterns.events, 'sft.runs', false);
    watch(patterns.sweepPlan, 'sft.runs', true);
    // A folder that comes with something in it may be told without that.
    for (const pattern of ['**/runs', '**/runs/*']) watch(pattern, 'sft.runs', false);
    watch(patterns.config, 'sft.bases', false);
    watch(patterns.weights, 'sft.bases', false);
    for (const folder of setRunsFolders()) {
      watch(outside(folder, '*/recipe.yaml'), 'sft.runs', false);
      watch(outside(folder, '*'), 'sft.runs', false);
      watch(outside(folder, '*/*.sft.safetensors'), 'sft.sfts', true);
    }
    // Of a deleted folder only the folder itself is told, not what was in it.
    const deleted = vscode.workspace.createFileSystemWatcher('**', true, true, false);
    const gone = deleted.onDidDelete(({ fsPath }) => {
      for (const view of views) if (shown(view).some((path) => isInside(path, fsPath))) changed(view);
    });
    open.push(deleted, gone);
    void watchHome();
  };
  const watchHome = async (): Promise<void> => {
    // Outside the workspace a folder is watched, which must be there.
    await Promise.allSettled([home.library, home.models].map((folder) => mkdir(folder, { recursive: true })));
    if (ended) return;
    watch(outside(home.library, '*.safetensors'), 'sft.sfts', true);
    watch(outside(home.library, '*/pytorch_diff.bin'), 'sft.sfts', true);
    watch(outside(home.models, '*'), 'sft.bases', false);
    for (const view of ['sft.sfts', 'sft.bases'] as const)
      watch(outside(dirname(home.pulled), basename(home.pulled)), view, true);
  };
  let ended = false;
  const end = (): void => {
    for (const one of open.splice(0)) one.dispose();
  };
  begin();
  const settings = vscode.workspace.onDidChangeConfiguration((event) => {
    if (!event.affectsConfiguration('sft.runsFolder')) return;
    end();
    begin();
    changed('sft.runs');
    changed('sft.sfts');
  });
  const folders = vscode.workspace.onDidChangeWorkspaceFolders(() => views.forEach(changed));
  return vscode.Disposable.from(settings, folders, {
    dispose() {
      ended = true;
      end();
    },
  });
}

function outside(folder: string, pattern: string): vscode.RelativePattern {
  return new vscode.RelativePattern(vscode.Uri.file(folder), pattern);
}
