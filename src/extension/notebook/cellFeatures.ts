import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { checkCell } from '../../notebook/cells/check.ts';
import { cellLanguage } from '../../notebook/cells/language.ts';
import { missingCellPaths } from '../../notebook/cells/paths.ts';
import { newSchemaFeatures, type SchemaFeatures } from '../recipes/schemaFeatures.ts';

/** What answers VS Code's questions about cells. */
export function newCellFeatures(problems: vscode.DiagnosticCollection): SchemaFeatures {
  return newSchemaFeatures(
    {
      language: cellLanguage,
      folderOf,
      check: (text) => checkCell(begun(text)).diagnostics,
      async missing(text, _, folder) {
        const { request, diagnose } = checkCell(begun(text));
        return request === undefined ? [] : (await missingCellPaths(request, folder)).map(diagnose);
      },
    },
    problems,
  );
}

/** A cell that nobody has begun has no problem yet. */
function begun(text: string): string {
  return text.trim() === '' ? 'expect: a > b' : text;
}

/** The folder of a cell's notebook; none before that is saved. */
function folderOf(document: vscode.TextDocument): string | undefined {
  const notebook = vscode.workspace.notebookDocuments.find(
    ({ notebookType, uri }) => notebookType === 'sft-notebook' && uri.path === document.uri.path,
  );
  return notebook?.uri.scheme === 'file' ? dirname(notebook.uri.fsPath) : undefined;
}
