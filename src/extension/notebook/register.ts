import * as vscode from 'vscode';
import type { NotebookBlock } from '../../protocol/notebook.ts';
import { registerSchemaLanguage } from '../recipes/schemaLanguage.ts';
import type { Services } from '../services.ts';
import { debounced } from '../views/timing.ts';

export const notebookType = 'sft-notebook';
/** So long after a change of a text its outputs are marked, in milliseconds. */
const stalePause = 150;
const rendererId = 'sft-results';

/** Registers notebooks: their file, what runs their cells, what their pages ask for. All of it is loaded at its first use. */
export function registerNotebooks(services: Services): vscode.Disposable {
  const controller = vscode.notebooks.createNotebookController('sft', notebookType, 'SFT Studio');
  controller.supportedLanguages = ['sft-cell'];
  controller.supportsExecutionOrder = false;
  controller.executeHandler = async (cells, notebook, own) =>
    (await import('./controller.ts')).executeCells(services, own, notebook, cells);
  const messaging = vscode.notebooks.createRendererMessaging(rendererId);
  const staleChanged = new vscode.EventEmitter<void>();
  const changed = new Set<vscode.NotebookDocument>();
  const lookAtChanged = debounced(
    () => {
      for (const notebook of changed) tellStale(notebook).catch((error) => services.log.error(String(error)));
      changed.clear();
    },
    stalePause,
    2 * stalePause,
  );
  /** Marks outputs that were made from other texts, wherever they are shown; `editor` alone where it asked. */
  const tellStale = async (
    notebook: vscode.NotebookDocument,
    editor?: vscode.NotebookEditor,
  ): Promise<void> => {
    const { clearMarks, staleIn, staleMessage } = await import('./staleOutputs.ts');
    const stale = staleIn(notebook);
    clearMarks(controller, notebook, stale);
    if (editor === undefined) staleChanged.fire();
    await messaging.postMessage(staleMessage(notebook, stale), editor);
  };
  return vscode.Disposable.from(
    controller,
    staleChanged,
    lookAtChanged,
    vscode.workspace.onDidChangeNotebookDocument(({ notebook }) => {
      if (notebook.notebookType !== notebookType) return;
      changed.add(notebook);
      lookAtChanged();
    }),
    vscode.notebooks.registerNotebookCellStatusBarItemProvider(notebookType, {
      onDidChangeCellStatusBarItems: staleChanged.event,
      async provideCellStatusBarItems(cell) {
        if (cell.outputs.length === 0) return [];
        const { staleIn, staleItem } = await import('./staleOutputs.ts');
        const staleness = staleIn(cell.notebook)[cell.index];
        return staleness === undefined ? [] : [staleItem(staleness)];
      },
    }),
    registerSchemaLanguage(
      'sft-cell',
      { log: services.log, onDidEndRun: services.live.onDidEnd },
      async (problems) => (await import('./cellFeatures.ts')).newCellFeatures(problems),
    ),
    vscode.workspace.registerNotebookSerializer(notebookType, {
      deserializeNotebook: async (content, token) =>
        (await import('./serializer.ts')).notebookSerializer.deserializeNotebook(content, token),
      serializeNotebook: async (data, token) =>
        (await import('./serializer.ts')).notebookSerializer.serializeNotebook(data, token),
    }),
    messaging.onDidReceiveMessage(async ({ editor, message }) => {
      const hash = hashOf(message);
      try {
        if (asksForStale(message)) return await tellStale(editor.notebook, editor);
        if (hash === undefined) return;
        const block: NotebookBlock | null = await (await services.session()).ask('keptBlock', { hash });
        await messaging.postMessage({ type: 'kept', hash, block }, editor);
      } catch (error) {
        services.log.error(String(error));
      }
    }),
  );
}

/** A page has drawn an output, and asks whether it is stale. */
function asksForStale(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'drawn';
}

/** A page asks for what lies in the cache. */
function hashOf(message: unknown): string | undefined {
  if (typeof message !== 'object' || message === null || !('hash' in message)) return undefined;
  return typeof message.hash === 'string' ? message.hash : undefined;
}
