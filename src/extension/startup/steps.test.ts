import { beforeEach, describe, expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import type { EndedRun } from '../services.ts';

type Change = {
  readonly notebook: { readonly notebookType: string };
  readonly cellChanges: readonly { readonly executionSummary?: { readonly success?: boolean } }[];
};

const editor = vi.hoisted(() => {
  const files: string[] = [];
  const keys: unknown[] = [];
  const listeners: ((change: never) => void)[] = [];
  return {
    files,
    keys,
    listeners,
    api: {
      RelativePattern: Object,
      workspace: {
        findFiles: async () => files.map((path) => ({ path })),
        onDidChangeNotebookDocument(listener: (change: never) => void) {
          listeners.push(listener);
          return { dispose: () => undefined };
        },
      },
      commands: { executeCommand: async (_: string, key: unknown) => void keys.push(key) },
    },
  };
});
vi.mock('vscode', () => editor.api);

beforeEach(() => {
  vi.resetModules(); // keys are told once
  for (const list of [editor.files, editor.keys, editor.listeners]) list.length = 0;
});

describe('a step of the walkthrough is done', () => {
  it('when the three SFTs that it names are there, twice the same being one', async () => {
    const { followDemoRuns } = await import('./steps.ts');
    const ended = new Set<(run: EndedRun) => void>();
    const made = async (name: string): Promise<void> => {
      editor.files.push(`/demo/runs/${name}/${name.replace(/-\d$/, '')}.sft.safetensors`);
      ended.forEach((one) => one({ folder: `/demo/runs/${name}`, name, pid: 1 }));
      await Promise.resolve();
    };
    const subscriptions: vscode.Disposable[] = [];
    await followDemoRuns(
      {} as vscode.Uri,
      { subscriptions },
      {
        onDidEnd: (listener: (run: EndedRun) => void) => {
          ended.add(listener);
          return { dispose: () => ended.delete(listener) };
        },
      },
    );
    for (const name of ['qha-1', 'qha-2', 'qni-1']) await made(name);
    await new Promise(setImmediate);
    expect(editor.keys).toEqual([]);
    await made('pos-qha-1');
    await vi.waitFor(() => expect(editor.keys).toEqual(['sft.demoTrained']));
  });

  it('when a cell of an evaluation notebook has run to its end', async () => {
    const { followCells } = await import('./steps.ts');
    followCells();
    const change = (notebookType: string, success?: boolean): void => {
      const told: Change = {
        notebook: { notebookType },
        cellChanges: [{}, success === undefined ? {} : { executionSummary: { success } }],
      };
      editor.listeners.forEach((one) => one(told as never));
    };
    change('sft-notebook');
    change('sft-notebook', false);
    change('jupyter-notebook', true);
    expect(editor.keys).toEqual([]);
    change('sft-notebook', true);
    expect(editor.keys).toEqual(['sft.cellRan']);
  });
});
