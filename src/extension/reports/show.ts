import * as vscode from 'vscode';
import type { Services } from '../services.ts';

const scheme = 'sft-report';
const shown = new WeakMap<vscode.ExtensionContext, ReturnType<typeof newReports>>();

/** Shows a Markdown text as a page to read. `name` is its title; a page of that name is replaced. */
export async function showReport({ context }: Services, name: string, text: string): Promise<void> {
  const reports = shown.get(context) ?? newReports(context);
  shown.set(context, reports);
  // Locked: it would go over to the next Markdown file that is opened.
  await vscode.commands.executeCommand('markdown.showPreview', reports.put(name, text), undefined, {
    locked: true,
  });
}

/** The texts of this window. */
function newReports(context: vscode.ExtensionContext): { put(name: string, text: string): vscode.Uri } {
  const texts = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  context.subscriptions.push(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: changed.event,
      provideTextDocumentContent: ({ path }) => texts.get(path) ?? '',
    }),
  );
  return {
    put(name, text) {
      const uri = vscode.Uri.from({ scheme, path: `/${name}.md` });
      texts.set(uri.path, text);
      changed.fire(uri);
      return uri;
    },
  };
}
