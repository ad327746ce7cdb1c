import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeSftBin } from '../../src/formats/sftBinWriter.ts';
import { readSft } from '../../src/formats/sftFile.ts';
import { temporaryFolder } from '../support/files.ts';
import { hasOracle, oracle } from '../support/oracle.ts';

const runs = hasOracle
  ? readdirSync(oracle).filter((name) => existsSync(join(oracle, name, 'pytorch_diff.bin')))
  : [];
const files = runs.flatMap((run) =>
  readdirSync(join(oracle, run))
    .filter((name) => /^pytorch_diff.*\.bin$/.test(name))
    .map((name) => [run, name] as const),
);

const of = ({ buffer, byteOffset, byteLength }: Float32Array | Uint32Array) =>
  Buffer.from(buffer, byteOffset, byteLength).toString('hex');

/** Names, shapes of what is whole, and the bits of every number. */
async function bits(path: string) {
  const { sft } = await readSft(path);
  return {
    diffs: Object.fromEntries(
      [...sft.diffs].map(([name, { indices, values }]) => [name, [of(indices), of(values)]]),
    ),
    abs: Object.fromEntries([...sft.abs].map(([name, { shape, values }]) => [name, [shape, of(values)]])),
  };
}

describe.skipIf(!hasOracle)("the reference's pytorch_diff.bin", () => {
  test('is among the files', () => {
    expect(files.length).toBeGreaterThanOrEqual(3);
  });

  test.each(files)('%s/%s: in and out, bit for bit', async (run, name) => {
    const wanted = await bits(join(oracle, run, 'sft.safetensors'));
    const file = join(oracle, run, name);
    expect(await bits(file)).toEqual(wanted);
    const copy = join(temporaryFolder(), 'copy.bin');
    await writeSftBin(copy, (await readSft(file)).sft);
    expect(await bits(copy)).toEqual(wanted);
  });

  test.each(runs)('%s: its folder stands for it', async (run) => {
    expect(await bits(join(oracle, run))).toEqual(await bits(join(oracle, run, 'sft.safetensors')));
  });
});
