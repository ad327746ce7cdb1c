import * as vscode from 'vscode';
import type { NotebookBlock } from '../../protocol/notebook.ts';
import { registerSchemaLanguage } from '../recipes/schemaLanguage.ts';
import type { Services } from '../services.ts';

export const notebookType = 'sft-notebook';
const rendererId = 'sft-results';

/** Registers notebooks: their file, what runs their cells, what their pages ask for. All of it is loaded at its first use. */
export function registerNotebooks(services: Services): vscode.Disposable {
  const controller = vscode.notebooks.createNotebookController('sft', notebookType, 'SFT Studio');
  controller.supportedLanguages = ['sft-cell'];
  controller.supportsExecutionOrder = false;
  controller.executeHandler = async (cells, notebook, own) =>
    (await import('./controller.ts')).executeCells(services, own, notebook, cells);
  const messaging = vscode.notebooks.createRendererMessaging(rendererId);
  return vscode.Disposable.from(
    controller,
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
      if (hash === undefined) return;
      try {
        const block: NotebookBlock | null = await (await services.session()).ask('keptBlock', { hash });
        await messaging.postMessage({ type: 'kept', hash, block }, editor);
      } catch (error) {
        services.log.error(String(error));
      }
    }),
  );
}

/** A page asks for what lies in the cache. */
function hashOf(message: unknown): string | undefined {
  if (typeof message !== 'object' || message === null || !('hash' in message)) return undefined;
  return typeof message.hash === 'string' ? message.hash : undefined;
}
