import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { CellOutput, CellProgress, ShownOutcome } from '../../protocol/notebook.ts';
import { showError } from '../report.ts';
import type { Services } from '../services.ts';
import { idleMinutes, namedEngine } from '../settings.ts';
import { mayRun } from '../trust.ts';
import { atMostEvery } from '../views/timing.ts';
import { durationWords } from '../words.ts';
import { outcomeOf, outputItems } from './outputs.ts';
import { cellItems, cellOutput, languageOf } from './serializer.ts';

/** What of a controller is needed to run cells. */
type Controller = Pick<vscode.NotebookController, 'createNotebookCellExecution'>;

/** How often a cell that runs shows how far it is. */
const progressMilliseconds = 300;

/** What is under way in a notebook, and how often something in it has been interrupted. */
interface Turns {
  last: Promise<void>;
  interrupted: number;
}
const turnsOf = new WeakMap<vscode.NotebookDocument, Turns>();

/** A cell that runs or waits for its turn. */
interface Turn {
  readonly cell: vscode.NotebookCell;
  readonly execution: vscode.NotebookCellExecution;
}

/**
 * Runs cells one after the other in the session, when those that were started before have ended: what is below uses what they give. The
 * one that runs can be interrupted, and with it what waits behind it; one that waits can be stopped alone.
 */
export async function executeCells(
  services: Services,
  controller: Controller,
  notebook: vscode.NotebookDocument,
  cells: readonly vscode.NotebookCell[],
): Promise<void> {
  if (!vscode.workspace.isTrusted && !(await mayRun('sft.evaluate'))) return;
  const turns = turnsOf.get(notebook) ?? { last: Promise.resolve(), interrupted: 0 };
  turnsOf.set(notebook, turns);
  const { last: before, interrupted } = turns;
  // All at once: a cell that waits can be stopped by its execution alone.
  const waiting = cells
    .filter(({ index }) => index >= 0)
    .map((cell): Turn => ({ cell, execution: controller.createNotebookCellExecution(cell) }));
  const mine = (async () => {
    await before;
    for (const turn of waiting) {
      const { cell, execution } = turn;
      // Stopped or deleted while it waited, or behind one that was interrupted.
      if (execution.token.isCancellationRequested || cell.index < 0 || turns.interrupted > interrupted)
        execution.end(undefined);
      else if ((await executeCell(services, notebook, turn)) === 'interrupted') turns.interrupted++;
    }
  })();
  turns.last = mine.catch(() => undefined); // told to whoever asked
  await mine;
}

/** How it ended: one that fails does not keep those below it from running, as on the command line; they say what they lack of it. */
async function executeCell(
  services: Services,
  notebook: vscode.NotebookDocument,
  { cell, execution }: Turn,
): Promise<'done' | 'failed' | 'interrupted'> {
  const stop = new AbortController();
  const listening = execution.token.onCancellationRequested(() => stop.abort(new Error('interrupted')));
  const show = (outcome: ShownOutcome) => execution.replaceOutput(cellOutput(outputItems(outcome)));
  const running = cellOutput(outputItems({ state: 'running' }));
  let told: CellProgress | undefined;
  const showProgress = atMostEvery(progressMilliseconds, () => {
    if (told === undefined) return;
    const items = cellItems(outputItems({ state: 'running', progress: progressWords(told) }));
    execution
      .replaceOutputItems(items, running)
      .then(undefined, (error: unknown) => services.log.error(String(error)));
  });
  /** What is told late must not take the place of the outcome. */
  const stopProgress = (): void => {
    told = undefined;
    showProgress.dispose();
  };
  execution.start(Date.now());
  try {
    // What a reload finds of it is read as interrupted.
    await execution.replaceOutput(running);
    const session = await services.session();
    const all = notebook.getCells();
    const outcome = await session.ask(
      'runCell',
      {
        folder: folderOf(notebook),
        cells: all.map(({ kind, document }) => ({ language: languageOf(kind), text: document.getText() })),
        index: cell.index,
        engine: namedEngine(),
        above: outputsOf(all.slice(0, cell.index)),
        idleMinutes: idleMinutes(),
      },
      stop.signal,
      (progress) => {
        told = progress;
        showProgress();
      },
    );
    stopProgress();
    await show(outcome);
    const isDone = outcome.state === 'done';
    // A claim that does not hold is no success, but what stands below it can be run.
    execution.end(isDone && holds(outcome.output), Date.now());
    return outcome.state;
  } catch (error) {
    stopProgress();
    await show({ state: 'interrupted' });
    execution.end(false, Date.now());
    if (!stop.signal.aborted) await showError(services, error);
    return 'interrupted';
  } finally {
    listening.dispose();
  }
}

/** Whether all claims of a cell hold. */
function holds({ blocks }: CellOutput): boolean {
  return blocks.every((block) => block.type !== 'claims' || block.claims.every((one) => one.holds));
}

/** `12 of 40 evaluations, 1 min left: composed on mt: 30 of 100` */
function progressWords({ doing, evaluations, secondsLeft }: CellProgress): string {
  if (evaluations === null) return doing;
  const { done, of } = evaluations;
  return secondsLeft === null
    ? vscode.l10n.t('{0} of {1} evaluations: {2}', done, of, doing)
    : vscode.l10n.t('{0} of {1} evaluations, {2} left: {3}', done, of, durationWords(secondsLeft), doing);
}

function outputsOf(cells: readonly vscode.NotebookCell[]): CellOutput[] {
  return cells.flatMap(({ outputs }) => {
    const outcome = outcomeOf(outputs.flatMap(({ items }) => items));
    return outcome?.state === 'done' ? [outcome.output] : [];
  });
}

/** Where a notebook's paths start; those of one that is not saved yet at the workspace's folder. */
function folderOf({ uri }: vscode.NotebookDocument): string {
  if (uri.scheme === 'file') return dirname(uri.fsPath);
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? process.cwd();
}
