import { createHash } from 'node:crypto';
import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/files.ts';
import { fitOutput, maxCellBytes, type TakenOut } from '../../notebook/fit.ts';
import { outputSchema } from '../../protocol/cellOutcomes.ts';
import { readNotebook } from '../../notebook/read.ts';
import { writeNotebook } from '../../notebook/write.ts';
import type { CellOutput, ExamplesBlock, TableBlock } from '../../protocol/notebook.ts';
import { keepBlocks, keptBlock, withKept, withKeptFigures } from './keptBlocks.ts';

const examples: ExamplesBlock = {
  type: 'examples',
  title: 'gone wrong',
  examples: Array.from({ length: 4000 }, (_, i) => ({
    place: `line ${i}`,
    items: [{ text: `größe ${i}`, gold: 'NOUN', predicted: i % 3 === 0 ? null : 'VERB' }],
  })),
  of: 4000,
};
const table: TableBlock = {
  type: 'table',
  title: 'many rows',
  columns: ['a', 'b'],
  rows: Array.from({ length: 6000 }, (_, i) => [{ text: `row ${i}` }, { text: '50.00 %', note: '49 to 51' }]),
};
const claims = {
  type: 'claims',
  claims: [{ claim: 'a > b', holds: true, found: '2 against 1' }],
} as const;
const output: CellOutput = outputSchema.parse({
  kind: 'evaluate',
  blocks: [table, examples, claims],
  figures: [],
  comparisons: [],
});

/** Keeps what does not fit, and gives the outcome as its file has it. */
async function saved(folder: string) {
  const fitted = fitOutput(output);
  await keepBlocks(folder, fitted.taken);
  const outcome = { state: 'done', output: fitted.output } as const;
  const text = writeNotebook([{ language: 'sft-cell', text: 'evaluate: {}', outcome }]);
  expect(Buffer.byteLength(text)).toBeLessThan(maxCellBytes + 1000);
  const [cell] = readNotebook(Buffer.from(text), 'n.sftnb').cells;
  if (cell.outcome?.state !== 'done') throw new Error('the outcome is not in the file');
  return { outcome: cell.outcome, taken: fitted.taken };
}

describe('what is beyond 256 kB', () => {
  it('lies in the cache, from where the whole comes back', async () => {
    const folder = join(temporaryFolder(), 'cellOutputs');
    const { outcome } = await saved(folder);
    const [rows, wrong, held] = outcome.output.blocks;
    expect(rows).toMatchObject({ type: 'kept', title: 'many rows' });
    expect(wrong).toMatchObject({ type: 'examples', of: 4000 });
    expect(held).toEqual(claims);
    expect(await withKept(outcome, folder)).toEqual({ state: 'done', output });
  });

  it('is kept once, and is what it was: a file that was changed is not taken', async () => {
    const folder = join(temporaryFolder(), 'cellOutputs');
    const { outcome, taken } = await saved(folder);
    await saved(folder);
    expect(readdirSync(folder).sort()).toEqual(taken.map(({ hash }) => `${hash}.json`).sort());
    const [{ hash, text }] = taken;
    expect(await keptBlock(folder, hash)).toEqual(JSON.parse(text));
    writeFileSync(join(folder, `${hash}.json`), text.replace('größe 7', 'kleine 7'));
    expect(await keptBlock(folder, hash)).toBeUndefined();
    // What the file shows is still there.
    expect(await withKept(outcome, folder)).toMatchObject({
      output: { blocks: [table, outcome.output.blocks[1], claims] },
    });
  });

  it('is not looked for elsewhere, and may be gone', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'own.json'), '{}');
    expect(await keptBlock(join(folder, 'cache'), '../own')).toBeUndefined();
    const { outcome } = await saved(join(folder, 'kept'));
    expect(await withKept(outcome, join(folder, 'gone'))).toEqual(outcome);
    expect(await withKept({ state: 'interrupted' }, folder)).toEqual({ state: 'interrupted' });
  });
});

it('figures that are too many for the file are there for expectations as long as the cache has them', async () => {
  const folder = join(temporaryFolder(), 'cellOutputs');
  const figure = {
    metric: 'accuracy',
    value: 0.5,
    low: 0.4,
    high: 0.6,
    seeds: 1,
    tuned: false,
  };
  const figures = Array.from({ length: 4000 }, (_, i) => ({ system: `system ${i}`, on: 'dev', ...figure }));
  const many: CellOutput = { kind: 'compare', blocks: [], figures, comparisons: [] };
  const { output: fitted, taken } = fitOutput(many);
  await keepBlocks(folder, taken);
  expect(fitted.figures).toEqual([]);
  expect(await withKeptFigures(fitted, folder)).toEqual({ ...fitted, figures });
  for (const name of readdirSync(folder)) writeFileSync(join(folder, name), '{}');
  expect(await withKeptFigures(fitted, folder)).toEqual(fitted);
});

function takenOut(letter: string): TakenOut {
  const text = JSON.stringify({ type: 'text', tone: 'note', lines: [letter.repeat(1000)] });
  return { hash: createHash('sha256').update(text).digest('hex'), text };
}

it('the cache loses what was used least recently', async () => {
  const folder = join(temporaryFolder(), 'cellOutputs');
  const [first, second, third] = ['a', 'b', 'c'].map(takenOut);
  await keepBlocks(folder, [first, second], 2500);
  const old = new Date(Date.now() - 60_000);
  for (const { hash } of [first, second]) utimesSync(join(folder, `${hash}.json`), old, old);
  expect(await keptBlock(folder, first.hash)).toBeDefined();
  await keepBlocks(folder, [third], 2500);
  expect(await keptBlock(folder, second.hash)).toBeUndefined();
  expect(await keptBlock(folder, first.hash)).toBeDefined();
  expect(await keptBlock(folder, third.hash)).toBeDefined();
});
