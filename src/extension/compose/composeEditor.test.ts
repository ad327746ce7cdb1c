import { createHash } from 'node:crypto';
import type * as Fs from 'node:fs';
import type * as FsPromises from 'node:fs/promises';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type * as vscode from 'vscode';
import { stringifyCompose } from '../../recipe/composeFile.ts';
import { emptySetting, newComposeDocument, withFiles } from '../../protocol/compose.ts';
import type { Services } from '../services.ts';
import { type ComposeChange, type ComposeFile, newComposeEditor } from './composeEditor.ts';

const editor = await vi.hoisted(async () =>
  (await import('../../../test/support/fakeVscode.ts')).fakeVscode(),
);
vi.mock('vscode', () => editor.api);

/** Who watches which file: it is told at once, and not when a second has passed. */
const watchers = vi.hoisted(() => new Map<string, Set<() => void>>());
vi.mock('node:fs', async (original) => ({
  ...(await original<typeof Fs>()),
  watchFile(path: string, _: unknown, listener: () => void) {
    watchers.set(path, (watchers.get(path) ?? new Set()).add(listener));
  },
  unwatchFile(path: string, listener: () => void) {
    watchers.get(path)?.delete(listener);
  },
}));

/** How often a file was read. */
const reads = vi.hoisted(() => ({ count: 0 }));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof FsPromises>();
  const readFile = async (...all: Parameters<typeof real.readFile>) => {
    const content = await real.readFile(...all);
    reads.count++;
    return content;
  };
  return { ...real, readFile };
});

const { dialogs } = editor;
const revertCommand = 'workbench.action.files.revert';
const saveCommand = 'workbench.action.files.save';
let folder: string;
let path: string;

/** A file as the program writes it, with one SFT times this. */
const written = (coefficient: number): string =>
  stringifyCompose(newComposeDocument([{ file: join(folder, 'a.sft.safetensors'), coefficient }]), path);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sft-compose-'));
  path = join(folder, 'mine.compose.yaml');
  writeFileSync(path, written(1));
  watchers.clear();
  for (const list of [dialogs.messages, dialogs.executed]) list.length = 0;
  dialogs.onMessage(() => undefined);
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const on = (set: Set<() => void>) => (listener: () => void) => {
  set.add(listener);
  return { dispose: () => void set.delete(listener) };
};

/** A panel, in front or not; the editor shows it a while after it was asked to. */
function fakePanel() {
  const listeners = { view: new Set<() => void>(), dispose: new Set<() => void>() };
  const taking: ((message: unknown) => void)[] = [];
  const panel = {
    active: true,
    visible: true,
    webview: {
      cspSource: 'self',
      asWebviewUri: (uri: unknown) => uri,
      postMessage: async () => true,
      onDidReceiveMessage(listener: (message: unknown) => void) {
        taking.push(listener);
        return { dispose: () => undefined };
      },
    },
    onDidChangeViewState: on(listeners.view),
    onDidDispose: on(listeners.dispose),
    reveal() {
      setTimeout(() => {
        panel.active = true;
        for (const one of listeners.view) one();
      });
    },
  };
  const say = (message: unknown) => taking.forEach((one) => one(message));
  return { panel, say, close: () => listeners.dispose.forEach((one) => one()) };
}

/** A bench that is open in an editor, which reverts and saves what is in front. */
async function openBench() {
  const services = {
    context: { extensionUri: editor.api.Uri.file('/extension') },
    log: { error: () => undefined },
    session: () => Promise.reject(new Error('nobody asks')),
  } as unknown as Services;
  const changed = { fire: () => undefined } as unknown as vscode.EventEmitter<ComposeChange>;
  const compose = newComposeEditor(services, changed);
  const file = await compose.open(editor.api.Uri.file(path) as unknown as vscode.Uri, undefined);
  const shown = fakePanel();
  compose.show(file, shown.panel as unknown as vscode.WebviewPanel);
  editor.api.commands.executeCommand = async (...all: unknown[]) => {
    dialogs.executed.push(all);
    if (!shown.panel.active) throw new Error(`${String(all[0])}: another file is in front`);
    if (all[0] === revertCommand) await compose.revert(file);
    if (all[0] === saveCommand) await compose.save(file, file.uri);
  };
  return { compose, file, ...shown };
}

const writeFile = async ({ fsPath }: vscode.Uri, data: Uint8Array) => writeFileSync(fsPath, data);
const uriOf = (at: string) => editor.api.Uri.file(at) as unknown as vscode.Uri;

/** A backup of a bench with coefficient 3, made while the file held `saved`. */
function writeBackup(saved: string): string {
  const backup = join(folder, 'backup');
  const hash = createHash('sha256').update(saved).digest('hex');
  writeFileSync(backup, `# made from ${hash}\n${written(3)}`);
  return uriOf(backup).toString();
}

