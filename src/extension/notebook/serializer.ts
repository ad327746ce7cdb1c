import * as vscode from 'vscode';
import { readNotebook } from '../../notebook/read.ts';
import { writeNotebook } from '../../notebook/write.ts';
import type { CellLanguage } from '../../protocol/notebook.ts';
import { outcomeOf, outputItems } from './outputs.ts';

/** Key of a cell's metadata: its outputs could not be read. */
const lostKey = 'lost';

/** Reads and writes notebooks. One that cannot be read is not opened, so that nothing is written over it. */
export const notebookSerializer: vscode.NotebookSerializer = {
  deserializeNotebook(content) {
    const { cells, lost } = readNotebook(content, 'notebook');
    return new vscode.NotebookData(
      cells.map(({ language, text, outcome }, i) => {
        const data = new vscode.NotebookCellData(kindOf(language), text, language);
        if (outcome !== undefined) data.outputs = [cellOutput(outputItems(outcome))];
        if (lost.includes(i + 1)) data.metadata = { [lostKey]: true };
        return data;
      }),
    );
  },
  serializeNotebook({ cells }) {
    const written = cells.map(({ kind, value, outputs = [] }) => ({
      language: languageOf(kind),
      text: value,
      outcome: outcomeOf(outputs.flatMap(({ items }) => items)),
    }));
    return Buffer.from(writeNotebook(written));
  },
};

export function cellOutput(items: ReturnType<typeof outputItems>): vscode.NotebookCellOutput {
  return new vscode.NotebookCellOutput(cellItems(items));
}

/** What an output consists of. */
export function cellItems(items: ReturnType<typeof outputItems>): vscode.NotebookCellOutputItem[] {
  return items.map(({ mime, data }) => new vscode.NotebookCellOutputItem(data, mime));
}

/** A cell's language by its kind: whatever else was chosen in the editor is no language of ours. */
export function languageOf(kind: vscode.NotebookCellKind): CellLanguage {
  return kind === vscode.NotebookCellKind.Markup ? 'markdown' : 'sft-cell';
}

function kindOf(language: CellLanguage): vscode.NotebookCellKind {
  return language === 'markdown' ? vscode.NotebookCellKind.Markup : vscode.NotebookCellKind.Code;
}
