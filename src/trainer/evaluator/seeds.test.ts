import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/files.ts';
import { writeSft } from '../../formats/sftFile.ts';
import { composeFiles } from '../../library/compose.ts';
import { loadTerms } from '../../library/terms.ts';
import { seedGroups, seedSfts } from './seeds.ts';

/** A folder of trained SFTs: `a1` and `a2` of one full phase, `l1` and `l2` of another, `b`, and `c` that does not say of which. */
async function invented(): Promise<string> {
  const folder = temporaryFolder();
  const phases = { a1: 'a', a2: 'a', b: 'b', c: undefined, l1: 'l', l2: 'l' };
  for (const [i, [name, fullPhase]] of Object.entries(phases).entries()) {
    const diff = { indices: Uint32Array.of(i), values: Float32Array.of(1), shape: [10] };
    await writeSft(join(folder, name), { diffs: new Map([['p', diff]]), abs: new Map() }, { fullPhase });
  }
  return folder;
}

/** Saves a sum as a file of its own, as `sft compose` and the bench do. */
async function compose(folder: string, name: string, ...parts: readonly string[]): Promise<void> {
  const references = parts.map((part) => ({ sft: join(folder, part), coefficient: 1 }));
  await composeFiles(references, join(folder, name));
}

/** To which seed models belong, each given by its files. */
async function seedsOf(folder: string, ...models: readonly (readonly string[])[]): Promise<number[]> {
  const read = models.map(async (files) => {
    const terms = await loadTerms(files.map((file) => ({ sft: join(folder, file), coefficient: 1 })));
    return seedSfts({ terms });
  });
  return seedGroups([await Promise.all(read)]);
}

describe('seeds of composed files', () => {
  it('are told by the full phases of their parts', async () => {
    const folder = await invented();
    const tasks = ['a1', 'a2', 'b', 'c'];
    for (const task of tasks) await compose(folder, `${task}+l1`, task, 'l1');
    await compose(folder, 'l2+c', 'l2', 'c');
    expect(await seedsOf(folder, ...tasks.map((task) => [`${task}+l1`]))).toEqual([0, 0, 1, 2]);
    expect(await seedsOf(folder, ['a1+l1'], ['l1', 'a2'])).toEqual([0, 0]);
    // Forks of a language's full phase are no repetitions either.
    expect(await seedsOf(folder, ['b+l1'], ['l2+c'])).toEqual([0, 0]);
  });

  it('are told through a sum of sums, in whatever order', async () => {
    const folder = await invented();
    for (const task of ['a1', 'b']) await compose(folder, `${task}+l1`, task, 'l1');
    for (const task of ['a1', 'b']) await compose(folder, `${task}+l1+c`, `${task}+l1`, 'c');
    await compose(folder, 'c+a2', 'c', 'a2');
    expect(await seedsOf(folder, ['a1+l1+c'], ['c+a2', 'l1'], ['b+l1+c'])).toEqual([0, 0, 1]);
  });
});