/** A bench that comes back from a backup in another window; `ready`: its page says that it has come up. */
async function restore(backup: string) {
  Object.assign(editor.api.Uri, { parse });
  const { compose } = await openBench();
  const file = await compose.open(uriOf(path), backup);
  const shown = fakePanel();
  compose.show(file, shown.panel as unknown as vscode.WebviewPanel);
  return { compose, file, ready: () => shown.say({ type: 'ready' }) };
}

const coefficientOf = ({ bench }: ComposeFile) => bench.now().setting.rows.map((row) => row.coefficient);

function move({ bench }: ComposeFile, coefficient: number): void {
  const { setting } = bench.now();
  bench.edit({ setting: { ...setting, rows: setting.rows.map((row) => ({ ...row, coefficient })) } });
}

/** Another program writes the file. */
function writeOutside(text: string): void {
  writeFileSync(path, text);
  for (const listener of watchers.get(path) ?? []) listener();
}

/** What was asked, with the buttons that there were. */
const asked = () => dialogs.messages.map(({ text, buttons }) => [text, ...buttons]);
const question = [
  'mine.compose.yaml was changed by another program, and has changes here that are not saved.',
  'Reload',
  'Overwrite',
];

const parse = (uri: string) => ({ scheme: 'file', fsPath: fileURLToPath(uri) });

/** A user who answers when the test says so. */
function slowUser() {
  const answers: ((button: string | undefined) => void)[] = [];
  const show = vi
    .spyOn(editor.api.window, 'showWarningMessage')
    .mockImplementation(() => new Promise((resolve) => answers.push(resolve)));
  return {
    questions: () => show.mock.calls,
    answer: (button: string | undefined) => answers.at(-1)?.(button),
  };
}

