import * as vscode from 'vscode';
import type { Services } from '../services.ts';
import type { ComposeChange, ComposeEditor, ComposeFile } from './composeEditor.ts';
import { composeEditorType } from './types.ts';

/** The editor of compose files, whose code is loaded when one is opened. */
export interface ComposeRegistration extends vscode.Disposable {
  editor(): Promise<ComposeEditor>;
}

export function registerCompose(services: Services): ComposeRegistration {
  const changed = new vscode.EventEmitter<ComposeChange>();
  let loading: Promise<ComposeEditor> | undefined;
  const editor = (): Promise<ComposeEditor> =>
    (loading ??= import('./composeEditor.ts').then(({ newComposeEditor }) =>
      newComposeEditor(services, changed),
    ));
  const provider: vscode.CustomEditorProvider<ComposeFile> = {
    // Its type wants one sort of event or the other; VS Code looks at each whether it can be undone.
    onDidChangeCustomDocument: changed.event as vscode.Event<vscode.CustomDocumentEditEvent<ComposeFile>>,
    openCustomDocument: async (uri, { backupId }) => (await editor()).open(uri, backupId),
    async resolveCustomEditor(file, panel) {
      (await editor()).show(file, panel);
    },
    saveCustomDocument: async (file) => (await editor()).save(file, file.uri),
    saveCustomDocumentAs: async (file, to) => (await editor()).save(file, to),
    revertCustomDocument: async (file) => (await editor()).revert(file),
    backupCustomDocument: async (file, { destination }) => (await editor()).backup(file, destination),
  };
  const registered = vscode.Disposable.from(
    changed,
    vscode.window.registerCustomEditorProvider(composeEditorType, provider),
  );
  return { editor, dispose: () => void registered.dispose() };
}
