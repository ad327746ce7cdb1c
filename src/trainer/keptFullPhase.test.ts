import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ResolvedRecipe } from '../recipe/types.ts';
import { temporaryFolder } from '../../test/support/files.ts';
import { KEPT_BYTES_AN_ENTRY, keptBytes, notKeptNote } from './keptFullPhase.ts';

const recipe = { method: 'ltsft', select: { iterations: 1, by: 'lottery' } } as unknown as ResolvedRecipe;
const size = KEPT_BYTES_AN_ENTRY * 1000;

it('keeps what a full phase learns where it takes little of the free disk, or where that is wanted', () => {
  expect(keptBytes(recipe, 1000, 100 * size)).toBe(size);
  expect(keptBytes(recipe, 1000, 5 * size)).toBe(0);
  expect(keptBytes(recipe, 1000, null)).toBe(0);
  expect(keptBytes({ ...recipe, keepFullPhase: true }, 1000, 0)).toBe(size);
  expect(keptBytes({ ...recipe, keepFullPhase: false }, 1000, 100 * size)).toBe(0);
});

it('keeps nothing where there is nothing to choose from again', () => {
  const wanted = { ...recipe, keepFullPhase: true } as ResolvedRecipe;
  expect(keptBytes({ ...wanted, method: 'full' }, 1000, null)).toBe(0);
  expect(keptBytes({ ...wanted, fullFrom: '/x' }, 1000, null)).toBe(0);
  expect(keptBytes({ ...wanted, select: { ...wanted.select, by: 'random' } }, 1000, null)).toBe(0);
  expect(keptBytes({ ...wanted, select: { ...wanted.select, iterations: 2 } }, 1000, null)).toBe(0);
});

describe('a full phase that is not kept for want of room', () => {
  const vast = 1e15; // entries; more than any disk has bytes
  const noteOf = (fields: Pick<Partial<ResolvedRecipe>, 'keepFullPhase' | 'method'>, maskable = vast) =>
    notKeptNote({ folder: join(temporaryFolder(), 'run') }, { recipe: { ...recipe, ...fields }, maskable });

  it('is told of, with what it takes, what is free and what keeps it', async () => {
    expect(await noteOf({})).toMatch(
      /^What the full phase learns is not kept: it takes 1125\.0 TB, and \d[\d.]* [kMGT]?B are free\. keepFullPhase: true /,
    );
  });

  it('is not where it is kept, was not wanted, or learns nothing', async () => {
    expect(await noteOf({}, 10)).toBeUndefined();
    expect(await noteOf({ keepFullPhase: false })).toBeUndefined();
    expect(await noteOf({ keepFullPhase: true })).toBeUndefined();
    expect(await noteOf({ method: 'full' })).toBeUndefined();
  });
});
