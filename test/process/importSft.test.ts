import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { importSft } from '../../src/extension/commands/importSft.ts';
import { readSft } from '../../src/formats/sftFile.ts';
import { convertSft } from '../../src/library/convert.ts';
import { publishedSfts } from '../../src/library/publishedSfts.ts';
import { questionAnswering } from '../../src/model/heads/questionAnswering.ts';
import { refused } from '../support/files.ts';
import { inventSft } from '../support/inventSft.ts';
import { programWindow, type ProgramWindow } from '../support/programWindow.ts';
import { writeTinyBase } from '../support/tinyWorkspace.ts';

const user = await vi.hoisted(async () => (await import('../support/fakeUser.ts')).fakeUser());
vi.mock('vscode', () => user.api);

const pos = publishedSfts.find(({ task }) => task === 'pos')?.labels ?? [];
let folder: string;
let programs: ProgramWindow;
const at = (...names: string[]) => join(folder, ...names);
const kept = (name: string) => at('.sft-home', 'library', `${name}.sft.safetensors`);

/** The reference's folder of an SFT that is ours, too. */
async function reference(name: string, options: Parameters<typeof inventSft>[2]) {
  const ours = await inventSft(at('base'), at(`${name}.sft.safetensors`), options);
  await convertSft(ours, at(name));
  return (await readSft(ours)).sft;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sft-import-'));
  programs = programWindow(folder);
  await writeTinyBase(at('base'), 1);
});
beforeEach(() => {
  rmSync(at('.sft-home'), { recursive: true, force: true });
  programs.ran.length = 0;
});
afterAll(() => {
  programs.end();
  rmSync(folder, { recursive: true, force: true });
});

const uri = (path: string) => user.api.Uri.file(path);

describe('Import SFT', () => {
  it('copies a file of ours, and asks nothing of it', async () => {
    const ours = await inventSft(at('base'), at('ours.sft.safetensors'), { seed: 1 });
    user.answer([ours]);
    await importSft(programs.window);
    expect((await readSft(kept('ours'))).sft).toEqual((await readSft(ours)).sft);
    expect(user.executed).toEqual([['sft.refresh']]);
    expect(programs.ran).toEqual([]);
    user.answer([ours]);
    await refused('import-exists', () => importSft(programs.window));
  });

  it('takes pytorch_diff.bin of any task, with what the user says of it', async () => {
    const sft = await reference('names', { seed: 2, labels: ['B', 'I', 'O'] });
    // A classifier alone may be one of tags or of texts.
    user.answer([at('names', 'pytorch_diff.bin')], 'swahili-names', 'named entities', 'B, I,O', 'sw');
    user.press('Evaluate');
    await importSft(programs.window);
    expect(user.unasked()).toBe(0);
    expect(user.said.find(({ how }) => how === 'pick')?.choices).toHaveLength(4);
    const found = await readSft(kept('swahili-names'));
    expect(found.sft).toEqual(sft);
    expect(found.metadata).toMatchObject({
      kind: 'task',
      task: 'tagging',
      labels: ['B', 'I', 'O'],
      language: 'sw',
    });
    const file = kept('swahili-names');
    expect(user.executed.at(-1)).toEqual(['sft.evaluate', { file }, [{ file }]]);
  });

  it('takes the folder of a published one, and has its answers ready', async () => {
    const sft = await reference('mbert-task-sft-pos', { seed: 3, labels: pos });
    user.answer('mbert-task-sft-pos', 'parts of speech', pos.join(','), '');
    await importSft(programs.window, uri(at('mbert-task-sft-pos')));
    const asked = user.said.map(({ choices }) => choices[0]);
    expect(asked[0]).toBe('mbert-task-sft-pos');
    expect(asked[1]).toContain('parts of speech');
    expect(asked[2]).toBe(pos.join(','));
    const found = await readSft(kept('mbert-task-sft-pos'));
    expect(found.sft).toEqual(sft);
    expect(found.metadata).toMatchObject({ task: 'tagging', labels: pos });
  });

  it('does not ask what the parameters say: a language has no labels, answers to questions have none', async () => {
    await reference('mt', { seed: 4 });
    user.answer('mt', 'mt');
    await importSft(programs.window, uri(at('mt')));
    expect((await readSft(kept('mt'))).metadata).toMatchObject({ kind: 'language', language: 'mt' });
    await reference('qa', { seed: 5, labels: ['start', 'end'], head: questionAnswering });
    user.answer('qa', '');
    await importSft(programs.window, uri(at('qa')));
    expect((await readSft(kept('qa'))).metadata).toMatchObject({ kind: 'task', task: 'questionAnswering' });
  });

  it('does not take names, labels and codes that cannot be', async () => {
    await reference('tags', { seed: 6, labels: ['A', 'B'] });
    mkdirSync(at('.sft-home', 'library'), { recursive: true });
    copyFileSync(at('tags.sft.safetensors'), kept('tags'));
    user.answer('tags', '../x', 'tags-2', 'parts of speech', 'A,,B', 'A,A', 'A,B', 'm t', 'mt');
    await importSft(programs.window, uri(at('tags')));
    expect(user.refusals.map((text) => text.split(' ').slice(0, 4).join(' '))).toEqual([
      'There is an SFT',
      'Give a name for',
      'Give each label once,',
      'Give each label once,',
      'Give a code such',
    ]);
    expect(existsSync(kept('tags-2'))).toBe(true);
    user.answer('tags-3', 'parts of speech', 'A', 'mt');
    await expect(importSft(programs.window, uri(at('tags')))).rejects.toMatchObject({
      code: 'evaluate-labels',
    });
    expect(existsSync(kept('tags-3'))).toBe(false);
  });

  it('leaves the library as it was where the user gives up, at any question', async () => {
    await reference('half', { seed: 7, labels: ['A', 'B'] });
    const all = ['half', 'parts of speech', 'A,B', 'mt'];
    for (const [i] of all.entries()) {
      user.answer(...all.slice(0, i), undefined);
      await importSft(programs.window, uri(at('half')));
      expect(user.unasked()).toBe(0);
    }
    user.answer(undefined);
    await importSft(programs.window);
    expect(programs.ran).toEqual([]);
    expect(existsSync(at('.sft-home', 'library'))).toBe(false);
  });

  it('says what is wrong with a file that is none', async () => {
    writeFileSync(at('pytorch_model.bin'), 'nothing of the sort');
    mkdirSync(at('empty'), { recursive: true });
    for (const path of [at('pytorch_model.bin'), at('empty'), at('gone.bin')]) {
      user.answer();
      await expect(importSft(programs.window, uri(path))).rejects.toMatchObject({ file: path });
    }
  });
});
