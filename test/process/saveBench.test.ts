import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as vscode from 'vscode';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { applySftsInPlace } from '../../src/core/composition.ts';
import { openInCompose } from '../../src/extension/commands/composeBench.ts';
import { type ComposeChange, newComposeEditor } from '../../src/extension/compose/composeEditor.ts';
import { exportBench, saveBench } from '../../src/extension/compose/saveBench.ts';
import { SftProblem } from '../../src/extension/programs/programs.ts';
import type { Window } from '../../src/extension/window.ts';
import { readModelConfig, readModelParameters } from '../../src/formats/modelFolder.ts';
import { readSft } from '../../src/formats/sftFile.ts';
import { composeFiles } from '../../src/library/compose.ts';
import { type ComposeRow, type ComposeSetting, emptySetting } from '../../src/protocol/compose.ts';
import { inventSft } from '../support/inventSft.ts';
import { programWindow, type ProgramWindow } from '../support/programWindow.ts';
import { writeTinyBase } from '../support/tinyWorkspace.ts';

const user = await vi.hoisted(async () => (await import('../support/fakeUser.ts')).fakeUser());
vi.mock('vscode', () => user.api);

const labels = ['ADJ', 'NOUN', 'VERB'];
let folder: string;
let programs: ProgramWindow;
const at = (...names: string[]) => join(folder, ...names);
/** An @ in a name is none of a coefficient. */
const names = { one: 'one', two: 'two@2', language: 'qha', stranger: 'stranger' };
const file = (name: keyof typeof names) => at(`${names[name]}.sft.safetensors`);
const row = (name: keyof typeof names, coefficient: number, on = true): ComposeRow => ({
  file: file(name),
  coefficient,
  on,
});
const bench = (rows: readonly ComposeRow[], more: Partial<ComposeSetting> = {}): ComposeSetting => ({
  ...emptySetting,
  rows,
  ...more,
});

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sft bench é-'));
  programs = programWindow(folder);
  await writeTinyBase(at('base'), 1);
  await writeTinyBase(at('other'), 2);
  const metadata = { baseName: 'base', task: 'tagging' };
  await inventSft(at('base'), file('one'), { seed: 1, share: 0.4, labels, metadata });
  await inventSft(at('base'), file('two'), { seed: 2, share: 0.4, labels, metadata });
  await inventSft(at('base'), file('language'), { seed: 3, share: 0.4 });
  await inventSft(at('other'), file('stranger'), { seed: 4 });
});

beforeEach(() => {
  programs.ran.length = 0;
  programs.instead = undefined;
  user.files.splice(0, user.files.length, ...(Object.keys(names) as (keyof typeof names)[]).map(file));
});

afterAll(() => {
  programs.end();
  rmSync(folder, { recursive: true, force: true });
});

const save = (setting: ComposeSetting) => saveBench(programs.window.services, setting);

/** The bench that *Open in Compose* makes of an SFT. */
async function openedAgain(path: string): Promise<ComposeSetting> {
  const changed = { fire: () => undefined } as unknown as vscode.EventEmitter<ComposeChange>;
  const editor = newComposeEditor(programs.window.services, changed);
  user.answer();
  const window: Window = { ...programs.window, compose: async () => editor };
  await openInCompose(window, { kind: 'sft', file: path });
  const [[command, uri]] = user.executed;
  expect(command).toBe('vscode.openWith');
  return (await editor.open(uri as vscode.Uri, undefined)).bench.now().setting;
}

