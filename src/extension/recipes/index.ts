import * as vscode from 'vscode';
import type { RecipeFeatures } from './features.ts';
import { whenNamedFilesChange } from './namedFiles.ts';

/** What recipes need of the rest of the extension. */
export interface RecipeServices {
  readonly log: Pick<vscode.LogOutputChannel, 'error'>;
  /** The folder of the last run of a recipe file, if there is one. */
  readonly lastRun?: (recipe: vscode.Uri) => Promise<string | undefined>;
  /** Fired when `lastRun` may say something else. */
  readonly onDidChangeRuns?: vscode.Event<void>;
  /** Fired when a run may have left an SFT. */
  readonly onDidEndRun?: vscode.Event<unknown>;
}

const language = 'sft-recipe';
const schemes: readonly string[] = ['file', 'untitled'];
const selector = schemes.map((scheme) => ({ language, scheme }));

/** How long nobody types before a recipe is checked, in milliseconds. */
const pause = 250;

/**
 * Registers what VS Code may ask of recipes, and checks them while they are typed. What answers is loaded when a
 * recipe is first shown.
 */
export function registerRecipeLanguage(services: RecipeServices): vscode.Disposable {
  const problems = vscode.languages.createDiagnosticCollection(language);
  const lenses = new vscode.EventEmitter<void>();
  const timers = new Map<string, NodeJS.Timeout>();
  let loading: Promise<RecipeFeatures> | undefined;
  const load = (): Promise<RecipeFeatures> =>
    (loading ??= import('./features.ts').then(({ newRecipeFeatures }) =>
      newRecipeFeatures({ ...services, problems, changed: () => lenses.fire() }),
    ));

  const forget = ({ uri }: vscode.TextDocument): void => {
    clearTimeout(timers.get(uri.toString()));
    timers.delete(uri.toString());
  };

  const check = (document: vscode.TextDocument, delay: number): void => {
    if (document.languageId !== language || !schemes.includes(document.uri.scheme)) return;
    forget(document);
    const run = async (): Promise<void> => {
      timers.delete(document.uri.toString());
      await (await load()).check(document);
    };
    const timer = setTimeout(() => {
      run().catch((error: unknown) => services.log.error(String(error)));
    }, delay);
    timers.set(document.uri.toString(), timer);
  };

  // Those behind other tabs, too: the list of problems and the explorer show theirs.
  const checkAll = (): void => {
    for (const document of vscode.workspace.textDocuments) check(document, 0);
  };

  checkAll();
  return vscode.Disposable.from(
    problems,
    lenses,
    { dispose: () => timers.forEach((timer) => clearTimeout(timer)) },
    vscode.workspace.onDidOpenTextDocument((document) => check(document, 0)),
    vscode.workspace.onDidChangeTextDocument(({ document }) => check(document, pause)),
    vscode.workspace.onDidCloseTextDocument((document) => {
      forget(document);
      problems.delete(document.uri);
    }),
    whenNamedFilesChange(services.onDidEndRun, checkAll),
    vscode.workspace.onDidGrantWorkspaceTrust(() => lenses.fire()),
    ...(services.onDidChangeRuns === undefined ? [] : [services.onDidChangeRuns(() => lenses.fire())]),
    vscode.languages.registerCompletionItemProvider(
      selector,
      {
        provideCompletionItems: async (document, position, token) =>
          (await load()).complete(document, position, token),
      },
      ' ',
      '/',
      '.',
      ':', // of hf:
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
    vscode.languages.registerDocumentSymbolProvider(
      selector,
      { provideDocumentSymbols: async (document) => (await load()).symbols(document) },
      { label: vscode.l10n.t('Recipe') },
    ),
    vscode.languages.registerCodeActionsProvider(
      selector,
      { provideCodeActions: async (document, range) => (await load()).fixes(document, range) },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
    vscode.languages.registerCodeLensProvider(selector, {
      onDidChangeCodeLenses: lenses.event,
      provideCodeLenses: async (document) => (await load()).lenses(document),
    }),
  );
}
