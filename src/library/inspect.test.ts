import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/files.ts';
import { writeSft } from '../formats/sftFile.ts';
import { inspectSft } from './inspect.ts';

const query = 'bert.encoder.layer.0.attention.self.query.weight';
const diff = { indices: Uint32Array.of(0, 7), values: Float32Array.of(0.5, -1.5) };
const head = { shape: [2], values: Float32Array.of(1, 1) };

test('an SFT file tells where its entries lie and how large they are', async () => {
  const file = join(temporaryFolder(), 'x');
  const diffs = new Map([[query, { ...diff, shape: [4, 4] }]]);
  await writeSft(file, { diffs, abs: new Map([['classifier.bias', head]]) }, { kind: 'task' });
  const inspection = await inspectSft(file);
  expect(inspection.metadata).toEqual({ kind: 'task' });
  expect(inspection.entries).toBe(2);
  expect(inspection.head).toEqual([{ name: 'classifier.bias', shape: [2] }]);
  expect(inspection.density.cells).toEqual([
    // 16 weights and 4 biases, none of which is in the mask.
    { row: '0', column: 'q', entries: 2, total: 20, density: 0.1, meanMagnitude: 1 },
    { row: 'head', column: 'dense', entries: 2, total: 2, density: 1, meanMagnitude: 1 },
  ]);
  expect(inspection.magnitudes).toMatchObject({ count: 2, mean: 1, largest: 1.5 });
});

test('shapes that the file does not tell come from the base model, if at all', async () => {
  const file = join(temporaryFolder(), 'x');
  await writeSft(file, { diffs: new Map([[query, diff]]), abs: new Map() }, {});
  expect((await inspectSft(file)).density.all.density).toBeUndefined();
  expect((await inspectSft(file, new Map([[query, [4, 5]]]))).density.all.density).toBeCloseTo(2 / 24);
});
