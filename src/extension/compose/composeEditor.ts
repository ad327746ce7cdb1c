import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../core/errors/userError.ts';
import { writeTextAtomically } from '../../formats/atomicFile.ts';
import {
  type ComposeDocument,
  type ComposeSetting,
  emptySetting,
  sftName,
  withFiles,
} from '../../protocol/compose.ts';
import type { Told } from '../../protocol/composePanel.ts';
import { showWarning } from '../messages.ts';
import { bringToFront } from '../panels/bringToFront.ts';
import { guarded } from '../report.ts';
import type { Services } from '../services.ts';
import { folderForNew } from '../settings.ts';
import { openCompose, type OpenCompose } from './composeDocument.ts';
import { maxComposeLength, parseCompose, stringifyCompose } from '../../recipe/composeFile.ts';
import { showBench } from './composePanel.ts';
import { composeEditorType } from './types.ts';

/** A compose file that is open: a bench, or why it cannot be read. */
export interface ComposeFile extends vscode.CustomDocument {
  readonly bench: OpenCompose;
  /** Set while the file cannot be read: then it is not written either. */
  problem: Told | undefined;
  /** What the file held when it was last read or written. */
  saved: string;
  /** What is being written, while it is: it may be read already when `saved` does not say so yet. */
  saving?: string | undefined;
}

/** Edits can be undone; figures make a file dirty and cannot. VS Code tells the two apart by `undo`. */
export type ComposeChange =
  | vscode.CustomDocumentEditEvent<ComposeFile>
  | vscode.CustomDocumentContentChangeEvent<ComposeFile>;

interface SftChoice {
  readonly file: string;
  readonly coefficient?: number;
}

/** The editor of compose files, and what commands want of it. */
export interface ComposeEditor {
  open(uri: vscode.Uri, backup: string | undefined): Promise<ComposeFile>;
  show(file: ComposeFile, panel: vscode.WebviewPanel): void;
  save(file: ComposeFile, to: vscode.Uri): Promise<void>;
  revert(file: ComposeFile): Promise<void>;
  backup(file: ComposeFile, to: vscode.Uri): Promise<vscode.CustomDocumentBackup>;
  /** Opens a new bench with this setting, that is not saved yet. */
  create(setting: ComposeSetting): Promise<void>;
  /** Adds SFTs to the bench that was last looked at; where none is open, opens a new one. */
  add(sfts: readonly SftChoice[]): Promise<void>;
}

interface OpenBench {
  readonly file: ComposeFile;
  readonly panel: vscode.WebviewPanel;
}

