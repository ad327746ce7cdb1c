import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/files.ts';
import { inventSfts } from '../../test/support/inventedSft.ts';
import { readSft, writeSft } from '../formats/sftFile.ts';
import { partLines, placeParts } from './drillDown.ts';
import { headMovement } from './headMovement.ts';

const query = 'bert.encoder.layer.1.attention.self.query';
const place = { row: '1', column: 'q' } as const;

test('heads of a place have the entries of their rows of weight and bias, and their lines add up to them', async () => {
  const file = await (await inventSfts(temporaryFolder())).write('x');
  const { sft } = await readSft(file);
  const parts = await placeParts(file, place, { heads: 4 });
  for (const [head, part] of parts.entries()) {
    const [weight, bias] = [`${query}.weight`, `${query}.bias`].map((name) => sft.diffs.get(name)!);
    const rows = (row: number) => row >= 8 * head && row < 8 * (head + 1);
    const values = [
      ...weight.values.filter((_, i) => rows(Math.floor(weight.indices[i] / 32))),
      ...bias.values.filter((_, i) => rows(bias.indices[i])),
    ];
    expect(part).toMatchObject({
      id: `head ${head}`,
      head,
      entries: values.length,
      total: 8 * 33,
      by: 'row',
    });
    expect(part.l2).toBeCloseTo(Math.hypot(...values), 6);
    const lines = await partLines(file, place, part.id, { heads: 4 });
    expect(lines).toMatchObject({ by: 'row', from: 8 * head, perLine: 33 });
    expect(lines?.movement.entries.reduce((a, b) => a + b)).toBe(values.length);
    expect(lines?.movement.l1.reduce((a, b) => a + b)).toBeCloseTo(part.l1, 6);
  }
  expect(await partLines(file, place, 'head 4', { heads: 4 })).toBeUndefined();
  const known = await headMovement(file, 4);
  expect(known.map(({ layer, module, heads }) => [layer, module, heads.length])).toEqual(
    ['0', '1'].flatMap((layer) => ['q', 'k', 'v', 'o'].map((module) => [layer, module, 4])),
  );
});

test('a parameter whose shape nobody says has entries and movement, and no lines', async () => {
  const file = join(temporaryFolder(), 'x.sft.safetensors');
  const diff = { indices: Uint32Array.of(3, 2 ** 32 - 1), values: Float32Array.of(3, -4) };
  await writeSft(file, { diffs: new Map([[`${query}.weight`, diff]]), abs: new Map() }, {});
  const [part] = await placeParts(file, place, { heads: 4 });
  expect(part).toMatchObject({ entries: 2, total: undefined, l1: 7, l2: 5, by: undefined });
  expect(await partLines(file, place, part.id, { heads: 4 })).toBeUndefined();
});
