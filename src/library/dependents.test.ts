import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/files.ts';
import { newComposeDocument } from '../protocol/compose.ts';
import { stringifyCompose } from '../recipe/composeFile.ts';
import { readSftHeader, type SftMetadata, writeSft } from '../formats/sftFile.ts';
import { composeFiles } from './compose.ts';
import { findDependents } from './dependents.ts';
import { findLineage } from './lineage.ts';
import { listSft } from './listSfts.ts';
import { writeNotebook } from '../notebook/write.ts';

const sources = [
  'kind: task',
  'base: ./base',
  'apply: [all.sft.safetensors]',
  'sources:',
  '  - { name: en, train: en.conllu, apply: [en.sft.safetensors, all.sft.safetensors] }',
  '  - { name: et, train: et.conllu, apply: [{ sft: en.sft.safetensors }, en.sft.safetensors@0.5] }',
  '',
].join('\n');

async function write(file: string, metadata: SftMetadata): Promise<string> {
  mkdirSync(dirname(file), { recursive: true });
  await writeSft(file, { diffs: new Map(), abs: new Map() }, metadata);
  return file;
}

/** Two SFTs, a recipe whose sources apply them, and an SFT that was trained by it. */
async function setUp() {
  const folder = temporaryFolder();
  const en = await write(join(folder, 'en.sft.safetensors'), { kind: 'language' });
  const all = await write(join(folder, 'all.sft.safetensors'), { kind: 'language' });
  const task = await write(join(folder, 'task.sft.safetensors'), { kind: 'task', recipe: sources });
  const recipe = join(folder, 'task.sft.yaml');
  writeFileSync(recipe, sources);
  return { en, all, task, recipe, listings: await Promise.all([en, all, task].map(listSft)) };
}

test('what only sources of a recipe apply, the recipe and its SFT depend on', async () => {
  const { en, task, recipe, listings } = await setUp();
  expect(await findDependents([en], listings, { recipes: [recipe] })).toEqual([
    { file: task, on: en, how: 'applied' },
    { file: recipe, on: en, how: 'recipe' },
  ]);
});

test('a recipe depends on the full phase that it takes, and a bench on its SFTs', async () => {
  const { en, listings } = await setUp();
  const folder = dirname(en);
  const kept = join(folder, 'runs', 'pos-1', 'full-phase.safetensors');
  const fork = join(folder, 'fork.sft.yaml');
  writeFileSync(
    fork,
    'kind: task\nbase: ./base\ndata: { train: t.conllu }\nfull: { from: runs/pos-1/full-phase.safetensors }\n',
  );
  const bench = join(folder, 'mine.compose.yaml');
  writeFileSync(bench, stringifyCompose(newComposeDocument([{ file: en }]), bench));
  expect(await findDependents([kept], listings, { recipes: [fork], benches: [bench] })).toEqual([
    { file: fork, on: kept, how: 'fullPhase' },
  ]);
  expect((await findDependents([en], listings, { recipes: [fork], benches: [bench] })).at(-1)).toEqual({
    file: bench,
    on: en,
    how: 'bench',
  });
});

test('a notebook depends on the SFTs that its cells name', async () => {
  const { en, listings } = await setUp();
  const notebook = join(dirname(en), 'story.sftnb');
  const cell = `evaluate:\n  base: base\n  compositions: { a: [${basename(en)}@0.5], b: base }\n  data: dev.conllu`;
  const cells = [
    { language: 'markdown' as const, text: `# ${basename(en)}` },
    { language: 'sft-cell' as const, text: cell },
    { language: 'sft-cell' as const, text: 'evaluate: not yet' },
  ];
  writeFileSync(notebook, writeNotebook(cells.map((one) => ({ ...one, outcome: undefined }))));
  const notebooks = [notebook, join(dirname(en), 'gone.sftnb')];
  const found = await findDependents([en], listings, { recipes: [], notebooks });
  expect(found.filter(({ how }) => how === 'notebook')).toEqual([
    { file: notebook, on: en, how: 'notebook' },
  ]);
  expect(await findDependents([`${en}.other`], listings, { recipes: [], notebooks })).toEqual([]);
});

test('of two parts of one name, the lineage finds the one that was composed', async () => {
  const folder = temporaryFolder();
  const parts = [1, 2].map((value) => {
    const diff = { indices: Uint32Array.of(3), values: Float32Array.of(value), shape: [8] };
    return { diffs: new Map([['w', diff]]), abs: new Map() };
  });
  const files = parts.map((_, i) => join(folder, `runs/pos-${i + 1}/pos.sft.safetensors`));
  for (const [i, file] of files.entries()) {
    mkdirSync(dirname(file), { recursive: true });
    await writeSft(file, parts[i], { kind: 'task' });
  }
  const composed = join(folder, 'sum.sft.safetensors');
  await composeFiles([{ sft: files[1], coefficient: 1 }], composed, { createdBy: 'test' });
  const listings = await Promise.all([...files, composed].map(listSft));
  const { metadata } = await readSftHeader(composed);
  const { parts: found } = await findLineage(listings[2], metadata, listings, []);
  expect(found.map(({ file }) => file)).toEqual([files[1]]);
});

test('the lineage of an SFT names what its sources applied, each once', async () => {
  const { en, all, task, recipe, listings } = await setUp();
  const listing = listings[2];
  expect(listing.parts).toEqual([
    { name: basename(all), coefficient: 1 },
    { name: basename(en), coefficient: 1 },
    { name: basename(en), coefficient: 0.5 },
  ]);
  const { parts } = await findLineage(listing, { recipe: sources }, listings, [recipe]);
  expect(parts.map(({ file }) => file)).toEqual([all, en, en]);
  const { dependents } = await findLineage(listings[0], {}, listings, [recipe]);
  expect(dependents.map(({ file }) => file)).toEqual([task, recipe]);
});
