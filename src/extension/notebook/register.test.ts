import { beforeEach, describe, expect, test, vi } from 'vitest';
import type * as vscode from 'vscode';
import { originOf } from '../../notebook/origin.ts';
import { readNotebook } from '../../notebook/read.ts';
import { writeNotebook } from '../../notebook/write.ts';
import { type CellOutcome, outcomeMime } from '../../protocol/notebook.ts';
import type { Services } from '../services.ts';
import { registerNotebooks } from './register.ts';

const editor = await vi.hoisted(async () =>
  (await import('../../../test/support/fakeVscode.ts')).fakeVscode(),
);
vi.mock('vscode', () => editor.api);

type Message = { readonly editor: unknown; readonly message: unknown };

/** What the editor was given when notebooks were registered. */
const given: {
  serializer?: vscode.NotebookSerializer;
  controller?: Pick<vscode.NotebookController, 'executeHandler'>;
  receive?: (message: Message) => Promise<void>;
  items?: vscode.NotebookCellStatusBarItemProvider;
  change?: (event: { notebook: vscode.NotebookDocument }) => void;
} = {};
const executions = vi.fn();
const posted: unknown[] = [];
Object.assign(editor.api, {
  notebooks: {
    createNotebookController: () =>
      (given.controller = {
        createNotebookCellExecution: executions,
        dispose: () => undefined,
      } as unknown as vscode.NotebookController),
    registerNotebookCellStatusBarItemProvider(_: string, provider: vscode.NotebookCellStatusBarItemProvider) {
      given.items = provider;
      return { dispose: () => undefined };
    },
    createRendererMessaging: () => ({
      onDidReceiveMessage(listener: (message: Message) => Promise<void>) {
        given.receive = listener;
        return { dispose: () => undefined };
      },
      postMessage: async (message: unknown) => void posted.push(message),
    }),
  },
});
Object.assign(editor.api.workspace, {
  onDidChangeNotebookDocument(listener: NonNullable<typeof given.change>) {
    given.change = listener;
    return { dispose: () => undefined };
  },
  registerNotebookSerializer(_: string, serializer: vscode.NotebookSerializer) {
    given.serializer = serializer;
    return { dispose: () => undefined };
  },
});

const outcome: CellOutcome = {
  state: 'done',
  output: {
    kind: 'evaluate',
    blocks: [
      {
        type: 'table',
        title: 'accuracy',
        columns: ['on', 'a'],
        rows: [[{ text: 'dev' }, { text: '61.30 %' }]],
      },
    ],
    figures: [],
    comparisons: [],
  },
};
const text = writeNotebook([
  { language: 'markdown', text: '# Saved', outcome: undefined },
  { language: 'sft-cell', text: 'evaluate: {}', outcome },
]);

let asked: unknown[];
const services = {
  log: { error: () => undefined },
  live: { onDidEnd: () => ({ dispose: () => undefined }) },
  session: async () => ({
    async ask(method: string, params: unknown) {
      asked.push([method, params]);
      return null;
    },
  }),
} as unknown as Services;

beforeEach(() => {
  asked = [];
  posted.length = 0;
  editor.dialogs.messages.length = 0;
  registerNotebooks(services);
});

const opened = async () =>
  given.serializer!.deserializeNotebook(
    Buffer.from(text),
    undefined as never,
  ) as Promise<vscode.NotebookData>;

describe('a saved notebook, in restricted mode', () => {
  beforeEach(() => editor.restrict());

  test('has its outputs, and asks no session for them', async () => {
    const { cells } = await opened();
    const items = (cells[1].outputs ?? []).flatMap((one) => one.items);
    const data = (mime: string) => Buffer.from(items.find((one) => one.mime === mime)!.data).toString('utf8');
    expect(items.map(({ mime }) => mime)).toEqual([outcomeMime, 'text/markdown', 'text/plain']);
    expect(JSON.parse(data(outcomeMime))).toEqual(outcome);
    expect(data('text/plain')).toContain('61.30 %');
    expect(data('text/markdown')).toContain('61.30 %');
    const written = await given.serializer!.serializeNotebook({ cells }, undefined as never);
    expect(Buffer.from(written).toString('utf8')).toBe(text);
    expect(asked).toEqual([]);
  });

  test('runs nothing, and says why', async () => {
    await given.controller!.executeHandler(
      [{} as vscode.NotebookCell],
      {} as vscode.NotebookDocument,
      given.controller as vscode.NotebookController,
    );
    expect(editor.dialogs.messages.map(({ text }) => text)).toEqual([
      expect.stringContaining('restricted mode'),
    ]);
    expect(executions).not.toHaveBeenCalled();
    expect(asked).toEqual([]);
  });
});

