import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { exportNotebook } from '../../src/extension/commands/notebook.ts';
import { writeNotebook } from '../../src/notebook/write.ts';
import type { CellOutcome } from '../../src/protocol/notebook.ts';
import { programWindow, type ProgramWindow } from '../support/programWindow.ts';

const user = await vi.hoisted(async () => (await import('../support/fakeUser.ts')).fakeUser());
vi.mock('vscode', () => user.api);

let folder: string;
let programs: ProgramWindow;
const at = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sft export é-'));
  programs = programWindow(folder);
});

beforeEach(() => {
  programs.ran.length = 0;
});

afterAll(() => {
  programs.end();
  rmSync(folder, { recursive: true, force: true });
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
/** A notebook of a heading and an evaluation that was made. */
const text = (heading: string) =>
  writeNotebook([
    { language: 'markdown', text: `# ${heading}`, outcome: undefined },
    { language: 'sft-cell', text: 'evaluate:\n  base: gone\n', outcome },
  ]);

const questions = () => user.said.map(({ text }) => text);

describe('Export Notebook as HTML', () => {
  it('writes the saved outputs as a page, runs nothing, and opens the page', async () => {
    const file = at('story.sftnb');
    const page = at('story.html');
    writeFileSync(file, text('A story'));
    user.openNotebook(file);
    user.answer(page);
    user.press('Open');
    await exportNotebook(programs.window);
    expect(user.said.map(({ text, choices }) => [text, ...choices])).toEqual([
      ['Save the notebook as a page', page],
      [`Exported: ${page}`, 'Open'],
    ]);
    expect(user.shown).toEqual([page]);
    const html = readFileSync(page, 'utf8');
    expect(html).toContain('<h1>A story</h1>');
    expect(html).toContain('61.30 %');
    expect(readFileSync(file, 'utf8')).toBe(text('A story'));
  });

  it.each([{ remoteName: 'ssh-remote' }, { uiKind: 2 }])(
    'offers to reveal the page where this machine cannot open it: %j',
    async (env) => {
      const file = at('far.sftnb');
      writeFileSync(file, text('Far'));
      user.openNotebook(file);
      Object.assign(user.api.env, env);
      try {
        user.answer(at('far.html'));
        user.press('Open', 'Reveal');
        await exportNotebook(programs.window);
      } finally {
        Object.assign(user.api.env, { remoteName: undefined, uiKind: 1 });
      }
      expect(user.said.at(-1)?.choices).toEqual(['Reveal']);
      expect(user.executed).toMatchObject([['sft.reveal', { fsPath: at('far.html') }]]);
      expect(user.shown).toEqual([]);
    },
  );

  it('saves first what is not saved', async () => {
    const file = at('changed.sftnb');
    writeFileSync(file, text('Before'));
    user.openNotebook(file, text('After'));
    user.answer(at('changed.html'));
    await exportNotebook(programs.window);
    expect(readFileSync(at('changed.html'), 'utf8')).toContain('<h1>After</h1>');
  });

  it('exports the file that a new notebook became, and nothing where it is not saved', async () => {
    const [file, page] = [at('new.sftnb'), at('new.html')];
    user.openNotebook('Untitled-1.sftnb', text('New'), 'untitled');
    user.answer(undefined);
    await exportNotebook(programs.window);
    expect(programs.ran).toEqual([]);
    user.answer(file, page);
    await exportNotebook(programs.window);
    expect(questions()).toEqual(['Save As', 'Save the notebook as a page', `Exported: ${page}`]);
    expect(readFileSync(page, 'utf8')).toContain('<h1>New</h1>');
  });

  it('runs nothing without a place for the page, or without a notebook in front', async () => {
    writeFileSync(at('n.sftnb'), text('N'));
    user.openNotebook(at('n.sftnb'));
    user.answer(undefined);
    await exportNotebook(programs.window);
    user.closeEditor();
    user.answer();
    await exportNotebook(programs.window);
    expect(programs.ran).toEqual([]);
    expect(user.said).toEqual([]);
  });

  it('says where a file is damaged, and writes no page', async () => {
    const [file, page] = [at('damaged.sftnb'), at('damaged.html')];
    writeFileSync(file, '%% sftnb 99\n');
    user.openNotebook(file);
    user.answer(page);
    await expect(exportNotebook(programs.window)).rejects.toMatchObject({ code: 'notebook-newer' });
    expect(existsSync(page)).toBe(false);
  });
});