export function newComposeEditor(
  services: Services,
  changed: vscode.EventEmitter<ComposeChange>,
): ComposeEditor {
  const guard = guarded(services);
  /** Files about which a question is open. */
  const asked = new WeakSet<ComposeFile>();
  /** What new benches begin with, until they are opened. */
  const beginnings = new Map<string, ComposeDocument>();
  /** The one that was last looked at last. */
  let benches: readonly OpenBench[] = [];

  const edit = (file: ComposeFile, label: string, change: Partial<ComposeDocument>): void => {
    const made = file.bench.edit(change);
    if (made !== undefined) changed.fire({ document: file, label, ...made });
  };
  const create = async (setting: ComposeSetting): Promise<void> => {
    const { rows } = setting;
    const folder = rows.length > 0 ? folderForNew(rows[0].file) : folderForNew(join(process.cwd(), 'bench'));
    const name = rows.map(({ file }) => sftName(file)).join('+') || 'bench';
    const uri = newBenchUri(folder, name.slice(0, 100), (one) => beginnings.has(one.toString()));
    beginnings.set(uri.toString(), {
      base: null,
      setting,
      data: null,
      reference: null,
      history: [],
      sweep: null,
    });
    await vscode.commands.executeCommand('vscode.openWith', uri, composeEditorType);
  };

  /** Asks which is to stay: what another program wrote, or the changes here. */
  const settle = async (file: ComposeFile): Promise<void> => {
    const panelOf = () => benches.findLast((one) => one.file === file)?.panel;
    if (asked.has(file) || panelOf() === undefined) return;
    asked.add(file);
    try {
      const reload = vscode.l10n.t('Reload');
      const overwrite = vscode.l10n.t('Overwrite');
      const text = vscode.l10n.t(
        '{0} was changed by another program, and has changes here that are not saved.',
        basename(file.uri.fsPath),
      );
      const chosen = await showWarning(text, reload, overwrite);
      const panel = panelOf();
      if (chosen === undefined || panel === undefined) return;
      // The editor reverts and saves whatever is in front.
      if (!(await bringToFront(panel))) return;
      if (chosen === reload) await vscode.commands.executeCommand('workbench.action.files.revert');
      else {
        file.saved = await textOf(file.uri).catch(() => file.saved);
        await vscode.commands.executeCommand('workbench.action.files.save');
      }
    } finally {
      asked.delete(file);
    }
  };

  /** Where each file's backups go, and the number of the newest. */
  const backups = new WeakMap<ComposeFile, { readonly place: vscode.Uri; readonly newest: number }>();

  return {
    async open(uri, backup) {
      const file: ComposeFile = {
        uri,
        bench: openCompose({
          base: null,
          setting: emptySetting,
          data: null,
          reference: null,
          history: [],
          sweep: null,
        }),
        problem: undefined,
        saved: '',
        dispose: () => undefined,
      };
      if (backup !== undefined) {
        backups.set(file, { place: vscode.Uri.parse(backup), newest: 0 });
        await load(file, vscode.Uri.parse(backup));
        const before = textHashOf(file.saved);
        const now = uri.scheme === 'file' ? await textOf(uri).catch(() => '') : '';
        // What another program wrote while the window was closed was never read here.
        file.saved = hashOf(now) === before ? now : '';
      } else if (uri.scheme === 'untitled') {
        const beginning = beginnings.get(uri.toString());
        beginnings.delete(uri.toString());
        if (beginning !== undefined) file.bench.replace(beginning);
      } else await load(file, uri);
      return file;
    },
    show(file, panel) {
      const opened = { file, panel };
      const seen = () => {
        benches = [...benches.filter((one) => one !== opened), opened];
      };
      seen();
      panel.onDidChangeViewState(() => {
        if (panel.active) seen();
      });
      panel.onDidDispose(() => {
        benches = benches.filter((one) => one !== opened);
      });
      // What was never saved would be lost.
      if (file.uri.scheme === 'untitled') changed.fire({ document: file });
      showBench(services, panel, {
        file,
        edit: (label, change) => edit(file, label, change),
        record(past, since) {
          if (file.bench.record(past, since)) changed.fire({ document: file });
        },
        keepSweep(sweep) {
          if (file.bench.keepSweep(sweep)) changed.fire({ document: file });
        },
        outside: () => outsideChange(file),
        reload: () => load(file, file.uri),
        settle: () => settle(file),
      });
    },
    async save(file, to) {
      if (file.problem !== undefined) throw new Error(`${file.problem.what} ${file.problem.advice}`);
      const isOwn = to.toString() === file.uri.toString();
      const outside = isOwn ? await outsideChange(file) : 'same';
      if (outside === 'free') return load(file, file.uri);
      if (outside === 'conflict') {
        void guard(() => settle(file));
        throw new Error(
          vscode.l10n.t(
            '{0} was changed by another program, and was not saved over it. Choose Reload or Overwrite.',
            basename(file.uri.fsPath),
          ),
        );
      }
      const text = stringifyCompose(file.bench.now(), to.fsPath);
      if (isOwn) file.saving = text;
      try {
        if (to.scheme === 'file') await writeTextAtomically(to.fsPath, text);
        else await vscode.workspace.fs.writeFile(to, Buffer.from(text));
        if (isOwn) file.saved = text;
      } finally {
        if (isOwn) file.saving = undefined;
      }
      return undefined;
    },
    async revert(file) {
      if (file.uri.scheme !== 'untitled') await load(file, file.uri);
    },
    async backup(file, to) {
      const text =
        file.problem === undefined ? stringifyCompose(file.bench.now(), file.uri.fsPath) : file.saved;
      // Always the same place: a window that ends may still know the last one alone, which the editor deletes too early.
      const { place, newest } = backups.get(file) ?? { place: to, newest: 0 };
      const number = newest + 1;
      backups.set(file, { place, newest: number });
      await vscode.workspace.fs.writeFile(place, Buffer.from(withHash(text, file.saved)));
      const remove = () => {
        if (backups.get(file)?.newest === number) void removeQuietly(place);
      };
      return { id: place.toString(), delete: remove };
    },
    create,
    async add(sfts) {
      const last = benches.at(-1);
      if (last === undefined || last.file.problem !== undefined)
        return create({ ...emptySetting, rows: withFiles([], sfts) });
      const { setting } = last.file.bench.now();
      edit(last.file, vscode.l10n.t('Add SFTs'), {
        setting: { ...setting, rows: withFiles(setting.rows, sfts) },
      });
      last.panel.reveal();
      return undefined;
    },
  };
}

