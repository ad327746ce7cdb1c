import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refused, temporaryFolder } from '../../test/support/files.ts';
import { readSft, type SftMetadata, writeSft } from '../formats/sftFile.ts';
import { composeFiles } from './compose.ts';
import { pruneFile } from './pruneFile.ts';
import { sftHash } from './sftHash.ts';

const base = 'ab'.repeat(32);
const otherBase = 'cd'.repeat(32);

async function write(file: string, value: number, metadata: SftMetadata, head = false): Promise<string> {
  const diff = { indices: Uint32Array.of(1, 2), values: Float32Array.of(value, 2), shape: [10] };
  const abs = head ? [['classifier.bias', { shape: [1], values: Float32Array.of(9) }] as const] : [];
  await writeSft(file, { diffs: new Map([['bert.pooler.dense.bias', diff]]), abs: new Map(abs) }, metadata);
  return file;
}

const one = (sft: string) => ({ sft, coefficient: 1 });

async function hashOf(file: string): Promise<string> {
  return sftHash((await readSft(file)).sft);
}

test('files are added up with their coefficients; the result says what it was made of', async () => {
  const folder = temporaryFolder();
  const out = join(folder, 'out');
  const common = { baseName: 'invented', baseFingerprint: base, k: 2, density: 0.2 };
  const task: SftMetadata = { ...common, kind: 'task', task: 'tagging', labels: ['X'], language: 'en' };
  const references = [
    { sft: await write(join(folder, 'task'), 1, task, true), coefficient: 1 },
    {
      sft: await write(join(folder, 'sw'), 4, {
        ...common,
        kind: 'language',
        language: 'sw',
        fullPhase: 'l',
      }),
      coefficient: 0.5,
    },
  ];
  const composed = await composeFiles(references, out, { date: '2026-01-01', createdBy: 'a test' });
  expect(composed.warnings).toEqual([]);
  expect(composed.entries).toBe(2);
  const { sft, metadata } = await readSft(out);
  expect(sft.diffs.get('bert.pooler.dense.bias')?.values).toEqual(Float32Array.of(3, 3));
  expect(sft.abs.get('classifier.bias')?.values).toEqual(Float32Array.of(9));
  expect(metadata).toEqual({
    kind: 'composed',
    baseName: 'invented',
    baseFingerprint: base,
    task: 'tagging',
    labels: ['X'],
    language: 'sw',
    k: 2,
    density: 0.2,
    date: '2026-01-01',
    createdBy: 'a test',
    parts: [
      { name: 'task', coefficient: 1, fingerprint: await hashOf(references[0].sft), head: true },
      { name: 'sw', coefficient: 0.5, fingerprint: await hashOf(references[1].sft) },
    ],
    trained: [
      { fingerprint: await hashOf(references[0].sft) },
      { fingerprint: await hashOf(references[1].sft), fullPhase: 'l' },
    ],
    rule: 'sum',
  });
});

test('another rule decides, and the result says which', async () => {
  const folder = temporaryFolder();
  const out = join(folder, 'out');
  const [first, second] = [await write(join(folder, 'a'), 1, {}), await write(join(folder, 'b'), 4, {})];
  const references = [first, second].map(one);
  await composeFiles(references, out, { rule: 'priority' });
  const { sft, metadata } = await readSft(out);
  expect(sft.diffs.get('bert.pooler.dense.bias')?.values).toEqual(Float32Array.of(1, 2));
  expect(metadata.rule).toBe('priority');
});

test('a sum of sums, and what is pruned of it, says to which trained SFTs it goes back', async () => {
  const folder = temporaryFolder();
  const [a, b, c] = [
    await write(join(folder, 'a'), 1, { fullPhase: 'x' }),
    await write(join(folder, 'b'), 4, {}),
    await write(join(folder, 'c'), 5, { fullPhase: 'z' }),
  ];
  const inner = join(folder, 'inner');
  const outer = join(folder, 'outer');
  const pruned = join(folder, 'pruned');
  await composeFiles([a, b].map(one), inner);
  await composeFiles([inner, c].map(one), outer);
  await pruneFile(outer, () => 1, pruned);
  const trained = [
    { fingerprint: await hashOf(a), fullPhase: 'x' },
    { fingerprint: await hashOf(b) },
    { fingerprint: await hashOf(c), fullPhase: 'z' },
  ];
  expect((await readSft(outer)).metadata.trained).toEqual(trained);
  expect((await readSft(pruned)).metadata.trained).toEqual(trained);
});

test("a hash is that of an SFT's content, not of its file", async () => {
  const folder = temporaryFolder();
  const hashes = [
    await hashOf(await write(join(folder, 'a'), 1, { language: 'sw' })),
    await hashOf(await write(join(folder, 'b'), 1, {})),
    await hashOf(await write(join(folder, 'c'), 1, {}, true)),
    await hashOf(await write(join(folder, 'd'), 2, {})),
  ];
  expect(hashes[0]).toBe(hashes[1]);
  expect(new Set(hashes).size).toBe(3);
});

test('SFTs of different base models are refused with both fingerprints, or forced', async () => {
  const folder = temporaryFolder();
  const out = join(folder, 'out');
  const a = { sft: await write(join(folder, 'a'), 1, { baseFingerprint: base }), coefficient: 1 };
  const b = { sft: await write(join(folder, 'b'), 1, { baseFingerprint: otherBase }), coefficient: 1 };
  const error = await refused('sft-other-base', () => composeFiles([a, b], out));
  expect(error.message).toContain(base);
  expect(error.message).toContain(otherBase);
  expect(error.place?.file).toBe(b.sft);
  expect(existsSync(out)).toBe(false);

  const { warnings, metadata } = await composeFiles([a, b], out, { force: true });
  expect(warnings.map(({ code }) => code)).toEqual(['sft-forced-base']);
  expect(metadata.baseFingerprint).toBeUndefined();
});

test('a file that does not say its base is used, with a warning', async () => {
  const folder = temporaryFolder();
  const a = { sft: await write(join(folder, 'a'), 1, {}), coefficient: 1 };
  const b = { sft: await write(join(folder, 'b'), 1, { baseFingerprint: base }), coefficient: 1 };
  const { warnings } = await composeFiles([a, b], join(folder, 'out'));
  expect(warnings.map(({ code, place }) => [code, place?.file])).toEqual([['sft-no-fingerprint', a.sft]]);
});
