import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fakeWindow } from '../../../test/support/fakeWindow.ts';
import { SftProblem } from '../programs/programs.ts';
import { deleteSelected, undoDelete } from './delete.ts';
import { cancel, pause, selectNow, stop } from './steer.ts';

const editor = await vi.hoisted(async () =>
  (await import('../../../test/support/fakeVscode.ts')).fakeVscode(),
);
vi.mock('vscode', () => editor.api);

const { dialogs } = editor;
let folder: string;
let name: string;

beforeEach(() => {
  vi.useFakeTimers();
  folder = mkdtempSync(join(tmpdir(), 'sft-steer-'));
  name = basename(folder);
  for (const list of [dialogs.messages, dialogs.progress, dialogs.executed]) list.length = 0;
  dialogs.onMessage(({ buttons }) => buttons.find((one) => ['Cancel the Run', 'Delete'].includes(one)));
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

const told = () => dialogs.messages.filter(({ modal }) => !modal).map(({ text }) => text);

/** `sft`, whose answers come when the test says so. */
function slowRun() {
  const answers: { resolve: (value?: unknown) => void; reject: (error: unknown) => void }[] = [];
  const asked: { readonly method: string; readonly params: unknown }[] = [];
  const fake = fakeWindow({
    sft: () => new Promise((resolve, reject) => void answers.push({ resolve, reject })),
    ask: async (method, params) => {
      asked.push({ method, params });
      return method === 'trash' ? ['id-1'] : [];
    },
  });
  return { ...fake, answers, asked };
}

/** Lets all that needs no time happen, and so many milliseconds pass. */
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

describe.each([
  ['Pause', pause, ['pause'], 'still pauses, once its step is done'],
  ['Stop and Keep', stop, ['stop'], 'still stops after its step, and keeps a checkpoint'],
  ['Choose the mask', selectNow, ['select', '--now'], 'still chooses its mask, once its step is done'],
] as const)('%s', (_, command, [verb, ...flags], left) => {
  test('shows nothing of what takes less than a second', async () => {
    const { window, ran, answers } = slowRun();
    const done = command(window, { folder });
    await pass(900);
    answers[0].resolve();
    await done;
    expect(ran).toEqual([[verb, folder, ...flags]]);
    expect(dialogs.progress).toEqual([]);
    expect(told()).toEqual([]);
  });

  test('can be left after a second: the run is asked all the same, and it is said so', async () => {
    const { window, answers } = slowRun();
    const done = command(window, { folder });
    await pass(1100);
    expect(dialogs.progress).toEqual([expect.stringContaining(name)]);
    expect(told()).toEqual([]);
    dialogs.cancelProgress();
    await done;
    expect(told()).toEqual([expect.stringContaining(left)]);
    // Where it comes to nothing after all, that is not hidden.
    answers[0].reject(new SftProblem({ code: 'run-silent', message: 'The run does not answer.' }));
    await pass(0);
    expect(told().at(-1)).toBe('The run does not answer.');
  });
});

test('of several runs that are selected, all that live are stopped, at once', async () => {
  const { window, ran, answers, live } = slowRun();
  for (const run of ['/r/a-1', '/r/b-1']) live.set(run, 'running');
  const selected = ['/r/a-1', '/r/over-1', '/r/b-1'].map((run) => ({ folder: run }));
  const done = stop(window, selected[0], selected);
  await pass(10);
  expect(ran).toEqual([
    ['stop', '/r/a-1'],
    ['stop', '/r/b-1'],
  ]);
  for (const { resolve } of answers) resolve();
  await done;
});

describe('Cancel', () => {
  test('ends the run, and then deletes it; Undo brings it back', async () => {
    const { window, ran, answers, asked } = slowRun();
    const done = cancel(window, { folder });
    await pass(5000);
    expect(ran).toEqual([['stop', folder]]);
    expect(asked).toEqual([]);
    answers[0].resolve();
    await done;
    expect(asked).toEqual([{ method: 'trash', params: { paths: [folder] } }]);
    expect(told()).toEqual([`Deleted: ${name}`]);
    await undoDelete(window);
    expect(asked.at(-1)).toEqual({ method: 'restore', params: { ids: ['id-1'] } });
  });

  test('that is not waited for ends the run all the same, but deletes nothing', async () => {
    const { window, answers, asked } = slowRun();
    const done = cancel(window, { folder });
    await pass(1100);
    dialogs.cancelProgress();
    await done;
    answers[0].resolve();
    await pass(0);
    expect(asked).toEqual([]);
    expect(told()).toEqual([expect.stringContaining('still ends after its step, but is not deleted')]);
  });
});

/** A session that takes two seconds to move a file, and ends it soon when it is cancelled. */
function slowDisk(movedBefore: readonly string[]) {
  const moved: string[] = [];
  const fake = fakeWindow({
    ask: async (method, params, signal) => {
      if (method === 'recentRuns') return { runs: [] };
      if (method !== 'trash' && method !== 'restore') return [];
      const [path] = Object.values(params as Record<string, readonly string[]>)[0];
      if (!movedBefore.includes(path)) {
        await new Promise((resolve) => {
          setTimeout(resolve, 2000);
          signal?.addEventListener('abort', resolve);
        });
        if (signal?.aborted === true) return [];
      }
      moved.push(path);
      return [`id of ${path}`];
    },
  });
  return { ...fake, moved };
}

describe('Delete', () => {
  const files = ['/sfts/a.safetensors', '/sfts/b.safetensors', '/sfts/c.safetensors'];
  const nodes = files.map((file) => ({ kind: 'sft', file }));

  test('that is cancelled keeps what is left, says so, and offers to bring back what went', async () => {
    const { window, moved } = slowDisk(files.slice(0, 1));
    const done = deleteSelected(window, nodes[0], nodes);
    await pass(1100);
    expect(dialogs.progress).toEqual(['Deleting']);
    dialogs.cancelProgress();
    await done;
    expect(moved).toEqual(files.slice(0, 1));
    expect(dialogs.messages.at(-1)).toMatchObject({
      text: 'Deleted before you cancelled: a.safetensors. The rest is kept.',
      buttons: ['Undo'],
    });
  });

  test('that is cancelled before anything went says that too', async () => {
    const { window, moved } = slowDisk([]);
    const done = deleteSelected(window, nodes[0], nodes);
    await pass(1100);
    dialogs.cancelProgress();
    await done;
    expect(moved).toEqual([]);
    expect(told()).toEqual(['Nothing was deleted.']);
    await undoDelete(window);
    expect(told().at(-1)).toBe('Nothing was deleted that could be brought back.');
  });

  test('can be undone in two goes', async () => {
    const { window, moved } = slowDisk([...files, 'id of /sfts/a.safetensors']);
    await deleteSelected(window, nodes[0], nodes);
    expect(told()).toEqual(['Deleted: 3 items']);
    const done = undoDelete(window);
    await pass(1100);
    expect(dialogs.progress).toEqual(['Bringing back']);
    dialogs.cancelProgress();
    await done;
    expect(told().at(-1)).toBe('2 of 3 are still in the trash: "Undo Delete" brings them back.');
    const rest = undoDelete(window);
    await pass(5000);
    await rest;
    expect(moved.slice(3)).toEqual(files.map((file) => `id of ${file}`));
    expect(told().at(-1)).toBe('Brought back: 3 items');
  });
});
