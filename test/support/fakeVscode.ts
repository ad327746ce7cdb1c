import { pathToFileURL } from 'node:url';

/** As much of VS Code as the language of recipes and some commands ask for, without an editor. */

type Listener = (event: never) => unknown;
interface Place {
  readonly line: number;
  readonly character: number;
}

export interface FakeDocument {
  readonly uri: { readonly scheme: string; readonly fsPath: string; toString(): string };
  readonly languageId: string;
  version: number;
  isClosed: boolean;
  text: string;
  getText(): string;
  offsetAt(place: Place): number;
  positionAt(offset: number): Place;
}

interface Shown {
  readonly code: string;
  readonly message: string;
  readonly source: string;
  readonly range: { readonly start: Place };
}

class Position {
  readonly line: number;
  readonly character: number;

  constructor(line: number, character: number) {
    this.line = line;
    this.character = character;
  }
}

function before(a: Place, b: Place): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}

class Range {
  readonly start: Place;
  readonly end: Place;

  constructor(...ends: [Place, Place] | [number, number, number, number]) {
    const [start, end] =
      ends.length === 2 ? ends : [new Position(ends[0], ends[1]), new Position(ends[2], ends[3])];
    this.start = start;
    this.end = end;
  }

  intersection(other: Range): Range | undefined {
    return before(this.end, other.start) || before(other.end, this.start) ? undefined : this;
  }
}

function names(...all: string[]): Record<string, string> {
  return Object.fromEntries(all.map((name) => [name, name]));
}

/** An object that keeps what it is made of. */
function record(...names: string[]): new (...args: unknown[]) => object {
  return class {
    [name: string]: unknown;

    constructor(...args: unknown[]) {
      for (const [i, name] of names.entries()) this[name] = args[i];
    }
  };
}

function uriOf(scheme: string, path: string): FakeDocument['uri'] {
  const text = scheme === 'file' ? pathToFileURL(path).toString() : `${scheme}:${path}`;
  return { scheme, fsPath: path, toString: () => text };
}

/** What a command has shown to the user. */
export interface ShownMessage {
  readonly kind: 'information' | 'warning' | 'error';
  readonly text: string;
  readonly modal: boolean;
  readonly buttons: readonly string[];
}

/** The button that the user presses. */
type Choose = (message: ShownMessage) => string | undefined;

function pressNothing(): undefined {
  return undefined;
}

/** Messages, progress, commands and settings; what the user does with them. */
function fakeDialogs() {
  const messages: ShownMessage[] = [];
  const progress: string[] = [];
  const reports: string[] = [];
  const cancels = new Set<() => void>();
  const executed: unknown[][] = [];
  const settings: Record<string, unknown> = {};
  let answer: Choose = pressNothing;
  const show =
    (kind: ShownMessage['kind']) =>
    async (text: string, ...rest: (string | { readonly modal?: boolean })[]): Promise<string | undefined> => {
      const modal = rest.some((one) => typeof one === 'object' && one.modal === true);
      const message = { kind, text, modal, buttons: rest.filter((one) => typeof one === 'string') };
      messages.push(message);
      return answer(message);
    };
  return {
    messages,
    /** Titles of what was shown as under way, from the first on. */
    progress,
    /** What was said meanwhile. */
    reports,
    executed,
    settings,
    /** Says which button the user presses from now on. */
    onMessage(choose: Choose): void {
      answer = choose;
    },
    /** Presses Cancel wherever something is shown as under way. */
    cancelProgress(): void {
      for (const cancel of cancels) cancel();
    },
    window: {
      showInformationMessage: show('information'),
      showWarningMessage: show('warning'),
      showErrorMessage: show('error'),
      async withProgress<T>(
        { title, cancellable }: { readonly title: string; readonly cancellable?: boolean },
        task: (told: object, token: object) => Promise<T>,
      ): Promise<T> {
        progress.push(title);
        const told: (() => void)[] = [];
        const cancel = (): void => told.forEach((one) => one());
        if (cancellable === true) cancels.add(cancel);
        try {
          return await task(
            { report: ({ message = '' }: { readonly message?: string }) => void reports.push(message) },
            { onCancellationRequested: (listener: () => void) => void told.push(listener) },
          );
        } finally {
          cancels.delete(cancel);
        }
      },
    },
    commands: { executeCommand: async (...all: unknown[]) => void executed.push(all) },
    configuration: () => ({ get: (name: string, otherwise?: unknown) => settings[name] ?? otherwise }),
  };
}

