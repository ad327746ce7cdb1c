import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../../test/support/files.ts';
import { fakeWindow } from '../../../test/support/fakeWindow.ts';
import { estimate } from './estimate.ts';
import { runSweep } from './sweep.ts';
import { train } from './train.ts';

const user = await vi.hoisted(async () => (await import('../../../test/support/fakeUser.ts')).fakeUser());
vi.mock('vscode', () => user.api);

beforeEach(() => {
  user.files.splice(0, user.files.length, '/work/other.sft.yaml');
  user.api.window.activeTextEditor = undefined;
});

const untitled = new user.api.Uri('Untitled-1', 'untitled');

describe('a text without a file', () => {
  it.each([
    ['Train', train, 'train'],
    ['Estimate', estimate, 'estimate'],
    ['Run Sweep', runSweep, 'sweep'],
  ] as const)('is saved first, and %s works on the file that was chosen', async (_, command, word) => {
    const { window, ran } = fakeWindow({ sft: async () => Promise.reject(new Error('enough')) });
    user.answer('/work/new.yaml');
    await expect(command(window, untitled)).rejects.toThrow('enough');
    expect(ran[0].slice(0, 2)).toEqual([word, '/work/new.yaml']);
  });

  it('is meant where it is in front; Escape starts nothing', async () => {
    const { window, ran } = fakeWindow({});
    user.api.window.activeTextEditor = { document: { languageId: 'sft-recipe', uri: untitled } };
    user.answer(undefined);
    await train(window);
    expect(user.said.map(({ text }) => text)).toEqual(['Save As']);
    expect(ran).toEqual([]);
  });
});

it('the older side of a comparison is not trained: it is asked which recipe is meant', async () => {
  const { window, ran } = fakeWindow({});
  user.answer(undefined);
  await train(window, new user.api.Uri('/work/pos.sft.yaml', 'git'));
  expect(user.said[0]).toMatchObject({ how: 'pick', choices: ['/work/other.sft.yaml'] });
  expect(ran).toEqual([]);
});

it('the list begins with what lies on top, and recipes of languages, which tasks apply, before those of tasks', async () => {
  const folder = temporaryFolder();
  const kinds = {
    'masks/qni-d1': 'language',
    'pos-qha': 'task',
    qha: 'language',
    qni: 'language',
  };
  mkdirSync(join(folder, 'masks'));
  for (const [name, kind] of Object.entries(kinds))
    writeFileSync(join(folder, `${name}.sft.yaml`), `# A recipe.\nkind: ${kind}\n`);
  user.files.splice(
    0,
    user.files.length,
    ...Object.keys(kinds).map((name) => join(folder, `${name}.sft.yaml`)),
  );
  user.answer(undefined);
  await train(fakeWindow({}).window);
  expect(user.said[0].choices.map((path) => relative(folder, path))).toEqual([
    'qha.sft.yaml',
    'qni.sft.yaml',
    'pos-qha.sft.yaml',
    join('masks', 'qni-d1.sft.yaml'),
  ]);
});
