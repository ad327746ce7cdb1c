import * as vscode from 'vscode';
import type { Services } from '../services.ts';
import { diffPanelType, sftEditorType } from './types.ts';

/** Registers the editor of SFT files and the panel that compares two; their code is loaded when one is opened. */
export function registerInspector(services: Services): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.window.registerCustomEditorProvider(sftEditorType, {
      openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
      async resolveCustomEditor({ uri }, panel) {
        (await import('./sftEditor.ts')).showSft(services, uri, panel);
      },
    } satisfies vscode.CustomReadonlyEditorProvider),
    vscode.window.registerWebviewPanelSerializer(diffPanelType, {
      async deserializeWebviewPanel(panel, state: unknown) {
        await (await import('../panels/diffPanel.ts')).restoreDiff(services, panel, state);
      },
    }),
  );
}