test('a page is answered what it asks of the cache, and nothing else', async () => {
  await given.receive!({ editor: undefined, message: { hash: 7 } });
  await given.receive!({ editor: undefined, message: null });
  expect(asked).toEqual([]);
  await given.receive!({ editor: undefined, message: { hash: 'h' } });
  expect(asked).toEqual([['keptBlock', { hash: 'h' }]]);
  expect(posted).toEqual([{ type: 'kept', hash: 'h', block: null }]);
});

test('one that cannot be read is not opened, so that nothing is written over it', async () => {
  for (const [bad, reason] of [
    ['%% sftnb 99\n', 'newer'],
    ['no notebook', 'notebook'],
  ])
    await expect(given.serializer!.deserializeNotebook(Buffer.from(bad), undefined as never)).rejects.toThrow(
      reason,
    );
});

/** The saved notebook in an editor, its cell having run there with success; the texts can be changed. */
async function inEditor() {
  const made = writeNotebook([{ language: 'sft-cell', text: 'evaluate: {}', outcome: undefined }]);
  const from = originOf(readNotebook(Buffer.from(made), 'n').cells, 0, []);
  const output = { ...(outcome.state === 'done' ? outcome.output : undefined!), from };
  const file = writeNotebook([
    { language: 'sft-cell', text: 'evaluate: {}', outcome: { state: 'done', output } },
  ]);
  const read = await given.serializer!.deserializeNotebook(Buffer.from(file), undefined as never);
  const shown = { text: 'evaluate: {}', executionSummary: { success: true } };
  const { outputs = [] } = read.cells[0];
  const notebook = {
    notebookType: 'sft-notebook',
    getCells: () => [cell],
  } as unknown as vscode.NotebookDocument;
  const cell = {
    notebook,
    index: 0,
    kind: 2,
    outputs,
    document: { getText: () => shown.text },
    executionSummary: shown.executionSummary,
  } as unknown as vscode.NotebookCell;
  const name = outputs[0].metadata?.sftOutput as string;
  const items = async () => {
    const provided = await given.items!.provideCellStatusBarItems(cell, undefined as never);
    return [provided ?? []].flat().map((one) => (one as unknown as { text: string }).text);
  };
  return { notebook, shown, name, items };
}

describe('an output whose cell has been changed since', () => {
  test('says so in its texts when its notebook is opened again', async () => {
    const output = { ...(outcome.state === 'done' ? outcome.output : undefined!), from: { text: 'before' } };
    const file = writeNotebook([
      { language: 'sft-cell', text: 'evaluate: {}', outcome: { state: 'done', output } },
    ]);
    const { cells } = await given.serializer!.deserializeNotebook(Buffer.from(file), undefined as never);
    const texts = cells[0].outputs!.flatMap((one) => one.items).slice(1);
    expect(texts).toHaveLength(2);
    for (const { data } of texts)
      expect(Buffer.from(data).toString('utf8')).toContain('Made from an earlier text of this cell');
  });

  test('says so below its cell and in the page, and has no mark of success', async () => {
    const end = vi.fn();
    executions.mockReturnValue({ end });
    const { notebook, shown, name, items } = await inEditor();
    await given.receive!({ editor: { notebook }, message: { type: 'drawn' } });
    expect(posted).toEqual([{ type: 'stale', outputs: { [name]: null } }]);
    expect(await items()).toEqual([]);
    expect(end).not.toHaveBeenCalled();

    shown.text = 'evaluate: { sample: 3 }';
    given.change!({ notebook });
    await vi.waitFor(() => expect(posted.at(-1)).toEqual({ type: 'stale', outputs: { [name]: 'text' } }));
    expect(await items()).toEqual([expect.stringContaining('earlier text of this cell')]);
    expect(end.mock.calls).toEqual([[undefined]]);

    shown.text = 'evaluate: {}\n';
    given.change!({ notebook });
    await vi.waitFor(() => expect(posted.at(-1)).toEqual({ type: 'stale', outputs: { [name]: null } }));
    expect(await items()).toEqual([]);
  });
});
