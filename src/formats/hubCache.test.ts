import * as fc from 'fast-check';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { refused, temporaryFolder } from '../../test/support/files.ts';
import { UserError } from '../core/errors/userError.ts';
import { cachedModel, hubCache, hubFolders, modelName, namedPath, parseHubReference } from './hubCache.ts';
import { chooseHubFiles, isPlainName } from './hubFiles.ts';

const commit = 'c0ffee'.padEnd(40, '0');

/** A cache with one model of these files at `main`. */
function cacheWith(id: string, files: readonly string[]): string {
  const cache = temporaryFolder();
  const { snapshots, refs, blobs } = hubFolders(cache, id);
  for (const folder of [join(snapshots, commit), refs, blobs]) mkdirSync(folder, { recursive: true });
  for (const [i, name] of files.entries()) {
    writeFileSync(join(blobs, String(i)), name);
    symlinkSync(join('..', '..', 'blobs', String(i)), join(snapshots, commit, name));
  }
  writeFileSync(join(refs, 'main'), commit);
  return cache;
}

test.each([
  [{}, join(homedir(), '.cache', 'huggingface', 'hub')],
  [{ XDG_CACHE_HOME: '/x' }, join('/x', 'huggingface', 'hub')],
  [{ XDG_CACHE_HOME: '/x', HF_HOME: '/h' }, join('/h', 'hub')],
  [{ HF_HOME: '~/h' }, join(homedir(), 'h', 'hub')],
  [{ HF_HOME: '$BIG/h', BIG: '/b' }, join('/b', 'h', 'hub')],
  [{ HF_HOME: '/h', HUGGINGFACE_HUB_CACHE: '/old' }, '/old'],
  [{ HF_HUB_CACHE: '/c', HUGGINGFACE_HUB_CACHE: '/old' }, '/c'],
  [{ HF_HUB_CACHE: '', HF_HOME: '' }, join(homedir(), '.cache', 'huggingface', 'hub')],
])('the cache lies where Python looks for it: %o', (env, wanted) => {
  expect(hubCache(env)).toBe(wanted);
});

describe('references', () => {
  test.each([
    ['bert-base-multilingual-cased', 'bert-base-multilingual-cased', 'main'],
    ['hf:org/name', 'org/name', 'main'],
    ['org/name@v1.0', 'org/name', 'v1.0'],
    ['hf:org/name@refs/pr/1', 'org/name', 'refs/pr/1'],
  ])('%s', (text, id, revision) => {
    expect(parseHubReference(text)).toEqual({ id, revision });
  });

  test.each(
    [
      '',
      'a/b/c',
      '../x',
      'a/..',
      'a--b',
      '.a',
      'a.',
      'a/b.git',
      'a b',
      'a@',
      'a@../x',
      'a@/x',
      'a@x//y',
    ].concat(['a@x\\y', 'a@-x', 'a@x.lock', 'hf:', 'C:\\x', 'a'.repeat(97), 'a@x:y']),
  )('%s is refused', async (text) => {
    await refused('hub-reference', () => parseHubReference(text));
  });

  test('whatever is taken leads nowhere else', () => {
    const pieces = fc.constantFrom(
      'a',
      'b1',
      '.',
      '..',
      '/',
      '\\',
      '@',
      '-',
      '_',
      ':',
      'hf:',
      ' ',
      '\0',
      '~',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        try {
          const { id, revision } = parseHubReference(parts.join(''));
          const { repository, refs } = hubFolders('/cache', id);
          expect(resolve(repository, '..')).toBe(resolve('/cache'));
          expect(resolve(refs, ...revision.split('/')).startsWith(resolve(refs) + sep)).toBe(true);
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
        }
      }),
      { numRuns: 2000 },
    );
  });
});

test('hf:ID is the snapshot of a base, or the file of an SFT; what is not there says how to get it', async () => {
  const base = cacheWith('org/base', ['config.json', 'model.safetensors', 'vocab.txt']);
  const folder = join(hubFolders(base, 'org/base').snapshots, commit);
  expect(namedPath('/recipes', 'hf:org/base', 'base', base)).toBe(folder);
  expect(namedPath('/recipes', `hf:org/base@${commit}`, 'base', base)).toBe(folder);
  expect(namedPath('/recipes', 'x/y', 'base', base)).toBe(resolve('/recipes/x/y'));
  expect(modelName(folder)).toBe('org/base');
  const { message } = await refused('hub-not-cached', () => namedPath('/', 'hf:org/base@v2', 'base', base));
  expect(message).toContain('sft pull org/base@v2');
  await refused('hub-not-cached', () => namedPath('/', 'hf:org/base', 'sft', base));

  const sft = cacheWith('org/sft', ['pytorch_diff.bin', 'README.md']);
  expect(namedPath('/', 'hf:org/sft', 'sft', sft)).toMatch(/pytorch_diff\.bin$/);
  const two = cacheWith('org/two', ['a.sft.safetensors', 'b.sft.safetensors']);
  expect((await refused('hub-several', () => namedPath('/', 'hf:org/two', 'sft', two))).message).toContain(
    'b.sft',
  );
});

test('a snapshot without weights, or whose links lead nowhere, is not there; nor is one of a strange ref', () => {
  const cache = cacheWith('org/base', ['config.json', 'vocab.txt']);
  const reference = { id: 'org/base', revision: 'main' };
  const { snapshots, refs } = hubFolders(cache, 'org/base');
  expect(cachedModel(reference, cache)).toBeUndefined();
  symlinkSync('gone', join(snapshots, commit, 'model.safetensors'));
  expect(cachedModel(reference, cache)).toBeUndefined();
  for (const text of ['', '../..', 'x'.repeat(1000)]) {
    writeFileSync(join(refs, 'main'), text);
    expect(cachedModel(reference, cache)).toBeUndefined();
  }
});

test('which files are chosen', () => {
  expect(chooseHubFiles(['config.json', 'pytorch_model.bin.index.json', 'tokenizer.json', 'x'])).toEqual({
    kind: 'base',
    files: ['config.json', 'tokenizer.json', 'pytorch_model.bin.index.json'],
    index: 'pytorch_model.bin.index.json',
  });
  expect(chooseHubFiles(['config.json'])).toBeUndefined();
  expect(chooseHubFiles(['model.safetensors'])).toBeUndefined();
  for (const name of ['a/b', '..', 'a\\b', 'C:x', 'x ', 'x.', '-x', '.x', 'a\0', ''])
    expect(isPlainName(name)).toBe(false);
});
