import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../../test/support/files.ts';
import { fakeWindow } from '../../../test/support/fakeWindow.ts';
import { compareRuns, openLogOfRun, openRecipeOfRun, openRun } from './openRun.ts';
import { showLog } from './showEngine.ts';

const user = await vi.hoisted(async () => (await import('../../../test/support/fakeUser.ts')).fakeUser());
vi.mock('vscode', () => user.api);

const folders = ['/work/runs/pos-1', '/work/runs/pos-2', '/work/runs/ner-1'];
const runs = folders.map((folder) => ({ kind: 'run', folder }));
const listed = folders.map((folder, i) => ({
  path: folder,
  found: { folder, end: null, metrics: {}, time: i },
}));

let fake: ReturnType<typeof fakeWindow>;

beforeEach(() => {
  fake = fakeWindow({ ask: async () => ({ runs: listed }) });
  user.answer();
});

describe('Open Log of Run', () => {
  it('opens what a run in a process of its own has printed', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'log.txt'), 'x');
    await openLogOfRun(fake.window, { kind: 'run', folder });
    expect(user.shown).toEqual([join(folder, 'log.txt')]);
    expect(user.said).toEqual([]);
  });

  it('says of a run in a terminal that it has none', async () => {
    const folder = temporaryFolder();
    await openLogOfRun(fake.window, { kind: 'run', folder });
    expect(user.shown).toEqual([]);
    expect(user.said.map(({ text }) => text)).toEqual([
      `${basename(folder)} has no log: a run in a terminal says everything there.`,
    ]);
  });
});

it('Open Recipe of Run opens the recipe in its folder', async () => {
  await openRecipeOfRun(fake.window, runs[0]);
  expect(user.shown).toEqual([join(folders[0], 'recipe.yaml')]);
});

it('Open Run opens the run that is given, or the one that is chosen', async () => {
  await openRun(fake.window, runs[1]);
  user.answer('ner-1');
  await openRun(fake.window);
  user.answer(undefined);
  await openRun(fake.window);
  expect(fake.opened).toEqual([folders[1], folders[2]]);
});

describe('Compare Runs', () => {
  it('draws all others that are selected in the tree behind the one of the menu, and asks nothing', async () => {
    await compareRuns(fake.window, runs[1], runs);
    expect(fake.opened).toEqual([folders[1]]);
    expect(fake.overlaid).toEqual([[folders[0], folders[2]]]);
    expect(user.said).toEqual([]);
  });

  it('asks for the others where one alone is selected, and for the first one too where none is', async () => {
    user.answer(['pos-1', 'ner-1']);
    await compareRuns(fake.window, runs[1], [runs[1]]);
    expect(user.said[0]).toMatchObject({
      text: 'Draw which runs behind pos-2?',
      choices: ['ner-1', 'pos-1'],
    });
    user.answer('ner-1', ['pos-2']);
    await compareRuns(fake.window);
    expect(fake.opened).toEqual([folders[1], folders[2]]);
    expect(fake.overlaid).toEqual([[folders[0], folders[2]], [folders[1]]]);
  });

  it('opens nothing where the user wants none', async () => {
    for (const answers of [[undefined], ['pos-1', undefined], ['pos-1', []]] as const) {
      user.answer(...answers);
      await compareRuns(fake.window);
    }
    expect(fake.opened).toEqual([]);
  });
});

it('Show Log shows the output channel', async () => {
  const show = vi.fn();
  Object.assign(fake.window.services, { log: { show } });
  await showLog(fake.window);
  expect(show).toHaveBeenCalledOnce();
});
