import { writeFileSync } from 'node:fs';
import type * as vscode from 'vscode';

/** What a user answers to a question: words of an item or of several, a text, paths, or undefined for Escape. */
type Answer = string | readonly string[] | undefined;

/** Something that a window asked or said. */
interface Said {
  readonly how: 'pick' | 'box' | 'dialog' | 'message' | 'modal';
  /** Title or message. */
  readonly text: string;
  /** What could be answered: labels of items, buttons, or what a box or dialog was filled with. */
  readonly choices: readonly string[];
}

class Uri {
  readonly scheme: string;
  readonly fsPath: string;

  constructor(fsPath: string, scheme = 'file') {
    this.fsPath = fsPath;
    this.scheme = scheme;
  }

  static file(path: string): Uri {
    return new Uri(path);
  }

  with({ scheme }: { readonly scheme: string }): Uri {
    return new Uri(this.fsPath, scheme);
  }

  toString(): string {
    return `${this.scheme}:${this.fsPath}`;
  }
}

/** A notebook in front, as far as commands ask for it. */
interface FakeNotebook {
  readonly notebookType: string;
  readonly uri: Uri;
  readonly isDirty: boolean;
  readonly isUntitled: boolean;
}

/** As much of the editor's globs as is used: `**`, `*`, `{a,b}`. */
function globbed(pattern: string): RegExp {
  const parts: Readonly<Record<string, string>> = {
    '**/': '(.*/)?',
    '*': '[^/]*',
    '{': '(',
    '}': ')',
    ',': '|',
  };
  const text = pattern.replaceAll(/\*\*\/|[*{},.+^$()|[\]\\]/g, (part) => parts[part] ?? `\\${part}`);
  return new RegExp(`^${text}$`);
}

/**
 * As much of VS Code as commands ask for, and its user: answers are given beforehand, one a question, and a button of a message is
 * pressed where `presses` names it. What is asked and not foreseen is an error.
 */