describe('Save as SFT of a bench', () => {
  it.each(['sum', 'signAgreement', 'priority'] as const)(
    'writes what the bench adds, and opens again as the same bench: %s',
    async (rule) => {
      const on = [row('one', 0.5), row('two', -1.25), row('language', 1e-7)];
      const setting = bench([on[0], row('stranger', 3, false), ...on.slice(1)], { rule, head: file('two') });
      const out = at(`made-${rule}.sft.safetensors`);
      user.answer(out);
      await save(setting);
      expect(user.said.map(({ text }) => text)).toEqual(['Save the composed SFT', `Composed: ${out}`]);
      expect(user.said[0].choices).toEqual([at('one+two@2+qha.sft.safetensors')]);
      expect(programs.ran).toHaveLength(1);

      const terms = on.map(({ file: sft, coefficient }) => ({ sft, coefficient }));
      const wanted = at('wanted.sft.safetensors');
      await composeFiles(terms, wanted, { rule, headFrom: 1 });
      const made = await readSft(out);
      expect(made.sft).toEqual((await readSft(wanted)).sft);
      expect(made.sft.abs).toEqual((await readSft(file('two'))).sft.abs);

      user.files.push(out);
      expect(await openedAgain(out)).toEqual(bench(on, { rule, head: file('two') }));
    },
  );

  it('keeps no head where none is wanted', async () => {
    const out = at('headless.sft.safetensors');
    user.answer(out);
    await save(bench([row('one', 1), row('two', 1)], { head: 'none' }));
    expect((await readSft(out)).sft.abs.size).toBe(0);
    user.files.push(out);
    expect((await openedAgain(out)).rows).toEqual([row('one', 1), row('two', 1)]);
  });

  it('asks whose head is used where two have one and none was chosen, and writes nothing without an answer', async () => {
    const setting = bench([row('one', 1), row('two', 1)]);
    const out = at('asked.sft.safetensors');
    user.answer(out, undefined);
    await save(setting);
    expect(user.said.map(({ text }) => text)).toEqual(['Save the composed SFT', 'Whose head is to be used?']);
    expect(existsSync(out)).toBe(false);
    user.answer(out, 'two@2');
    await save(setting);
    expect((await readSft(out)).sft.abs).toEqual((await readSft(file('two'))).sft.abs);
  });

  it('refuses SFTs of different bases, unless the bench adds them all the same', async () => {
    const rows = [row('one', 1), row('stranger', 1)];
    const out = at('mixed.sft.safetensors');
    user.answer(out);
    await expect(save(bench(rows))).rejects.toMatchObject({ code: 'sft-other-base' });
    expect(existsSync(out)).toBe(false);
    user.answer(out);
    await save(bench(rows, { force: true }));
    expect((await readSft(out)).metadata.parts?.map(({ name }) => name)).toEqual([
      'one.sft.safetensors',
      'stranger.sft.safetensors',
    ]);
  });

  it('is refused onto one of its own SFTs, which stays as it was', async () => {
    const before = readFileSync(file('one'));
    user.answer(file('one'));
    await expect(save(bench([row('one', 2), row('language', 1)]))).rejects.toBeInstanceOf(SftProblem);
    expect(readFileSync(file('one')).equals(before)).toBe(true);
  });

  it('runs nothing where no SFT is on, no file is named, or the folder is not trusted', async () => {
    user.answer();
    await save(bench([row('one', 1, false)]));
    expect(user.said.map(({ text }) => text)).toEqual(['Switch an SFT on first: there is nothing to add.']);
    user.answer(undefined);
    await save(bench([row('one', 1)]));
    user.api.workspace.isTrusted = false;
    user.answer();
    await save(bench([row('one', 1)]));
    user.api.workspace.isTrusted = true;
    expect(user.said.map(({ text }) => text)).toEqual([expect.stringContaining('restricted mode')]);
    expect(programs.ran).toEqual([]);
  });
});

const setting = () =>
  bench([row('one', 0.5), row('two', 1, false), row('language', 2)], { rule: 'priority' });

describe('Export model of a bench', () => {
  it('writes base and SFTs as a folder that holds what the bench shows', async () => {
    const out = at('model');
    user.answer('transformers', out);
    await exportBench(programs.window.services, setting(), at('base'));
    expect(user.said.map(({ text }) => text)).toEqual([
      'Save the model in which format?',
      'Save the model as a new folder',
      `Exported: ${out}. transformers loads it with from_pretrained.`,
    ]);
    const config = readModelConfig(out);
    expect(config.modelType).toBe('bert');
    const made = await readModelParameters(out, config);
    const wanted = await readModelParameters(at('base'), readModelConfig(at('base')));
    const terms = await Promise.all(
      [row('one', 0.5), row('language', 2)].map(async (one) => ({
        sft: (await readSft(one.file)).sft,
        coefficient: one.coefficient,
      })),
    );
    applySftsInPlace(wanted, terms, { rule: 'priority' });
    for (const name of ['bert.embeddings.word_embeddings.weight', 'classifier.weight', 'classifier.bias'])
      expect(made.get(name)!.values).toEqual(wanted.get(name)!.values);
  });

  it('asks for the base where the bench has found none, and runs nothing without an answer', async () => {
    user.answer(undefined);
    await exportBench(programs.window.services, setting(), undefined);
    expect(user.said.map(({ text }) => text)).toEqual(['Base model']);
    user.answer('Choose a folder', at('base'), 'ONNX', undefined);
    await exportBench(programs.window.services, setting(), undefined);
    expect(user.unasked()).toBe(0);
    expect(programs.ran).toEqual([]);
  });

  it('goes by the bench where SFTs are of another base', async () => {
    const rows = [row('stranger', 1)];
    const out = at('forced');
    user.answer('transformers', out);
    await expect(exportBench(programs.window.services, bench(rows), at('base'))).rejects.toMatchObject({
      code: 'sft-other-base',
    });
    expect(existsSync(out)).toBe(false);
    user.answer('transformers', out);
    await exportBench(programs.window.services, bench(rows, { force: true }), at('base'));
    expect(existsSync(join(out, 'config.json'))).toBe(true);
  });
});
