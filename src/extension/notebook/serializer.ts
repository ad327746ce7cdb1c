import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { staleOutcomes } from '../../notebook/origin.ts';
import { readNotebook } from '../../notebook/read.ts';
import { writeNotebook } from '../../notebook/write.ts';
import type { CellLanguage } from '../../protocol/notebook.ts';
import { outcomeOf, outputItems } from './outputs.ts';

/** Reads and writes notebooks. One that cannot be read is not opened, so that nothing is written over it. */
export const notebookSerializer: vscode.NotebookSerializer = {
  deserializeNotebook(content) {
    const { cells, lost } = readNotebook(content, 'notebook');
    const stale = staleOutcomes(cells);
    return new vscode.NotebookData(
      cells.map(({ language, text, outcome }, i) => {
        const data = new vscode.NotebookCellData(kindOf(language), text, language);
        if (outcome !== undefined) data.outputs = [cellOutput(outputItems(outcome, stale[i]))];
        if (lost.includes(i + 1)) data.outputs = [lostOutput()];
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

/** What a cell shows whose outputs could not be read: it is not written. */
function lostOutput(): vscode.NotebookCellOutput {
  const text = vscode.l10n.t(
    'The outputs of this cell could not be read. Run it to make them anew; saving the notebook removes what its file holds of them.',
  );
  return new vscode.NotebookCellOutput([vscode.NotebookCellOutputItem.stderr(text)]);
}

/** An output with a name, by which a page can be told something of it later. */
export function cellOutput(items: ReturnType<typeof outputItems>): vscode.NotebookCellOutput {
  return new vscode.NotebookCellOutput(cellItems(items), { sftOutput: randomUUID() });
}

/** The name that `cellOutput` gave. */
export function outputId({ metadata }: vscode.NotebookCellOutput): string | undefined {
  const id: unknown = metadata?.sftOutput;
  return typeof id === 'string' ? id : undefined;
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
