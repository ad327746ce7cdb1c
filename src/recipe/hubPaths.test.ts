import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../test/support/files.ts';
import { hubFolders } from '../formats/hubCache.ts';
import { missingPaths } from './paths.ts';

let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
  vi.stubEnv('HF_HUB_CACHE', folder);
  cached('org/base', ['config.json', 'model.safetensors']);
  cached('org/sft', ['pytorch_diff.bin']);
});

afterEach(() => {
  vi.unstubAllEnvs();
});

function cached(id: string, files: readonly string[]): void {
  const { snapshots, refs } = hubFolders(folder, id);
  const commit = 'a'.repeat(40);
  mkdirSync(join(snapshots, commit), { recursive: true });
  mkdirSync(refs);
  writeFileSync(join(refs, 'main'), commit);
  for (const name of files) writeFileSync(join(snapshots, commit, name), '');
}

test('bases and SFTs that were pulled are there, with a coefficient and in sources too', async () => {
  const recipe = {
    base: 'hf:org/base',
    apply: ['hf:org/sft@0.5', { sft: 'hf:org/sft@main' }],
    sources: [{ apply: ['hf:org/sft@main@2'] }],
  };
  expect(await missingPaths(recipe, folder)).toEqual([]);
});

test('what was not pulled, or is of the other kind, is found at its place', async () => {
  const recipe = { base: 'hf:org/sft', apply: ['hf:org/base', 'hf:../x', 'hf:org/sft@v1'] };
  const found = await missingPaths(recipe, folder);
  expect(found.map(({ code, path }) => [code, path.join('.')])).toEqual([
    ['hub-not-cached', 'base'],
    ['hub-not-cached', 'apply.0'],
    ['hub-reference', 'apply.1'],
    ['hub-not-cached', 'apply.2'],
  ]);
  expect(found[3].problem.advice).toContain('sft pull org/sft@v1');
});

test('data are files, whatever they are called', async () => {
  const [found] = await missingPaths({ data: { train: 'hf:org/base' } }, folder);
  expect(found.code).toBe('recipe-path-missing');
});
