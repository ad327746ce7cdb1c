import * as vscode from 'vscode';
import { type Made, madeOf, staleOf } from '../../notebook/origin.ts';
import type { Staleness } from '../../protocol/notebook.ts';
import { outcomeOf } from './outputs.ts';
import { languageOf, outputId } from './serializer.ts';

/** What a page of outputs is told: which of them are stale, by their names; null for one that is not. */
export interface StaleMessage {
  readonly type: 'stale';
  readonly outputs: Readonly<Record<string, Staleness | null>>;
}

/** Data of outputs are read once: they may be large, and one looks at every change of a text. */
const read = new WeakMap<Uint8Array, Made | 'nothing'>();

/** Which outcomes of a notebook were made from other texts than those that stand there now, by the index of their cells. */
export function staleIn(notebook: vscode.NotebookDocument): (Staleness | undefined)[] {
  return staleOf(
    notebook.getCells().map(({ kind, document, outputs }) => ({
      language: languageOf(kind),
      text: document.getText(),
      made: madeFrom(outputs),
    })),
  );
}

/** What is shown below a cell whose outcome is stale. */
export function staleItem(staleness: Staleness): vscode.NotebookCellStatusBarItem {
  const words =
    staleness === 'text'
      ? vscode.l10n.t('made from an earlier text of this cell: run it again')
      : vscode.l10n.t('made before something above that this cell uses was changed: run it again');
  return new vscode.NotebookCellStatusBarItem(
    `$(warning) ${words}`,
    vscode.NotebookCellStatusBarAlignment.Left,
  );
}

export function staleMessage(
  notebook: vscode.NotebookDocument,
  stale: readonly (Staleness | undefined)[],
): StaleMessage {
  const outputs = notebook
    .getCells()
    .flatMap((cell, i) => cell.outputs.map((output) => [outputId(output), stale[i] ?? null] as const))
    .flatMap(([id, staleness]) => (id === undefined ? [] : [[id, staleness] as const]));
  return { type: 'stale', outputs: Object.fromEntries(outputs) };
}

/** Takes the editor's mark of success or failure from cells whose outcome is stale: it was about another text. */
export function clearMarks(
  controller: Pick<vscode.NotebookController, 'createNotebookCellExecution'>,
  notebook: vscode.NotebookDocument,
  stale: readonly (Staleness | undefined)[],
): void {
  for (const [i, cell] of notebook.getCells().entries()) {
    if (stale[i] === undefined || cell.executionSummary?.success === undefined) continue;
    try {
      controller.createNotebookCellExecution(cell).end(undefined);
    } catch {
      // It is about to run anew, or the notebook has another kernel now.
    }
  }
}

function madeFrom(outputs: readonly vscode.NotebookCellOutput[]): Made | undefined {
  const items = outputs.flatMap((one) => one.items);
  const data = items[0]?.data;
  if (data === undefined) return undefined;
  const made = read.get(data) ?? madeOf(outcomeOf(items)) ?? 'nothing';
  read.set(data, made);
  return made === 'nothing' ? undefined : made;
}
