import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { CheckedRecipe, Diagnostic } from '../../recipe/check.ts';
import { complete, type Completion } from '../../recipe/language/complete.ts';
import { cursorAt } from '../../recipe/language/cursor.ts';
import { fileCompletions } from '../../recipe/language/files.ts';
import { type Fix, fixesFor } from '../../recipe/language/fixes.ts';
import { hubCompletions, type HubName } from '../../recipe/language/hubNames.ts';
import { hoverAt } from '../../recipe/language/hover.ts';
import { type Lens, lensesOf, type Standing } from '../../recipe/language/lenses.ts';
import { namedFiles } from '../../recipe/language/links.ts';
import type { Span } from '../../recipe/language/outlineNodes.ts';
import { isRemark, readLive } from '../../recipe/language/problems.ts';
import { type RecipeSymbol, symbolsOf } from '../../recipe/language/symbols.ts';
import { missingPaths } from '../../recipe/paths.ts';
import { fileLinks, resolveFileLink } from './fileLinks.ts';
import type { RecipeServices } from './index.ts';
import { listFolder } from './listFolder.ts';

interface Needs extends RecipeServices {
  readonly problems: vscode.DiagnosticCollection;
  /** Called when what stands above the first line may be another. */
  readonly changed: () => void;
}

/** What answers VS Code's questions about recipes. */
export type RecipeFeatures = ReturnType<typeof newRecipeFeatures>;

/** Makes the features of the language; what they know of a document is kept until it is typed in. */
export function newRecipeFeatures({ problems, changed, lastRun, log }: Needs) {
  let hub: Promise<() => Promise<readonly HubName[]>> | undefined;
  const hubNames = async (): Promise<readonly HubName[]> => {
    hub ??= import('./hubDetails.ts').then(({ newHubNames }) => newHubNames(vscode.l10n.t));
    return (await hub)();
  };
  const read = new WeakMap<vscode.TextDocument, { version: number; checked: CheckedRecipe }>();

  const checkedOf = (document: vscode.TextDocument): CheckedRecipe => {
    const before = read.get(document);
    if (before?.version === document.version) return before.checked;
    const checked = readLive(document.getText(), document.uri.fsPath);
    read.set(document, { version: document.version, checked });
    return checked;
  };

  const show = (document: vscode.TextDocument, found: readonly Diagnostic[]): void => {
    problems.set(document.uri, found.map(shown));
    changed();
  };

  return {
    /** Shows the problems of a document; those of files that are missing when they have been looked for. */
    async check(document: vscode.TextDocument): Promise<void> {
      if (document.isClosed) return;
      const { version } = document;
      const before = read.get(document)?.checked.diagnostics ?? [];
      const { diagnostics, value, diagnose } = checkedOf(document);
      const folder = folderOf(document);
      // Problems of files would vanish for a moment at every key, so nothing is shown before they are known again
      // unless there is something new to say.
      if (folder === undefined || codes(before) !== codes(diagnostics)) show(document, diagnostics);
      if (folder === undefined) return;
      const missing = await missingPaths(value, folder);
      if (document.isClosed || document.version !== version) return;
      show(document, [...diagnostics, ...missing.map(diagnose)]);
    },

    async complete(
      document: vscode.TextDocument,
      position: vscode.Position,
      token: vscode.CancellationToken,
    ): Promise<vscode.CompletionItem[]> {
      const cursor = cursorAt(document.getText(), document.offsetAt(position));
      if (cursor === undefined) return [];
      const folder = folderOf(document);
      const cancelled = (): boolean => token.isCancellationRequested;
      const files =
        folder === undefined ? [] : await fileCompletions(cursor, { folder, list: listFolder, cancelled });
      const models = await hubCompletions(cursor, document.getText(), hubNames);
      return [...complete(cursor), ...files, ...models].map((item) => completionItem(item, document));
    },

    hover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
      const found = hoverAt(document.getText(), document.offsetAt(position));
      if (found === undefined) return undefined;
      return new vscode.Hover(new vscode.MarkdownString(found.markdown), rangeOf(document, found.span));
    },

    links(document: vscode.TextDocument): vscode.DocumentLink[] {
      const folder = folderOf(document);
      return folder === undefined ? [] : fileLinks(document, folder, namedFiles(document.getText()));
    },

    resolveLink: resolveFileLink,

    symbols(document: vscode.TextDocument): vscode.DocumentSymbol[] {
      return symbolsOf(document.getText()).map((symbol) => documentSymbol(symbol, document));
    },

    fixes(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
      const text = document.getText();
      return checkedOf(document)
        .diagnostics.filter((problem) => rangeOfProblem(problem).intersection(range) !== undefined)
        .flatMap((problem) => fixesFor(text, problem).map((fix) => codeAction(fix, problem, document)));
    },

    async lenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
      const errors = (problems.get(document.uri) ?? []).filter(
        ({ severity }) => severity === vscode.DiagnosticSeverity.Error,
      );
      const run = await lastRun?.(document.uri).catch((error: unknown) => {
        log.error(String(error));
        return undefined;
      });
      return lensesOf(errors.length, run, standingOf(document)).map(
        (lens) => new vscode.CodeLens(firstLine, command(lens, document.uri, errors[0]?.range)),
      );
    },
  };
}