describe('a compose file that another program writes while it is open', () => {
  test('is read again where nothing would be lost, and nobody is asked', async () => {
    const { file } = await openBench();
    writeOutside(written(2));
    await vi.waitFor(() => expect(coefficientOf(file)).toEqual([2]));
    // What was written here and then changed by others is no change of one's own.
    move(file, 3);
    move(file, 2);
    writeOutside(written(4));
    await vi.waitFor(() => expect(coefficientOf(file)).toEqual([4]));
    expect(asked()).toEqual([]);
  });

  test('that is damaged says so, is not written over, and comes back when it is mended', async () => {
    const { compose, file } = await openBench();
    const damaged = 'version: 1\nsfts: 7\n';
    writeOutside(damaged);
    await vi.waitFor(() => expect(file.problem?.what).toMatch(/^mine\.compose\.yaml:2: .*sfts/));
    await expect(compose.save(file, file.uri)).rejects.toThrow('sfts');
    expect(readFileSync(path, 'utf8')).toBe(damaged);
    writeOutside(written(5));
    await vi.waitFor(() => expect(coefficientOf(file)).toEqual([5]));
    expect(file.problem).toBeUndefined();
    expect(asked()).toEqual([]);
  });

  test('keeps the changes here, and asks once which are to stay', async () => {
    const { file } = await openBench();
    const user = slowUser();
    move(file, 3);
    writeOutside(written(2));
    await vi.waitFor(() => expect(user.questions()).toEqual([question]));
    expect(coefficientOf(file)).toEqual([3]);
    // The question is open.
    const before = reads.count;
    writeOutside(written(4));
    await vi.waitFor(() => expect(reads.count).toBeGreaterThan(before));
    await new Promise((next) => setTimeout(next));
    expect(user.questions()).toEqual([question]);
    user.answer(undefined);
    writeOutside(written(5));
    await vi.waitFor(() => expect(user.questions()).toEqual([question, question]));
    user.answer('Reload');
    await vi.waitFor(() => expect(coefficientOf(file)).toEqual([5]));
    expect(dialogs.executed).toEqual([[revertCommand]]);
  });

  test('is reverted alone, also where another file is in front', async () => {
    const { file, panel } = await openBench();
    dialogs.onMessage(() => 'Reload');
    move(file, 3);
    panel.active = false;
    writeOutside(written(2));
    await vi.waitFor(() => expect(coefficientOf(file)).toEqual([2]));
    expect(asked()).toEqual([question]);
    expect(dialogs.executed).toEqual([[revertCommand]]);
  });

  test('is not saved over before it was said, and then where that is wanted', async () => {
    const { compose, file } = await openBench();
    move(file, 3);
    // Nobody has looked yet whether it has changed.
    writeFileSync(path, written(2));
    await expect(compose.save(file, file.uri)).rejects.toThrow(
      'mine.compose.yaml was changed by another program, and was not saved over it. Choose Reload or Overwrite.',
    );
    await vi.waitFor(() => expect(asked()).toEqual([question]));
    expect(readFileSync(path, 'utf8')).toBe(written(2));
    expect(coefficientOf(file)).toEqual([3]);
    dialogs.onMessage(() => 'Overwrite');
    writeOutside(written(2));
    await vi.waitFor(() => expect(readFileSync(path, 'utf8')).toBe(written(3)));
    // It is saved, and one's own writing is no change of others.
    writeOutside(readFileSync(path, 'utf8'));
    move(file, 4);
    await compose.save(file, file.uri);
    expect(readFileSync(path, 'utf8')).toBe(written(4));
    expect(asked()).toEqual([question, question]);
  });

  test('that has gone takes nothing with it, and is written again', async () => {
    const { compose, file } = await openBench();
    move(file, 3);
    rmSync(path);
    for (const listener of watchers.get(path) ?? []) listener();
    await compose.save(file, file.uri);
    expect(readFileSync(path, 'utf8')).toBe(written(3));
    expect(asked()).toEqual([]);
  });

  test('that is as it was when it was saved here is taken over again, as after two checkouts', async () => {
    const { compose, file } = await openBench();
    move(file, 3);
    await compose.save(file, file.uri);
    writeOutside(written(2));
    await vi.waitFor(() => expect(coefficientOf(file)).toEqual([2]));
    writeOutside(written(3));
    await vi.waitFor(() => expect(coefficientOf(file)).toEqual([3]));
    // And one's own changes to what was there in between are not saved over it.
    writeOutside(written(2));
    await vi.waitFor(() => expect(coefficientOf(file)).toEqual([2]));
    move(file, 4);
    writeFileSync(path, written(3));
    await expect(compose.save(file, file.uri)).rejects.toThrow('was changed by another program');
    expect(asked()).toEqual([question]);
  });

  test('asks also where the bench came from a backup and the file was damaged then', async () => {
    writeFileSync(path, 'sfts: [');
    const restored = await restore(writeBackup('sfts: ['));
    writeOutside(written(2));
    await vi.waitFor(() => expect(asked()).toEqual([question]));
    expect(coefficientOf(restored.file)).toEqual([3]);
  });

  test.each(['at once', 'when it is saved'])(
    'asks, %s, where it was changed between a backup and its return',
    async (when) => {
      const backup = await (async () => {
        const { compose, file } = await openBench();
        move(file, 3);
        Object.assign(editor.api.workspace, { fs: { writeFile } });
        return (await compose.backup(file, uriOf(join(folder, 'backup')))).id;
      })();
      writeFileSync(path, written(2));
      const { compose, file, ready } = await restore(backup);
      expect(coefficientOf(file)).toEqual([3]);
      if (when === 'at once') ready();
      else await expect(compose.save(file, file.uri)).rejects.toThrow('was changed by another program');
      await vi.waitFor(() => expect(asked()).toEqual([question]));
      expect(readFileSync(path, 'utf8')).toBe(written(2));
    },
  );

  test('is saved where nobody changed it between a backup and its return', async () => {
    const { compose, file, ready } = await restore(writeBackup(written(1)));
    ready();
    await compose.save(file, file.uri);
    expect(readFileSync(path, 'utf8')).toBe(written(3));
    expect(asked()).toEqual([]);
  });

  test('reverts nothing where its editor was closed before the answer', async () => {
    const { file, close } = await openBench();
    const user = slowUser();
    move(file, 3);
    writeOutside(written(2));
    await vi.waitFor(() => expect(user.questions()).toEqual([question]));
    close();
    user.answer('Reload');
    await new Promise((next) => setTimeout(next));
    expect(dialogs.executed).toEqual([]);
    expect(watchers.get(path)?.size).toBe(0);
  });
});

describe('a new bench', () => {
  test('has a name of its own while others are open or opening', async () => {
    const { compose } = await openBench();
    const opened: { path: string; fsPath: string }[] = [];
    editor.api.commands.executeCommand = async (...all: unknown[]) => {
      opened.push(all[1] as (typeof opened)[number]);
    };
    const file = join(folder, 'runs', 'pos.sft.safetensors');
    const setting = { ...emptySetting, rows: withFiles([], [{ file }]) };
    await compose.create(setting);
    await compose.create(setting);
    const input = new editor.api.TabInputCustom(opened[1] as never);
    editor.api.window.tabGroups.all = [{ tabs: [{ input: {} }, { input }] }];
    await compose.create(setting);
    const names = opened.map(({ fsPath }) => basename(fsPath));
    expect(names).toEqual(['pos.compose.yaml', 'pos-2.compose.yaml', 'pos-3.compose.yaml']);
  });
});