class TabInputCustom {
  readonly uri: Uri;

  constructor(uri: Uri) {
    this.uri = uri;
  }
}

class Uri {
  readonly scheme: string;
  readonly fsPath: string;
  readonly path: string;

  constructor(path: string, scheme = 'file') {
    this.scheme = scheme;
    this.fsPath = path;
    this.path = path;
  }

  static file(path: string): Uri {
    return new Uri(path);
  }

  static joinPath({ path }: Uri, ...names: string[]): Uri {
    return new Uri([path, ...names].join('/'));
  }

  with({ scheme = this.scheme }: { readonly scheme?: string }): Uri {
    return new Uri(this.path, scheme);
  }

  toString(): string {
    return uriOf(this.scheme, this.path).toString();
  }
}

/** A fake of the API, and what a test does to it. */
export function fakeVscode() {
  const dialogs = fakeDialogs();
  const listeners = new Map<string, Set<Listener>>();
  const providers = new Map<string, Record<string, (...args: unknown[]) => unknown>>();
  const diagnostics = new Map<string, readonly Shown[]>();
  const history = new Map<string, string[]>();
  const documents: FakeDocument[] = [];
  let count = 0;
  const counted = (undo: () => void): { dispose: () => void } => {
    count++;
    let done = false;
    return {
      dispose: () => {
        if (!done) count--;
        done = true;
        undo();
      },
    };
  };
  const event =
    (name: string) =>
    (listener: Listener): { dispose: () => void } => {
      const all = listeners.get(name) ?? new Set();
      listeners.set(name, all.add(listener));
      return counted(() => all.delete(listener));
    };
  const fire = (name: string, value: unknown): void => {
    for (const listener of listeners.get(name) ?? []) listener(value as never);
  };
  const register = (name: string) => (_selector: unknown, provider: never) => {
    providers.set(name, provider);
    return counted(() => providers.delete(name));
  };
  const workspace = {
    isTrusted: true,
    textDocuments: documents,
    getConfiguration: dialogs.configuration,
    getWorkspaceFolder: () => undefined,
    findFiles: async () => [],
    asRelativePath: (path: string) => path,
    onDidOpenTextDocument: event('open'),
    onDidChangeTextDocument: event('change'),
    onDidCloseTextDocument: event('close'),
    onDidCreateFiles: event('files'),
    onDidDeleteFiles: event('files'),
    onDidRenameFiles: event('files'),
    onDidGrantWorkspaceTrust: event('trust'),
    notebookDocuments: [] as unknown[],
    createFileSystemWatcher: () => ({
      onDidCreate: event('watched'),
      onDidDelete: event('watched'),
      dispose: () => undefined,
    }),
  };
  const api = {
    workspace,
    commands: dialogs.commands,
    env: { language: 'en' },
    ProgressLocation: names('Notification', 'Window'),
    CancellationError: class extends Error {},
    window: {
      ...dialogs.window,
      get visibleTextEditors() {
        return documents.map((document) => ({ document }));
      },
      tabGroups: { all: [] as { readonly tabs: readonly { readonly input: unknown }[] }[] },
      onDidChangeActiveTextEditor: event('editor'),
      onDidChangeVisibleTextEditors: event('editor'),
      onDidChangeActiveNotebookEditor: event('editor'),
      onDidChangeWindowState: event('focus'),
    },
    l10n: {
      t: (text: string, ...args: unknown[]) =>
        text.replaceAll(/\{(\d)\}/g, (_, i: string) => String(args[Number(i)])),
    },
    Disposable: {
      from: (...all: { dispose(): void }[]) => ({ dispose: () => all.forEach((one) => one.dispose()) }),
    },
    EventEmitter: class {
      readonly event = event(`emitter ${count}`);
      fire(): void {}
      dispose(): void {}
    },
    languages: {
      createDiagnosticCollection: () => ({
        set: (uri: FakeDocument['uri'], found: readonly Shown[]) => {
          diagnostics.set(uri.toString(), found);
          const before = history.get(uri.toString()) ?? [];
          history.set(uri.toString(), [...before, ...found.map(({ message }) => message)]);
        },
        get: (uri: FakeDocument['uri']) => diagnostics.get(uri.toString()),
        delete: (uri: FakeDocument['uri']) => diagnostics.delete(uri.toString()),
        ...counted(() => diagnostics.clear()),
      }),
      registerCompletionItemProvider: register('completion'),
      registerHoverProvider: register('hover'),
      registerDocumentLinkProvider: register('links'),
      registerDocumentSymbolProvider: register('symbols'),
      registerCodeActionsProvider: register('actions'),
      registerCodeLensProvider: register('lenses'),
    },
    Position,
    Range,
    Uri,
    TabInputCustom,
    NotebookCellKind: { Markup: 1, Code: 2 },
    NotebookData: record('cells'),
    NotebookCellData: record('kind', 'value', 'languageId'),
    NotebookCellOutput: record('items', 'metadata'),
    NotebookCellStatusBarItem: record('text', 'alignment'),
    NotebookCellStatusBarAlignment: { Left: 1, Right: 2 },
    NotebookCellOutputItem: record('data', 'mime'),
    Hover: record('contents', 'range'),
    MarkdownString: record('value'),
    SnippetString: record('value'),
    Diagnostic: record('range', 'message', 'severity'),
    DocumentLink: record('range', 'target'),
    DocumentSymbol: record('name', 'detail', 'kind', 'range', 'selectionRange'),
    CompletionItem: record('label', 'kind'),
    CodeAction: record('title', 'kind'),
    CodeLens: record('range', 'command'),
    TextEdit: record('range', 'newText'),
    SnippetTextEdit: record('range', 'snippet'),
    WorkspaceEdit: class {
      edits: unknown;
      set(_uri: unknown, edits: unknown): void {
        this.edits = edits;
      }
    },
    CodeActionKind: names('QuickFix'),
    DiagnosticSeverity: names('Error', 'Information'),
    SymbolKind: names('Object', 'Array', 'Property'),
    CompletionItemKind: names('Property', 'Struct', 'EnumMember', 'Value', 'File', 'Folder'),
  };

  const methods: Record<string, string> = {
    completion: 'provideCompletionItems',
    hover: 'provideHover',
    links: 'provideDocumentLinks',
    symbols: 'provideDocumentSymbols',
    actions: 'provideCodeActions',
    lenses: 'provideCodeLenses',
  };

  return {
    api,
    dialogs,
    open(path: string, text: string, languageId = 'sft-recipe', scheme = 'file'): FakeDocument {
      const document: FakeDocument = {
        uri: uriOf(scheme, path),
        languageId,
        version: 1,
        isClosed: false,
        text,
        getText: () => document.text,
        offsetAt: ({ line, character }) =>
          document.text
            .split('\n')
            .slice(0, line)
            .reduce((sum, { length }) => sum + length + 1, character),
        positionAt: (offset) => {
          const lines = document.text.slice(0, offset).split('\n');
          return new Position(lines.length - 1, lines.at(-1)?.length ?? 0);
        },
      };
      documents.push(document);
      fire('open', document);
      return document;
    },
    type(document: FakeDocument, text: string): void {
      document.text = text;
      document.version++;
      fire('change', { document });
    },
    close(document: FakeDocument): void {
      document.isClosed = true;
      documents.splice(documents.indexOf(document), 1);
      fire('close', document);
    },
    focus: () => fire('focus', { focused: true }),
    /** A file that is watched came or went. */
    fileChanged: () => fire('watched', undefined),
    showOther: () => fire('editor', undefined),
    restrict: () => {
      workspace.isTrusted = false;
    },
    problems: ({ uri }: FakeDocument) => diagnostics.get(uri.toString()) ?? [],
    /** Every message that was ever shown for a document. */
    shownMessages: ({ uri }: FakeDocument) => history.get(uri.toString()) ?? [],
    documentsWithProblems: () => [...diagnostics.keys()],
    /** Registrations and listeners that are not undone. */
    registered: () => count,
    async ask(
      what: string,
      document: FakeDocument,
      at: readonly [number, number] = [0, 0],
    ): Promise<unknown> {
      const place = new Position(...at);
      const token = { isCancellationRequested: false };
      const where = what === 'actions' ? new Range(place, place) : place;
      return providers.get(what)?.[methods[what]](document, where, token);
    },
  };
}
