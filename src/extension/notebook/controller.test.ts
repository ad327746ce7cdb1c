import { describe, expect, test, vi } from 'vitest';
import type * as vscode from 'vscode';
import type { Services } from '../services.ts';
import { executeCells } from './controller.ts';

const editor = await vi.hoisted(async () =>
  (await import('../../../test/support/fakeVscode.ts')).fakeVscode(),
);
vi.mock('vscode', () => editor.api);
Object.assign(editor.api, { NotebookCellKind: { Markup: 1, Code: 2 } });

/** A notebook whose cells run until the test says that they are done. */
function openNotebook(names: readonly string[]) {
  const seen: string[] = [];
  const answers = new Map<number, () => void>();
  const ask = (_: string, { index }: { index: number }, signal: AbortSignal) =>
    new Promise((done, fail) => {
      answers.set(index, () => done({ state: 'done', output: { kind: 'evaluate', blocks: [] } }));
      signal.addEventListener('abort', () => fail(new Error('interrupted')));
    });
  const services = {
    log: { error: (line: string) => seen.push(`log ${line}`) },
    session: async () => ({ ask }),
  } as unknown as Services;
  const cells = names.map((name, index) => ({
    name,
    index,
    kind: 2,
    outputs: [],
    document: { getText: () => name },
  }));
  const stops = new Map<string, () => void>();
  const controller = {
    createNotebookCellExecution({ name, index }: (typeof cells)[number]) {
      if (index < 0) throw new Error('CANNOT execute cell that has been REMOVED from notebook');
      const listeners = new Set<() => void>();
      const token = {
        isCancellationRequested: false,
        onCancellationRequested(listener: () => void) {
          listeners.add(listener);
          return { dispose: () => listeners.delete(listener) };
        },
      };
      stops.set(name, () => {
        token.isCancellationRequested = true;
        for (const listener of listeners) listener();
      });
      return {
        token,
        start: () => seen.push(`${name} runs`),
        end: (success: boolean | undefined) => seen.push(`${name} ${success ?? 'ended'}`),
        replaceOutput: async () => undefined,
        replaceOutputItems: async () => undefined,
      };
    },
  };
  const notebook = {
    uri: { scheme: 'file', fsPath: '/w/a.sftnb' },
    getCells: () => cells,
  };
  return {
    cells,
    seen,
    run: (...which: number[]) =>
      executeCells(
        services,
        controller as unknown as vscode.NotebookController,
        notebook as unknown as vscode.NotebookDocument,
        which.map((i) => cells[i]) as unknown as vscode.NotebookCell[],
      ),
    /** Lets a cell end, once it runs. */
    answer: async (index: number) => {
      await vi.waitFor(() => expect(answers.has(index)).toBe(true));
      answers.get(index)!();
    },
    stop: (name: string) => stops.get(name)!(),
  };
}

describe('cells of a notebook that run one after the other', () => {
  test.each([
    ['stopped', ({ stop }: ReturnType<typeof openNotebook>) => stop('b')],
    ['deleted', ({ cells }: ReturnType<typeof openNotebook>) => void (cells[1].index = -1)],
  ])('one that is %s while it waits is passed over, and those below it run', async (_, leave) => {
    const notebook = openNotebook(['a', 'b', 'c']);
    const all = notebook.run(0, 1, 2);
    leave(notebook);
    await notebook.answer(0);
    await notebook.answer(2);
    await all;
    expect(notebook.seen).toEqual(['a runs', 'a true', 'b ended', 'c runs', 'c true']);
  });

  test('one that is interrupted takes with it what waits behind it, of later turns, too', async () => {
    const { run, answer, stop, seen } = openNotebook(['a', 'b', 'c']);
    const all = Promise.all([run(0, 1), run(2)]);
    await vi.waitFor(() => expect(seen).toEqual(['a runs']));
    stop('a');
    await all;
    expect(seen).toEqual(['a runs', 'a false', 'b ended', 'c ended']);
    const again = run(1);
    await answer(1);
    await again;
    expect(seen.slice(-2)).toEqual(['b runs', 'b true']);
  });
});