const firstLine = new vscode.Range(0, 0, 0, 0);

function standingOf({ uri }: vscode.TextDocument): Standing {
  if (uri.scheme !== 'file') return 'unsaved';
  return vscode.workspace.isTrusted ? 'trainable' : 'untrusted';
}

/** The folder from which a recipe's paths start; none before it is saved. */
function folderOf({ uri }: vscode.TextDocument): string | undefined {
  return uri.scheme === 'file' ? dirname(uri.fsPath) : undefined;
}

function codes(found: readonly Diagnostic[]): string {
  return found.map(({ code, problem }) => `${code} ${problem.what}`).join('\n');
}

/** A problem as the editor shows it. */
export function shown(problem: Diagnostic): vscode.Diagnostic {
  const { what, advice } = problem.problem;
  const severity = isRemark(problem)
    ? vscode.DiagnosticSeverity.Information
    : vscode.DiagnosticSeverity.Error;
  const diagnostic = new vscode.Diagnostic(rangeOfProblem(problem), `${what} ${advice}`, severity);
  diagnostic.source = 'SFT';
  diagnostic.code = problem.code;
  return diagnostic;
}

export function rangeOfProblem({ start, end }: Diagnostic): vscode.Range {
  return new vscode.Range(start.line - 1, start.column - 1, end.line - 1, end.column - 1);
}

export function rangeOf(document: vscode.TextDocument, [start, end]: Span): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

const itemKinds = {
  field: vscode.CompletionItemKind.Property,
  group: vscode.CompletionItemKind.Struct,
  value: vscode.CompletionItemKind.EnumMember,
  number: vscode.CompletionItemKind.Value,
  file: vscode.CompletionItemKind.File,
  folder: vscode.CompletionItemKind.Folder,
} satisfies Record<Completion['kind'], vscode.CompletionItemKind>;

export function completionItem(
  { label, kind, detail, documentation, insert, replace, filter, order, again }: Completion,
  document: vscode.TextDocument,
): vscode.CompletionItem {
  const item = new vscode.CompletionItem({ label, description: detail }, itemKinds[kind]);
  if (documentation !== '') item.documentation = new vscode.MarkdownString(documentation);
  item.insertText = new vscode.SnippetString(insert);
  item.range = rangeOf(document, replace);
  item.filterText = filter;
  item.sortText = order;
  if (again) {
    item.command = { title: vscode.l10n.t('Suggest'), command: 'editor.action.triggerSuggest' };
  }
  return item;
}

const symbolKinds = {
  group: vscode.SymbolKind.Object,
  list: vscode.SymbolKind.Array,
  value: vscode.SymbolKind.Property,
} satisfies Record<RecipeSymbol['kind'], vscode.SymbolKind>;

function documentSymbol(symbol: RecipeSymbol, document: vscode.TextDocument): vscode.DocumentSymbol {
  const { name, detail, kind, span, selection, children } = symbol;
  const ranges = [rangeOf(document, span), rangeOf(document, selection)] as const;
  const shown = new vscode.DocumentSymbol(name, detail, symbolKinds[kind], ...ranges);
  shown.children = children.map((child) => documentSymbol(child, document));
  return shown;
}

/** A fix as the editor offers it. */
export function codeAction(fix: Fix, problem: Diagnostic, document: vscode.TextDocument): vscode.CodeAction {
  const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
  action.isPreferred = fix.preferred;
  action.diagnostics = [shown(problem)];
  action.edit = new vscode.WorkspaceEdit();
  action.edit.set(
    document.uri,
    fix.edits.map(({ span, text }) => {
      const range = rangeOf(document, span);
      if (!fix.snippet) return new vscode.TextEdit(range, text);
      const edit = new vscode.SnippetTextEdit(range, new vscode.SnippetString(text));
      edit.keepWhitespace = true;
      return edit;
    }),
  );
  return action;
}

function command(lens: Lens, uri: vscode.Uri, first: vscode.Range | undefined): vscode.Command {
  switch (lens.does) {
    case 'problems': {
      const { count } = lens;
      const words = count === 1 ? vscode.l10n.t('1 problem') : vscode.l10n.t('{0} problems', count);
      const at = first === undefined ? {} : { selection: first };
      return { title: `$(warning) ${words}`, command: 'vscode.open', arguments: [uri, at] };
    }
    case 'trust': {
      const words = vscode.l10n.t('Restricted mode: training is off until the workspace is trusted');
      return { title: `$(workspace-untrusted) ${words}`, command: 'workbench.trust.manage' };
    }
    case 'train':
      return { title: `$(play) ${vscode.l10n.t('Train')}`, command: 'sft.train', arguments: [uri] };
    case 'estimate':
      return {
        title: `$(dashboard) ${vscode.l10n.t('Estimate')}`,
        command: 'sft.estimate',
        arguments: [uri],
      };
    default:
      return {
        title: `$(eye) ${vscode.l10n.t('Open last run')}`,
        command: 'sft.openRun',
        arguments: [{ kind: 'run', folder: lens.run }],
      };
  }
}
