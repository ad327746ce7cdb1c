import { join } from 'node:path';
import { expect, it } from 'vitest';
import { expectFileReadOrUserError, temporaryFolder } from '../../test/support/files.ts';
import { fuzzTimeout } from '../../test/support/mutate.ts';
import { keepChanges } from '../core/keptChanges.ts';
import { normal } from '../core/random.ts';
import { writeSafetensors } from '../formats/safetensorsWriter.ts';
import { readFullPhase, writeFullPhase } from './fullPhaseFile.ts';

const facts = { name: 'pos-en', baseFingerprint: 'a1'.repeat(32), id: 'b2'.repeat(32), steps: 40 };

function invented() {
  const values = Float32Array.from({ length: 70 }, (_, i) => normal(1, i));
  const originals = new Float32Array(70);
  return keepChanges(
    [
      { name: 'bert.a.weight', size: 70, values, originals },
      { name: 'bert.b.bias', size: 3, values: Float32Array.of(0, 5, 0), originals: new Float32Array(3) },
      { name: 'bert.c.bias', size: 2, values: new Float32Array(2), originals: new Float32Array(2) },
    ],
    20,
  );
}

it('is read as it was written', async () => {
  const path = join(temporaryFolder(), 'full-phase.safetensors');
  const kept = invented();
  const { bytes } = await writeFullPhase(path, kept, facts);
  expect(await readFullPhase(path)).toEqual({ ...kept, facts });
  expect(bytes).toBeGreaterThan(4 * 20 + 70 / 8);
});

it.each([
  ['a file of another kind', {}, /another kind/],
  ['one of a newer version', { format: 'sft-full-phase', format_version: '9' }, /format version 9/],
])('%s is refused', async (_, metadata, message) => {
  const path = join(temporaryFolder(), 'x.safetensors');
  await writeSafetensors(path, [{ name: 'x', shape: [1], values: Float32Array.of(1) }], metadata);
  await expect(readFullPhase(path)).rejects.toThrow(message);
});

it(
  'a damaged one is read or refused',
  async () => {
    const path = join(temporaryFolder(), 'full-phase.safetensors');
    await writeFullPhase(path, invented(), facts);
    await expectFileReadOrUserError(path, (file) => readFullPhase(file));
  },
  fuzzTimeout(120_000),
);
