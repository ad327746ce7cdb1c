import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../core/errors/userError.ts';
import { recipeDiagnostics } from './check.ts';
import { loadRecipe } from './load.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sft-recipe-'));
  mkdirSync(join(folder, 'base'));
  mkdirSync(join(folder, 'sub'));
  for (const name of ['train.conllu', 'dev.conllu', 'en.sft.safetensors', 'odd@1x'])
    writeFileSync(join(folder, name), '');
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, content: string | Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

async function failure(file: string): Promise<UserError> {
  const error = await loadRecipe(file).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

const good = `kind: task
base: ./base
apply: [en.sft.safetensors@0.5, "odd@1x"]
data: { train: [train.conllu, ./dev.conllu], validation: dev.conllu }
`;

describe('loadRecipe', () => {
  it('reads a recipe whose files are there, from its own folder, with CRLF and a byte order mark', async () => {
    const file = write('pos.sft.yaml', `\uFEFF${good.replaceAll('\n', '\r\n')}`);
    const loaded = await loadRecipe(file);
    expect([loaded.fileName, loaded.folder, loaded.recipe.kind]).toEqual(['pos', folder, 'task']);
    expect(loaded.place(['data', 'train', 1])).toEqual({ file, line: 4 });
  });

  it('names each path that is missing or of the wrong sort, beside all other problems', async () => {
    const file = write(
      'bad.sft.yaml',
      'kind: task\nbase: ./bas\napply:\n  - nowhere.sft.safetensors@2\n  - { sft: sub }\ndata:\n  train:\n    - train.conllu\n    - absent.conllu\nseed: x\n',
    );
    const error = await failure(file);
    expect(error.message).toContain(`${file}:2: base names the folder ./bas, which does not exist.`);
    expect(error.message).toContain('4 more problems: lines 4, 5, 9, 10.');
    expect(recipeDiagnostics(error).map((d) => d.code)).toEqual([
      'recipe-type',
      'recipe-path-missing',
      'recipe-path-missing',
      'recipe-path-kind',
      'recipe-path-missing',
    ]);
  });

  it("takes the reference's folder of an SFT", async () => {
    mkdirSync(join(folder, 'published'));
    writeFileSync(join(folder, 'published', 'pytorch_diff.bin'), '');
    const file = write('published.sft.yaml', good.replace('"odd@1x"', 'published@2'));
    expect((await loadRecipe(file)).recipe.apply).toHaveLength(2);
  });

  it('names a path that no system can have', async () => {
    const file = write('nul.sft.yaml', good.replace('./base', '"a\\0b"'));
    expect((await failure(file)).code).toBe('recipe-path-missing');
  });

  it('names the line that is not UTF-8', async () => {
    const bytes = new TextEncoder().encode(good);
    bytes[good.indexOf('base:')] = 0xff;
    expect((await failure(write('latin.sft.yaml', bytes))).place?.line).toBe(2);
  });

  it.each([
    ['a file that is not there', () => join(folder, 'none.sft.yaml'), 'file-missing'],
    ['a folder', () => join(folder, 'sub'), 'file-unreadable'],
    ['an empty file', () => write('empty.sft.yaml', ''), 'recipe-empty'],
    ['ten megabytes', () => write('big.sft.yaml', 'a'.repeat(10_000_000)), 'recipe-too-long'],
  ])('refuses %s', async (_, file, code) => {
    expect((await failure(file())).code).toBe(code);
  });
});
