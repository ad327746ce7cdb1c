import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applySfts } from '../../src/core/composition.ts';
import { withSafetensors } from '../../src/formats/safetensors.ts';
import { readSft, writeSft } from '../../src/formats/sftFile.ts';
import { temporaryFolder } from '../support/files.ts';
import { hasOracle, oracle } from '../support/oracle.ts';
import { oracleTensors, parametersOf } from '../support/oracleFiles.ts';

const runs = hasOracle
  ? readdirSync(oracle).filter((name) => existsSync(join(oracle, name, 'sft.safetensors')))
  : [];

async function tensorBytes(path: string): Promise<Map<string, ArrayBuffer>> {
  return withSafetensors(path, async (file) => {
    const all = new Map<string, ArrayBuffer>();
    for (const name of file.tensors.keys()) all.set(name, await file.readBytes(name));
    return all;
  });
}

describe.skipIf(!hasOracle)("the reference's SFTs", () => {
  test.each(runs)('%s: loads without metadata, and survives writing bit for bit', async (run) => {
    const file = join(oracle, run, 'sft.safetensors');
    const { sft, metadata } = await readSft(file);
    expect(metadata).toEqual({});
    const copy = join(temporaryFolder(), 'copy');
    await writeSft(copy, sft, {});
    expect(await tensorBytes(copy)).toEqual(await tensorBytes(file));
  });

  test.each(runs.filter((run) => existsSync(join(oracle, run, 'final.safetensors'))))(
    '%s: added to the start it gives the trained values',
    async (run) => {
      const { sft } = await readSft(join(oracle, run, 'sft.safetensors'));
      const start = parametersOf(await oracleTensors('tiny-bert/model.safetensors'), 'bert.');
      if (run === 'ltsft-source-language') {
        const { sft: language } = await readSft(join(oracle, run, 'language-a.safetensors'));
        for (const [name, parameter] of applySfts(start, [{ sft: language, coefficient: 1 }], {
          headFrom: 'none',
        })) {
          start.set(name, parameter);
        }
      }
      const composed = applySfts(start, [{ sft, coefficient: 1 }]);
      const mask = await oracleTensors(`${run}/mask.safetensors`);
      for (const [name, { values }] of await oracleTensors(`${run}/final.safetensors`)) {
        const indices = (mask.get(name) ?? mask.get(`iteration2.${name}`))?.values;
        const reached = Array.from(indices ?? [], (i) => composed.get(name)?.values[i] ?? NaN);
        reached.forEach((value, i) => expect(Math.abs(value - values[i])).toBeLessThan(2e-7)); // the SFT drops |d| <= 1e-7
        expect(reached).toHaveLength(values.length);
      }
      for (const [name, { values }] of sft.abs) expect(composed.get(name)?.values).toEqual(values);
    },
  );

  test('task and language together, as the reference puts them', async () => {
    const folder = join(oracle, 'ltsft-source-language');
    const { sft: task } = await readSft(join(folder, 'sft.safetensors'));
    const { sft: language } = await readSft(join(folder, 'language-a.safetensors'));
    const start = parametersOf(await oracleTensors('tiny-bert/model.safetensors'), 'bert.');
    const both = applySfts(start, [
      { sft: task, coefficient: 1 },
      { sft: language, coefficient: 1 },
    ]);
    expect([...both.keys()].filter((name) => !start.has(name))).toEqual([...task.abs.keys()]);
    const inTurn = applySfts(
      applySfts(start, [{ sft: task, coefficient: 1 }]),
      [{ sft: language, coefficient: 1 }],
      {
        headFrom: 'none',
      },
    );
    for (const [name, { values }] of both) {
      const other = inTurn.get(name)?.values ?? new Float32Array(0);
      values.forEach((value, i) => expect(Math.abs(value - other[i])).toBeLessThan(1e-7));
    }
  });
});
