import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/files.ts';
import { writeTinyBase } from '../../test/support/tinyWorkspace.ts';
import { hubFolders } from '../formats/hubCache.ts';
import { hubModels } from './hubModels.ts';
import { publishedSfts } from './publishedSfts.ts';

const commit = 'a'.repeat(40);
let cache: string;
beforeEach(() => {
  cache = temporaryFolder();
});

/** An empty snapshot, to which a branch points. */
function snapshot(id: string, revision = 'main'): string {
  const { snapshots, refs } = hubFolders(cache, id);
  const folder = join(snapshots, commit);
  for (const each of [folder, refs]) mkdirSync(each, { recursive: true });
  writeFileSync(join(refs, revision), commit);
  return folder;
}

test('a cache gives its bases and SFTs, and what is published comes behind', async () => {
  await writeTinyBase(snapshot('org/tiny'), 1);
  const id = 'cambridgeltl/mbert-lang-sft-mt-small';
  writeFileSync(join(snapshot(id), 'pytorch_diff.bin'), 'x'.repeat(70));
  writeFileSync(join(snapshot('org/sft', 'v2'), 'pytorch_diff.bin'), '');
  const found = await hubModels(cache);
  const fetched = found.filter(({ isFetched }) => isFetched);
  expect(fetched.map(({ reference }) => reference).sort()).toEqual([id, 'org/sft@v2', 'org/tiny']);
  expect(fetched).toEqual(found.slice(0, 3));
  expect(found.find(({ reference }) => reference === 'org/tiny')).toMatchObject({
    kind: 'base',
    base: { modelType: 'bert' },
  });
  expect(found.find(({ reference }) => reference === id)).toMatchObject({
    kind: 'sft',
    bytes: 70,
    published: { language: 'Maltese' },
  });
  // Nothing twice; the bases of the published SFTs among them.
  expect(found).toHaveLength(publishedSfts.length + 2 + 2);
});

test('what is half fetched, damaged, or named by no one is left out', async () => {
  writeFileSync(join(snapshot('org/half'), 'config.json'), '{}');
  const damaged = snapshot('org/damaged');
  for (const name of ['config.json', 'model.safetensors']) writeFileSync(join(damaged, name), 'no JSON');
  const several = snapshot('org/several');
  for (const name of ['a', 'b']) writeFileSync(join(several, `${name}.sft.safetensors`), '');
  writeFileSync(join(snapshot('org/broken'), 'a.sft.safetensors'), 'broken');
  mkdirSync(join(cache, 'datasets--x'));
  expect((await hubModels(cache)).filter(({ isFetched }) => isFetched)).toEqual([]);
  expect(await hubModels(join(cache, 'nowhere'))).toHaveLength(publishedSfts.length + 2);
});
