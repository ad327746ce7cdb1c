import { cpSync, renameSync } from 'node:fs';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/files.ts';
import { inventSfts } from '../../test/support/inventedSft.ts';
import { writeTinyBase } from '../../test/support/tinyWorkspace.ts';
import { readModelConfig, readModelParameters } from '../formats/modelFolder.ts';
import { readSftHeader } from '../formats/sftFile.ts';
import { findBase } from './findBase.ts';
import { fingerprint, folderFingerprint } from './fingerprint.ts';

const recipe = (base: string) =>
  `kind: language\nname: x\nlanguage: xx\nbase: ${base}\ndata: { text: x.txt }\nselect: { density: 0.1 }\n`;

describe('the base model of an SFT', () => {
  test('is the one with its fingerprint, wherever it lies and whatever it is called', async () => {
    const folder = temporaryFolder();
    const made = await inventSfts(folder);
    const file = await made.write('x');
    const [twin, moved] = [join(folder, 'twin'), join(folder, 'moved')];
    // Another model of the same name and sizes.
    await writeTinyBase(join(twin, 'base'), 2);
    renameSync(made.base, moved);
    const header = await readSftHeader(file);
    const found = await findBase(file, header, { folders: [join(twin, 'base'), moved] });
    expect(found).toEqual({ folder: moved, name: 'moved', heads: 4, how: 'fingerprint', isSame: true });
    expect(await findBase(file, header, { folders: [join(twin, 'base')] })).toBeNull();
  });

  test('may be named by its recipe alone', async () => {
    const folder = temporaryFolder();
    const made = await inventSfts(folder);
    const file = await made.write('x', { metadata: { recipe: recipe('./base') } });
    const header = await readSftHeader(file);
    expect(await findBase(file, header, { folders: [] })).toMatchObject({
      folder: made.base,
      how: 'fingerprint',
    });
    const away = join(temporaryFolder(), 'x.sft.safetensors');
    cpSync(file, away);
    expect(await findBase(away, header, { folders: [] })).toBeNull();
  });

  test('is taken by its name where fingerprints cannot be compared, and else never', async () => {
    const made = await inventSfts(temporaryFolder());
    const folders = [made.base];
    const file = await made.write('x', { metadata: { baseFingerprint: undefined } });
    const header = await readSftHeader(file);
    expect(await findBase(file, header, { folders })).toMatchObject({ how: 'name', isSame: null });
    const { baseName: _, ...unnamed } = header.metadata;
    expect(await findBase(file, { ...header, metadata: unnamed }, { folders })).toBeNull();
    const said = { ...header.metadata, baseFingerprint: made.fingerprint };
    const bin = { folders, fingerprintOf: async () => undefined };
    expect(await findBase(file, { ...header, metadata: said }, bin)).toMatchObject({
      how: 'name',
      isSame: null,
    });
  });

  test('can be chosen, if its sizes fit; whether it is the right one is said', async () => {
    const folder = temporaryFolder();
    const made = await inventSfts(folder);
    const file = await made.write('x');
    const header = await readSftHeader(file);
    const [other, larger] = [join(folder, 'other'), join(folder, 'larger')];
    await writeTinyBase(other, 2);
    await writeTinyBase(larger, 1, { hidden_size: 64, intermediate_size: 128 });
    const choose = (chosen: string) => findBase(file, header, { folders: [], chosen });
    expect(await choose(made.base)).toMatchObject({ how: 'chosen', isSame: true });
    expect(await choose(other)).toMatchObject({ how: 'chosen', isSame: false });
    await expect(choose(larger)).rejects.toMatchObject({ code: 'sft-shape' });
    await expect(choose(folder)).rejects.toMatchObject({ code: 'model-no-config' });
  });
});

test('the fingerprint of a folder is that of its parameters', async () => {
  const folder = join(temporaryFolder(), 'base');
  await writeTinyBase(folder, 3);
  const parameters = await readModelParameters(folder, readModelConfig(folder));
  expect(await folderFingerprint(folder)).toBe(fingerprint(parameters));
});

test('layers that a folder holds and its config leaves out are no part of its fingerprint', async () => {
  const folder = join(temporaryFolder(), 'base');
  await writeTinyBase(folder, 3);
  const file = join(folder, 'config.json');
  const whole = await folderFingerprint(folder);
  const config = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  writeFileSync(file, JSON.stringify({ ...config, num_hidden_layers: 1 }));
  const parameters = await readModelParameters(folder, readModelConfig(folder));
  expect(await folderFingerprint(folder)).toBe(fingerprint(parameters));
  expect(await folderFingerprint(folder)).not.toBe(whole);
});
