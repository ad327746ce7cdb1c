import * as vscode from 'vscode';
import type { Diagnostic } from '../../recipe/check.ts';
import type { SchemaLanguage } from '../../recipe/language/schemaLanguage.ts';
import { codeAction, completionItem, rangeOf, rangeOfProblem, shown } from './features.ts';
import { fileLinks, resolveFileLink } from './fileLinks.ts';
import { listFolder } from './listFolder.ts';

/** Texts whose form a schema gives, and what is wrong with one. */
export interface SchemaTexts {
  readonly language: SchemaLanguage;
  /** The folder from which a document's paths start; none before it is saved. */
  readonly folderOf: (document: vscode.TextDocument) => string | undefined;
  /** The problems of a text alone. */
  readonly check: (text: string, file: string) => readonly Diagnostic[];
  /** What a text names and is not there. */
  readonly missing: (text: string, file: string, folder: string) => Promise<readonly Diagnostic[]>;
}

/** What answers VS Code's questions about such texts. */
export type SchemaFeatures = ReturnType<typeof newSchemaFeatures>;

export function newSchemaFeatures(
  { language, folderOf, check, missing }: SchemaTexts,
  problems: vscode.DiagnosticCollection,
) {
  return {
    /** Shows the problems of a document; those of files that are missing when they have been looked for. */
    async check(document: vscode.TextDocument): Promise<void> {
      if (document.isClosed) return;
      const { version, uri } = document;
      const text = document.getText();
      const folder = folderOf(document);
      const found = check(text, uri.fsPath);
      const gone = folder === undefined ? [] : await missing(text, uri.fsPath, folder);
      if (document.isClosed || document.version !== version) return;
      problems.set(uri, [...found, ...gone].map(shown));
    },
    async complete(
      document: vscode.TextDocument,
      position: vscode.Position,
      token: vscode.CancellationToken,
    ): Promise<vscode.CompletionItem[]> {
      const text = document.getText();
      const offset = document.offsetAt(position);
      const folder = folderOf(document);
      const cancelled = (): boolean => token.isCancellationRequested;
      const files =
        folder === undefined
          ? []
          : await language.completeFiles(text, offset, { folder, list: listFolder, cancelled });
      return [...language.complete(text, offset), ...files].map((item) => completionItem(item, document));
    },
    links(document: vscode.TextDocument): vscode.DocumentLink[] {
      const folder = folderOf(document);
      return folder === undefined ? [] : fileLinks(document, folder, language.files(document.getText()));
    },
    resolveLink: resolveFileLink,
    fixes(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
      const text = document.getText();
      return check(text, document.uri.fsPath)
        .filter((problem) => rangeOfProblem(problem).intersection(range) !== undefined)
        .flatMap((problem) => language.fixes(text, problem).map((fix) => codeAction(fix, problem, document)));
    },
    hover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
      const found = language.hover(document.getText(), document.offsetAt(position));
      if (found === undefined) return undefined;
      return new vscode.Hover(new vscode.MarkdownString(found.markdown), rangeOf(document, found.span));
    },
  };
}