export function fakeUser() {
  const answers: Answer[] = [];
  const said: Said[] = [];
  const refusals: string[] = [];
  const executed: unknown[][] = [];
  const shown: string[] = [];
  const files: string[] = [];
  let presses: readonly string[] = [];
  let cancels = false;
  const configuration = new Map<string, unknown>();
  const commands: string[] = [];
  let folder: string | undefined;
  /** What the notebook in front holds and its file does not. */
  let unsaved: string | undefined;

  function next(question: Said): Answer {
    said.push(question);
    if (answers.length === 0) throw new Error(`Nobody answers: ${question.text}`);
    return answers.shift();
  }

  async function pick(
    given: readonly vscode.QuickPickItem[] | Thenable<readonly vscode.QuickPickItem[]>,
    { title = '', canPickMany = false }: vscode.QuickPickOptions = {},
  ) {
    const items = await given;
    const choices = items.map(({ label }) => label);
    const answer = next({ how: 'pick', text: title, choices });
    if (answer === undefined) return undefined;
    const chosen = [answer].flat().map((words) => {
      const item = items.find(({ label }) => label.includes(words));
      if (item === undefined) throw new Error(`${title}: ${words} is none of ${choices.join(', ')}`);
      return item;
    });
    return canPickMany ? chosen : chosen[0];
  }

  async function box(options: vscode.InputBoxOptions) {
    const { title = '', value = '' } = options;
    for (;;) {
      const answer = next({ how: 'box', text: title, choices: [value] });
      if (answer === undefined) return undefined;
      const text = String(answer);
      const problem = await options.validateInput?.(text);
      if (problem === undefined || problem === null) return text;
      refusals.push(typeof problem === 'string' ? problem : problem.message);
    }
  }

  function message(text: string, ...rest: readonly (string | vscode.MessageOptions)[]) {
    const buttons = rest.filter((one) => typeof one === 'string');
    const modal = rest.some((one) => typeof one !== 'string' && one.modal === true);
    said.push({ how: modal ? 'modal' : 'message', text, choices: buttons });
    return Promise.resolve(buttons.find((button) => presses.includes(button)));
  }

  const api = {
    Uri,
    ProgressLocation: { Notification: 15 },
    QuickPickItemKind: { Separator: -1 },
    ViewColumn: { Beside: -2 },
    UIKind: { Desktop: 1, Web: 2 },
    version: '1.100.0',
    l10n: {
      t: (text: string, ...args: unknown[]) =>
        text.replaceAll(/\{(\d)\}/g, (_, i: string) => String(args[Number(i)])),
    },
    window: {
      activeTextEditor: undefined as unknown,
      tabGroups: { all: [] },
      activeNotebookEditor: undefined as { readonly notebook: FakeNotebook } | undefined,
      showQuickPick: pick,
      showInputBox: box,
      showInformationMessage: message,
      showWarningMessage: message,
      showErrorMessage: message,
      async showOpenDialog({ title = '' }: vscode.OpenDialogOptions) {
        const answer = next({ how: 'dialog', text: title, choices: [] });
        return answer === undefined ? undefined : [answer].flat().map((path) => Uri.file(path));
      },
      async showSaveDialog({ title = '', defaultUri }: vscode.SaveDialogOptions) {
        const choices = defaultUri === undefined ? [] : [defaultUri.fsPath];
        const answer = next({ how: 'dialog', text: title, choices });
        return answer === undefined ? undefined : Uri.file(String(answer));
      },
      async showTextDocument(document: Uri | { readonly text: string }) {
        shown.push(document instanceof Uri ? document.fsPath : document.text);
      },
      setStatusBarMessage(text: string) {
        said.push({ how: 'message', text, choices: [] });
      },
      withProgress: (
        _options: unknown,
        work: (
          progress: { report(): void },
          token: { onCancellationRequested(listener: () => void): void },
        ) => Promise<unknown>,
      ) =>
        work(
          { report() {} },
          { onCancellationRequested: (listener) => void (cancels && setTimeout(listener)) },
        ),
    },
    workspace: {
      isTrusted: true,
      textDocuments: [] as unknown[],
      get workspaceFolders() {
        return folder === undefined ? undefined : [{ uri: Uri.file(folder) }];
      },
      getWorkspaceFolder: ({ fsPath }: Uri) =>
        folder !== undefined && fsPath.startsWith(`${folder}/`) ? { uri: Uri.file(folder) } : undefined,
      getConfiguration: () => ({
        get: (name: string, otherwise: unknown) => configuration.get(name) ?? otherwise,
      }),
      findFiles: async (pattern: string) =>
        files.filter((path) => globbed(pattern).test(path)).map((path) => Uri.file(path)),
      asRelativePath: (path: string | Uri) => (typeof path === 'string' ? path : path.fsPath),
      async save(uri: Uri) {
        const ask = () => next({ how: 'dialog', text: 'Save As', choices: [uri.fsPath] });
        const path = uri.scheme === 'untitled' ? ask() : uri.fsPath;
        if (path === undefined) return undefined;
        if (unsaved !== undefined) writeFileSync(String(path), unsaved);
        return Uri.file(String(path));
      },
      openTextDocument: async ({ content }: { readonly content: string }) => ({ text: content }),
    },
    commands: {
      executeCommand: async (...command: unknown[]) => void executed.push(command),
      getCommands: async () => commands,
    },
    env: {
      appName: 'Editor',
      uiKind: 1,
      remoteName: undefined as string | undefined,
      clipboard: { writeText: async (text: string) => void shown.push(text) },
      openExternal: async ({ fsPath }: Uri) => void shown.push(fsPath),
    },
  };

  return {
    api,
    /** What was asked and said, in order. */
    said,
    /** What boxes said of texts that they did not take. */
    refusals,
    /** Commands of the editor that were run. */
    executed,
    /** Texts that were opened, or copied, and paths of files that were opened, here or by other programs. */
    shown,
    /** Files that the workspace has. */
    files,
    /** Commands that the editor has. */
    commands,
    /** Opens a folder as the workspace; none again where it is undefined. */
    openFolder(path: string | undefined): void {
      folder = path;
    },
    /** Forgets all before, and has the user answer this. */
    answer(...given: readonly Answer[]): void {
      for (const kept of [said, refusals, executed, shown]) kept.length = 0;
      answers.splice(0, answers.length, ...given);
      presses = [];
      cancels = false;
    },
    /** Buttons that the user presses wherever a message has them. */
    press(...buttons: readonly string[]): void {
      presses = buttons;
    },
    /** The user cancels whatever is at work. */
    cancel(): void {
      cancels = true;
    },
    /** Answers that nobody asked for. */
    unasked: () => answers.length,
    /** Opens a text, with these offsets of it selected. */
    edit(fileName: string, text: string, [start, end]: readonly [number, number] = [0, 0]): void {
      const isEmpty = start === end;
      const getText = (range?: { readonly isEmpty: boolean }) =>
        range === undefined ? text : text.slice(start, end);
      const lines = text.split('\n');
      const document = { fileName, getText, lineAt: (line: number) => ({ text: lines[line] }) };
      const from = { line: text.slice(0, start).split('\n').length - 1 };
      api.window.activeTextEditor = { document, selection: { isEmpty, start: from } };
    },
    /** Opens a notebook: of a file, or one that has none yet; with changes that are not saved, if any are given. */
    openNotebook(path: string, changed?: string, scheme: 'file' | 'untitled' = 'file'): void {
      unsaved = changed;
      const notebook = {
        notebookType: 'sft-notebook',
        uri: new Uri(path, scheme),
        isDirty: changed !== undefined,
        isUntitled: scheme === 'untitled',
      };
      api.window.activeNotebookEditor = { notebook };
    },
    closeEditor(): void {
      api.window.activeTextEditor = undefined;
      api.window.activeNotebookEditor = undefined;
    },
  };
}
