import { beforeEach, describe, expect, test, vi } from 'vitest';
import { fakeWindow } from '../../../test/support/fakeWindow.ts';
import { SftProblem } from '../programs/programs.ts';
import { estimate } from './estimate.ts';
import { fork } from './fork.ts';
import { train } from './train.ts';

const editor = await vi.hoisted(async () =>
  (await import('../../../test/support/fakeVscode.ts')).fakeVscode(),
);
vi.mock('vscode', () => editor.api);
vi.mock('../reports/show.ts', () => ({ showReport: async () => undefined }));
vi.mock('../reports/estimateReport.ts', () => ({
  estimateReport: () => '',
  estimateLine: ({ name }: { name: string }) => `${name}: about 2 days.`,
}));

const { dialogs } = editor;
const recipe = editor.api.Uri.file('/work/pos.sft.yaml');
const what = 'This run has 90000 steps and will take about 2 days on this machine.';

/** `sft`, for which everything takes days: it wants --yes. */
function slow() {
  return fakeWindow({
    sft: async (args, { onJson }) => {
      if (args[0] === 'estimate') return { name: 'pos', warnings: [] };
      if (!args.includes('--yes')) throw new SftProblem({ code: 'train-confirm', what, message: what });
      const started = { folder: '/work/runs/pos-1' };
      onJson?.(started);
      return started;
    },
  });
}

const questions = () => dialogs.messages.filter(({ modal }) => modal);

beforeEach(() => {
  dialogs.messages.length = 0;
  dialogs.executed.length = 0;
  dialogs.onMessage(() => undefined);
});

describe('Train', () => {
  test('starts at once what is short, and asks nothing', async () => {
    const { window, ran, opened } = fakeWindow({ sft: async () => ({ folder: '/work/runs/pos-1' }) });
    await train(window, recipe);
    expect(ran).toEqual([['train', '/work/pos.sft.yaml', '--detach']]);
    expect(opened).toEqual(['/work/runs/pos-1']);
    expect(questions()).toEqual([]);
  });

  test('asks before it starts what takes hours', async () => {
    const { window, ran, opened } = slow();
    dialogs.onMessage(({ modal }) => (modal ? 'Train' : undefined));
    await train(window, recipe);
    expect(questions()).toEqual([
      { kind: 'warning', text: what, modal: true, buttons: ['Train', 'Estimate'] },
    ]);
    expect(ran).toEqual([
      ['train', '/work/pos.sft.yaml', '--detach'],
      ['train', '/work/pos.sft.yaml', '--detach', '--yes'],
    ]);
    expect(opened).toEqual(['/work/runs/pos-1']);
  });

  test('starts nothing where the user does not want it, or wants to know more', async () => {
    const { window, ran, opened } = slow();
    await train(window, recipe);
    expect(dialogs.executed).toEqual([]);
    dialogs.onMessage(({ modal }) => (modal ? 'Estimate' : undefined));
    await train(window, recipe);
    expect(dialogs.executed).toMatchObject([['sft.estimate', { fsPath: '/work/pos.sft.yaml' }]]);
    expect(ran.flat()).not.toContain('--yes');
    expect(opened).toEqual([]);
  });

  test('hands on any other problem', async () => {
    const problem = new SftProblem({ code: 'file-missing', message: 'It is gone.' });
    const { window } = fakeWindow({ sft: async () => Promise.reject(problem) });
    await expect(train(window, recipe)).rejects.toBe(problem);
    expect(questions()).toEqual([]);
  });
});

test('Estimate has just said how long it takes: Train behind it asks no more', async () => {
  const { window, ran } = slow();
  dialogs.onMessage(({ buttons }) => buttons.find((one) => one === 'Train'));
  await estimate(window, recipe);
  expect(questions()).toEqual([]);
  expect(dialogs.messages[0]).toMatchObject({ text: 'pos: about 2 days.', buttons: ['Train'] });
  expect(ran.at(-1)).toEqual(['train', '/work/pos.sft.yaml', '--detach', '--yes']);
});

test('forks that take hours are asked for, too', async () => {
  const { window, ran } = slow();
  const run = { folder: '/work/runs/pos-0', k: 300 };
  await fork(window, run);
  expect(ran).toEqual([['fork', '/work/runs/pos-0', '--k', '300', '--detach']]);
  dialogs.onMessage(({ modal }) => (modal ? 'Train' : undefined));
  await fork(window, run);
  expect(questions().map(({ buttons }) => buttons)).toEqual([['Train'], ['Train']]);
  expect(ran.at(-1)).toEqual(['fork', '/work/runs/pos-0', '--k', '300', '--detach', '--yes']);
  expect(dialogs.messages.at(-1)?.text).toBe('pos-1 was started from the full phase of pos-0.');
});
