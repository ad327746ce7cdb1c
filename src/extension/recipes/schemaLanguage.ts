import * as vscode from 'vscode';
import { whenNamedFilesChange } from './namedFiles.ts';
import type { SchemaFeatures } from './schemaFeatures.ts';

/** What schema languages need of the rest of the extension. */
export interface SchemaServices {
  readonly log: Pick<vscode.LogOutputChannel, 'error'>;
  /** Fired when a run may have left an SFT. */
  readonly onDidEndRun?: vscode.Event<unknown>;
}

/** Texts that somebody writes. Others, such as the older side of a comparison, are only looked at. */
const schemes: readonly string[] = ['file', 'untitled', 'vscode-notebook-cell'];

/** How long nobody types before a text is checked, in milliseconds. */
const pause = 250;

/**
 * Registers what VS Code may ask of texts in a language whose form a schema gives, and checks them while they are
 * typed. What answers is loaded when such a text is first shown.
 */
export function registerSchemaLanguage(
  language: string,
  { log, onDidEndRun }: SchemaServices,
  open: (problems: vscode.DiagnosticCollection) => Promise<SchemaFeatures>,
): vscode.Disposable {
  const selector = schemes.map((scheme) => ({ language, scheme }));
  const problems = vscode.languages.createDiagnosticCollection(language);
  const timers = new Map<string, NodeJS.Timeout>();
  let loading: Promise<SchemaFeatures> | undefined;
  const load = (): Promise<SchemaFeatures> => (loading ??= open(problems));
  const check = (document: vscode.TextDocument, delay: number): void => {
    if (document.languageId !== language || !schemes.includes(document.uri.scheme)) return;
    const key = document.uri.toString();
    clearTimeout(timers.get(key));
    const run = async (): Promise<void> => {
      timers.delete(key);
      if (!isWritten(document)) return;
      await (await load()).check(document);
    };
    timers.set(
      key,
      setTimeout(() => void run().catch((error: unknown) => log.error(String(error))), delay),
    );
  };
  const checkAll = (): void => {
    for (const document of vscode.workspace.textDocuments) check(document, 0);
  };
  checkAll();
  return vscode.Disposable.from(
    problems,
    { dispose: () => timers.forEach((timer) => clearTimeout(timer)) },
    vscode.workspace.onDidOpenTextDocument((document) => check(document, 0)),
    vscode.workspace.onDidChangeTextDocument(({ document }) => check(document, pause)),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => problems.delete(uri)),
    whenNamedFilesChange(onDidEndRun, checkAll),
    vscode.languages.registerCompletionItemProvider(
      selector,
      {
        provideCompletionItems: async (document, position, token) =>
          (await load()).complete(document, position, token),
      },
      ' ',
      '/',
      '.',
      '{',
      '[',
      '"',
      "'",
    ),
    vscode.languages.registerHoverProvider(selector, {
      provideHover: async (document, position) => (await load()).hover(document, position),
    }),
    vscode.languages.registerDocumentLinkProvider(selector, {
      provideDocumentLinks: async (document) => (await load()).links(document),
      resolveDocumentLink: async (link) => (await load()).resolveLink(link),
    }),
    vscode.languages.registerCodeActionsProvider(
      selector,
      { provideCodeActions: async (document, range) => (await load()).fixes(document, range) },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
  );
}

/** Whether a cell's notebook is one that somebody writes: in a comparison the older one's cells look like any. */
function isWritten({ uri }: vscode.TextDocument): boolean {
  if (uri.scheme !== 'vscode-notebook-cell') return true;
  const notebook = vscode.workspace.notebookDocuments.find((one) =>
    one.getCells().some(({ document }) => document.uri.toString() === uri.toString()),
  );
  return notebook === undefined || schemes.includes(notebook.uri.scheme);
}