/** Takes what lies at `from`, which is the file itself or a backup of it. */
async function load(file: ComposeFile, from: vscode.Uri): Promise<void> {
  try {
    const text = await textOf(from);
    file.saved = text;
    const document = parseCompose(text, file.uri.fsPath);
    file.problem = undefined;
    file.bench.replace(document);
  } catch (error) {
    const { what, advice } = problemOf(error, file.uri);
    file.problem = { what, advice };
    file.bench.replace(file.bench.now());
  }
}

async function outsideChange(file: ComposeFile): Promise<'same' | 'free' | 'conflict'> {
  // A file that has gone takes nothing with it: what was in it is still here.
  const text = await textOf(file.uri).catch(() => file.saved);
  if (text === file.saved || text === file.saving) return 'same';
  if (file.problem !== undefined) return 'free';
  return stringifyCompose(file.bench.now(), file.uri.fsPath) === normalText(file) ? 'free' : 'conflict';
}

/** The text that would be written for what was last read or written; undefined where that cannot be read. */
function normalText({ saved, uri }: ComposeFile): string | undefined {
  try {
    return stringifyCompose(parseCompose(saved, uri.fsPath), uri.fsPath);
  } catch {
    // A bench that came from a backup: its file was gone, or damaged already.
    return undefined;
  }
}

function problemOf(error: unknown, { fsPath }: vscode.Uri): Told {
  if (error instanceof UserError) {
    const { line } = error.place ?? {};
    const where = line === undefined ? '' : `${basename(fsPath)}:${line}: `;
    return { what: `${where}${error.problem.what}`, advice: error.problem.advice };
  }
  const what = error instanceof Error ? error.message : String(error);
  return { what, advice: vscode.l10n.t('Check that the file is there and can be read.') };
}

/** The text of a file, cut where no compose file is as long; the reader then says so. */
async function textOf(uri: vscode.Uri): Promise<string> {
  if (uri.scheme === 'file') {
    const { size } = await stat(uri.fsPath);
    if (size > 4 * maxComposeLength) return ' '.repeat(maxComposeLength + 1);
    return readFile(uri.fsPath, 'utf8');
  }
  return Buffer.from(await vscode.workspace.fs.readFile(uri)).toString('utf8');
}

async function removeQuietly(uri: vscode.Uri): Promise<void> {
  try {
    await vscode.workspace.fs.delete(uri);
  } catch {
    // It has gone already.
  }
}

/** A place for a new bench in a folder, which no file has and no bench that is open or about to be opened. */
function newBenchUri(folder: string, name: string, isAwaited: (uri: vscode.Uri) => boolean): vscode.Uri {
  const open = new Set(
    vscode.window.tabGroups.all.flatMap(({ tabs }) =>
      tabs.flatMap(({ input }) => (input instanceof vscode.TabInputCustom ? [input.uri.path] : [])),
    ),
  );
  for (let n = 1; ; n++) {
    const file = vscode.Uri.file(join(folder, `${name}${n === 1 ? '' : `-${n}`}.compose.yaml`));
    const uri = file.with({ scheme: 'untitled' });
    if (!existsSync(file.fsPath) && !open.has(uri.path) && !isAwaited(uri)) return uri;
  }
}

/** A backup says in its first line which text its bench was made from. */
function withHash(text: string, saved: string): string {
  return `# made from ${hashOf(saved)}\n${text}`;
}

function textHashOf(backup: string): string | undefined {
  return /^# made from ([0-9a-f]{64})\n/.exec(backup)?.[1];
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
