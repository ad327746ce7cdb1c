import { beforeEach, describe, expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import type { Services } from '../services.ts';
import { registerReports, showReport } from './show.ts';

const editor = await vi.hoisted(async () => {
  class TabInputWebview {
    readonly viewType: string;

    constructor(viewType: string) {
      this.viewType = viewType;
    }
  }
  const tabs: { readonly input: unknown }[] = [];
  const opened: string[] = [];
  const previewed: string[] = [];
  let provider: { provideTextDocumentContent(uri: { path: string }): string } | undefined;
  return {
    tabs,
    opened,
    previewed,
    textAt: (path: string) => provider?.provideTextDocumentContent({ path }),
    api: {
      TabInputWebview,
      Uri: { from: ({ path }: { path: string }) => ({ path }) },
      EventEmitter: class {
        fire(): void {}
        dispose(): void {}
      },
      l10n: { t: (text: string) => text },
      window: { tabGroups: { all: [{ tabs }] } },
      workspace: {
        registerTextDocumentContentProvider(_: string, given: typeof provider) {
          provider = given;
          return { dispose: () => undefined };
        },
        openTextDocument: async ({ path }: { path: string }) => void opened.push(path),
      },
      commands: {
        executeCommand: async (_: string, { path }: { path: string }) => void previewed.push(path),
      },
    },
  };
});
vi.mock('vscode', () => editor.api);

/** What is kept for the workspace while windows come and go. */
const kept = new Map<string, unknown>();

/** A window that is loaded anew. */
function loaded(): Services {
  const context = {
    subscriptions: [],
    workspaceState: {
      get: (key: string) => kept.get(key),
      update: async (key: string, value: unknown) => void kept.set(key, JSON.parse(JSON.stringify(value))),
    },
  } as unknown as vscode.ExtensionContext;
  registerReports(context);
  return { context } as unknown as Services;
}

beforeEach(() => {
  kept.clear();
  for (const list of [editor.tabs, editor.opened, editor.previewed]) list.length = 0;
});

describe('a report', () => {
  it('can be read again after the window was loaded anew', async () => {
    await showReport(loaded(), 'pos estimate', '# Two days');
    expect(editor.previewed).toEqual(['/pos estimate.md']);
    editor.tabs.push({ input: new editor.api.TabInputWebview('mainThreadWebview-markdown.preview') });
    loaded();
    expect(editor.textAt('/pos estimate.md')).toBe('# Two days');
    // Its page has looked for it before.
    expect(editor.opened).toEqual(['/pos estimate.md']);
  });

  it('is not looked for where no page is open', async () => {
    await showReport(loaded(), 'a', 'text');
    loaded();
    expect(editor.opened).toEqual([]);
  });

  it('is kept unless it is very long, or ten were made after it; its page then says how to make it again', async () => {
    const window = loaded();
    await showReport(window, 'long', 'x'.repeat(200_001));
    for (let i = 0; i <= 10; i++) await showReport(window, `r${i}`, `text ${i}`);
    await showReport(window, 'r1', 'again');
    expect(editor.textAt('/long.md')).toHaveLength(200_001);
    loaded();
    expect(editor.textAt('/r1.md')).toBe('again');
    expect(editor.textAt('/r10.md')).toBe('text 10');
    for (const name of ['r0', 'long']) expect(editor.textAt(`/${name}.md`)).toContain('SFT: Estimate');
  });

  it('of another version is none', () => {
    kept.set('sft.reports', [['/a.md', 3], 'x', null]);
    loaded();
    expect(editor.textAt('/a.md')).toContain('was not kept');
  });
});
