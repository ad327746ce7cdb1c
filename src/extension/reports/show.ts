import * as vscode from 'vscode';
import type { Services } from '../services.ts';
import { escaped } from './markdown.ts';

const scheme = 'sft-report';
const keptKey = 'sft.reports';

/** What is kept for the tabs of a window that is loaded anew: the last reports, and none that is very long. */
const mostKept = 10;
const mostCharacters = 200_000;

const shown = new WeakMap<vscode.ExtensionContext, Reports>();

/** The texts of this window. */
interface Reports {
  put(name: string, text: string): vscode.Uri;
}

/** Makes reports readable that a window shows again after it was loaded anew. */
export function registerReports(context: vscode.ExtensionContext): void {
  shown.set(context, newReports(context));
  const isPreviewOpen = vscode.window.tabGroups.all.some(({ tabs }) =>
    tabs.some(({ input }) => input instanceof vscode.TabInputWebview && /markdown/i.test(input.viewType)),
  );
  // The page may have looked for its text before we were there. It does so again when that is opened.
  if (isPreviewOpen)
    for (const [path] of keptReports(context)) {
      const uri = vscode.Uri.from({ scheme, path });
      vscode.workspace.openTextDocument(uri).then(undefined, () => undefined);
    }
}

/** Shows a Markdown text as a page to read. `name` is its title; a page of that name is replaced. */
export async function showReport({ context }: Services, name: string, text: string): Promise<void> {
  const reports = shown.get(context) ?? newReports(context);
  shown.set(context, reports);
  // Locked: it would go over to the next Markdown file that is opened.
  await vscode.commands.executeCommand('markdown.showPreview', reports.put(name, text), undefined, {
    locked: true,
  });
}

function newReports(context: vscode.ExtensionContext): Reports {
  const texts = new Map(keptReports(context));
  const changed = new vscode.EventEmitter<vscode.Uri>();
  context.subscriptions.push(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: changed.event,
      provideTextDocumentContent: ({ path }) => texts.get(path) ?? lost(path),
    }),
  );
  return {
    put(name, text) {
      const uri = vscode.Uri.from({ scheme, path: `/${name}.md` });
      texts.delete(uri.path); // the newest is the last
      texts.set(uri.path, text);
      changed.fire(uri);
      const kept = [...texts].filter(([, { length }]) => length <= mostCharacters).slice(-mostKept);
      void context.workspaceState.update(keptKey, kept);
      return uri;
    },
  };
}

/** Reports by their paths, as they were kept; none where something else is there. */
function keptReports({ workspaceState }: vscode.ExtensionContext): (readonly [string, string])[] {
  const kept: unknown = workspaceState.get(keptKey);
  return Array.isArray(kept) ? kept.filter(isReport) : [];
}

function isReport(entry: unknown): entry is readonly [string, string] {
  return Array.isArray(entry) && entry.length === 2 && entry.every((part) => typeof part === 'string');
}

/** A page for a report that was not kept. */
function lost(path: string): string {
  const name = path.replace(/^\//, '').replace(/\.md$/, '');
  const text = vscode.l10n.t(
    'This report was not kept. Make it again with the command that made it: SFT: Estimate, SFT: Show Matrix of Sweep, or SFT: Show Engine Information.',
  );
  return `# ${escaped(name)}\n\n${text}\n`;
}
