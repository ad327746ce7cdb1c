import * as vscode from 'vscode';
import type { SchemaFeatures } from './schemaFeatures.ts';

/** How long nobody types before a text is checked, in milliseconds. */
const pause = 250;

/**
 * Registers what VS Code may ask of texts in a language whose form a schema gives, and checks them while they are typed. What answers is
 * loaded when such a text is first shown.
 */
export function registerSchemaLanguage(
  language: string,
  log: Pick<vscode.LogOutputChannel, 'error'>,
  open: (problems: vscode.DiagnosticCollection) => Promise<SchemaFeatures>,
): vscode.Disposable {
  const problems = vscode.languages.createDiagnosticCollection(language);
  const timers = new Map<string, NodeJS.Timeout>();
  let loading: Promise<SchemaFeatures> | undefined;
  const load = (): Promise<SchemaFeatures> => (loading ??= open(problems));
  const check = (document: vscode.TextDocument, delay: number): void => {
    if (document.languageId !== language) return;
    const key = document.uri.toString();
    clearTimeout(timers.get(key));
    const run = async (): Promise<void> => {
      timers.delete(key);
      await (await load()).check(document);
    };
    timers.set(
      key,
      setTimeout(() => void run().catch((error: unknown) => log.error(String(error))), delay),
    );
  };
  for (const document of vscode.workspace.textDocuments) check(document, 0);
  return vscode.Disposable.from(
    problems,
    { dispose: () => timers.forEach((timer) => clearTimeout(timer)) },
    vscode.workspace.onDidOpenTextDocument((document) => check(document, 0)),
    vscode.workspace.onDidChangeTextDocument(({ document }) => check(document, pause)),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => problems.delete(uri)),
    vscode.languages.registerCompletionItemProvider(
      { language },
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
    vscode.languages.registerHoverProvider(
      { language },
      { provideHover: async (document, position) => (await load()).hover(document, position) },
    ),
    vscode.languages.registerDocumentLinkProvider(
      { language },
      {
        provideDocumentLinks: async (document) => (await load()).links(document),
        resolveDocumentLink: async (link) => (await load()).resolveLink(link),
      },
    ),
    vscode.languages.registerCodeActionsProvider(
      { language },
      { provideCodeActions: async (document, range) => (await load()).fixes(document, range) },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
  );
}
