import { beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeWindow } from '../../../test/support/fakeWindow.ts';
import { copyCommand } from './copyCommand.ts';
import { copyPath, reveal } from './reveal.ts';

const user = await vi.hoisted(async () => (await import('../../../test/support/fakeUser.ts')).fakeUser());
vi.mock('vscode', () => user.api);

const run = { kind: 'run', folder: '/work/runs/pos-1' };
const sft = { kind: 'sft', file: '/work/pos.sft.safetensors' };
const far = { kind: 'sft', file: '/library/sw.sft.safetensors' };
const listings: Readonly<Record<string, unknown>> = {
  listSfts: [{ path: sft.file, found: { name: 'pos', base: 'mbert', file: sft.file, metrics: {} } }],
  recentRuns: {
    runs: [{ path: run.folder, found: { folder: run.folder, end: null, metrics: {}, time: 1 } }],
  },
};

let fake: ReturnType<typeof fakeWindow>;

beforeEach(() => {
  fake = fakeWindow({ ask: async (method) => listings[method] });
  user.answer();
  user.openFolder('/work');
  Object.assign(user.api.env, { uiKind: 1, remoteName: undefined });
});

const revealed = () => user.executed.map(([command, uri]) => [command, (uri as { fsPath: string }).fsPath]);

describe('Reveal', () => {
  it('shows what is in the workspace in the explorer', async () => {
    await reveal(fake.window, run);
    await reveal(fake.window, user.api.Uri.file(sft.file));
    expect(revealed()).toEqual([
      ['revealInExplorer', run.folder],
      ['revealInExplorer', sft.file],
    ]);
  });

  it('shows what lies elsewhere in the file manager of this machine', async () => {
    await reveal(fake.window, far);
    expect(revealed()).toEqual([['revealFileInOS', far.file]]);
  });

  it.each([{ remoteName: 'ssh-remote' }, { uiKind: 2 }])(
    'says where it lies where no file manager can show it: %j',
    async (env) => {
      Object.assign(user.api.env, env);
      user.press('Copy Path');
      await reveal(fake.window, far);
      expect(user.executed).toEqual([]);
      expect(user.said[0].text).toContain(far.file);
      expect(user.shown).toEqual([far.file]);
    },
  );

  it('takes what is selected in a tree, else asks; Escape reveals nothing', async () => {
    fake.selection.push(run);
    await reveal(fake.window);
    fake.selection.length = 0;
    expect(revealed()).toEqual([['revealInExplorer', run.folder]]);
    user.answer('pos');
    await reveal(fake.window);
    expect(revealed()).toEqual([['revealInExplorer', sft.file]]);
    user.answer(undefined);
    await reveal(fake.window);
    expect(user.executed).toEqual([]);
    expect(user.said.map(({ text }) => text)).toEqual(['Reveal which?']);
  });
});

describe('Copy Path', () => {
  it('copies the paths of all that are selected, one a line', async () => {
    await copyPath(fake.window, run);
    await copyPath(fake.window, run, [run, sft]);
    fake.selection.push(sft, far);
    await copyPath(fake.window);
    expect(user.shown).toEqual([run.folder, `${run.folder}\n${sft.file}`, `${sft.file}\n${far.file}`]);
  });

  it('asks where nothing is selected; Escape copies nothing', async () => {
    user.answer('pos-1');
    await copyPath(fake.window);
    expect(user.shown).toEqual([run.folder]);
    user.answer(undefined);
    await copyPath(fake.window);
    expect(user.shown).toEqual([]);
  });
});

describe('Copy as sft Command', () => {
  it('copies what does the same in a terminal, and says it', async () => {
    await copyCommand(fake.window, sft);
    await copyCommand(fake.window, sft, [sft, far]);
    await copyCommand(fake.window, run);
    fake.live.set(run.folder, 'running');
    await copyCommand(fake.window, run);
    const commands = [
      `sft inspect ${sft.file}`,
      `sft compose ${sft.file} ${far.file} --out composed.sft.safetensors`,
      `sft train ${run.folder}/recipe.yaml --resume`,
      `sft attach ${run.folder}`,
    ];
    expect(user.shown).toEqual(commands);
    expect(user.said.map(({ text }) => text)).toEqual(commands.map((command) => `Copied: ${command}`));
  });

  it('quotes paths that a shell would take apart', async () => {
    await copyCommand(fake.window, { kind: 'run', folder: "/my work/it's #1" });
    await copyCommand(fake.window, { kind: 'sft', file: '/my work/a.sft.safetensors' });
    expect(user.shown).toEqual([
      String.raw`sft train '/my work/it'\''s #1/recipe.yaml' --resume`,
      "sft inspect '/my work/a.sft.safetensors'",
    ]);
  });

  it('asks for a run where nothing is given; Escape copies nothing', async () => {
    user.answer('pos-1');
    await copyCommand(fake.window);
    expect(user.shown).toEqual([`sft train ${run.folder}/recipe.yaml --resume`]);
    user.answer(undefined);
    await copyCommand(fake.window);
    expect(user.shown).toEqual([]);
  });
});
