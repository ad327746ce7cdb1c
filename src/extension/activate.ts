import * as vscode from 'vscode';

/** Entry of the extension. Registers what VS Code may call, and loads nothing else. */
export function activate(context: vscode.ExtensionContext): void {
  context.subscriptions.push(vscode.window.createOutputChannel('SFT Studio', { log: true }));
}
