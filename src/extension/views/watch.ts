import { mkdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { HomePaths } from '../../home/home.ts';
import type { ViewId } from '../commands/table.ts';
import { patterns, setRunsFolders } from './files.ts';
import { withFolders } from './gone.ts';
import { debounced } from './timing.ts';

export interface Watched {
  /** Called with the list of which files came, changed or went. */
  readonly changed: (view: ViewId) => void;
  /** Paths of what a list shows. */
  readonly shown: (view: ViewId) => readonly string[];
  /** Called when evaluations were recorded, of whatever. */
  readonly evaluated: () => void;
}

/** Deletions come in swarms: what they mean for the lists is looked up once for all. */
const quiet = 100;
const longest = 1000;

const views: readonly ViewId[] = ['sft.sfts', 'sft.runs', 'sft.bases'];

/** Watches for what others make and delete, such as the command line: in the workspace and in SFT_HOME. */
export function watchFiles(home: HomePaths, { changed, shown, evaluated }: Watched): vscode.Disposable {
  const open: vscode.Disposable[] = [];
  const gone = new Set<string>();
  const lookUp = debounced(
    () => {
      for (const view of views) {
        const known = withFolders(shown(view));
        if ([...gone].some((path) => known.has(path))) changed(view);
      }
      gone.clear();
    },
    quiet,
    longest,
  );
  const watch = (pattern: vscode.GlobPattern, view: ViewId, changes: boolean): void => {
    const watcher = vscode.workspace.createFileSystemWatcher(pattern, false, !changes, false);
    const tell = () => changed(view);
    open.push(watcher, watcher.onDidCreate(tell), watcher.onDidDelete(tell));
    if (changes) open.push(watcher.onDidChange(tell));
  };
  /** Of folders that are moved away and come back: with a run comes its SFT. */
  const watchRuns = (pattern: vscode.GlobPattern): void => {
    for (const view of ['sft.runs', 'sft.sfts'] as const) watch(pattern, view, false);
  };
  const begin = (): void => {
    watch(patterns.sft, 'sft.sfts', true);
    watch(patterns.run, 'sft.runs', false);
    watch(patterns.events, 'sft.runs', false);
    watch(patterns.sweepPlan, 'sft.runs', true);
    // A folder that comes with something in it may be told without that.
    for (const pattern of ['**/runs', '**/runs/*']) watchRuns(pattern);
    watch(patterns.config, 'sft.bases', false);
    watch(patterns.weights, 'sft.bases', false);
    for (const folder of setRunsFolders()) {
      watch(outside(folder, '*/recipe.yaml'), 'sft.runs', false);
      watchRuns(outside(folder, '*'));
      watch(outside(folder, '*/*.sft.safetensors'), 'sft.sfts', true);
    }
    // Of a deleted folder only the folder itself is told, not what was in it.
    const deleted = vscode.workspace.createFileSystemWatcher('**', true, true, false);
    const deleting = deleted.onDidDelete(({ fsPath }) => {
      gone.add(fsPath);
      lookUp();
    });
    open.push(deleted, deleting);
    void watchHome();
  };
  const watchHome = async (): Promise<void> => {
    // Outside the workspace a folder is watched, which must be there.
    const folders = [home.library, home.models, dirname(home.results)];
    await Promise.allSettled(folders.map((folder) => mkdir(folder, { recursive: true })));
    if (ended) return;
    watch(outside(home.library, '*.safetensors'), 'sft.sfts', true);
    watch(outside(home.library, '*/pytorch_diff.bin'), 'sft.sfts', true);
    watch(outside(home.models, '*'), 'sft.bases', false);
    for (const view of ['sft.sfts', 'sft.bases'] as const)
      watch(outside(dirname(home.pulled), basename(home.pulled)), view, true);
    const record = outside(dirname(home.results), basename(home.results));
    const recording = vscode.workspace.createFileSystemWatcher(record);
    open.push(recording, ...[recording.onDidCreate, recording.onDidChange].map((told) => told(evaluated)));
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
      lookUp.dispose();
      end();
    },
  });
}

function outside(folder: string, pattern: string): vscode.RelativePattern {
  return new vscode.RelativePattern(vscode.Uri.file(folder), pattern);
}
