import { describe, expect, it } from 'vitest';

import { inventedBert } from '../../test/support/inventedTokenizers.ts';
import { type Example, NO_LABEL } from './example.ts';
import { maskTokens } from './masking.ts';

const tokenizer = inventedBert(Array.from({ length: 200 }, (_, i) => `word${i}`));
const { special, vocabSize, specialIds } = tokenizer;
const options = { probability: 0.15, seed: 7, draw: 0 };

const example = (length: number): Example => {
  const ids = Int32Array.from({ length }, (_, i) =>
    i % 50 === 0 ? special.cls : special.unk + (i % 2) * 100,
  );
  return { ids, labels: new Int32Array(length).fill(NO_LABEL) };
};
const share = (part: number, of: number): number => part / of;

describe('masking', () => {
  const given = example(100_000);
  const masked = maskTokens(given, options, tokenizer, 0);
  const chosen = [...given.ids.keys()].filter((i) => masked.labels[i] !== NO_LABEL);

  it('chooses the given share of pieces, never special ones, and keeps their ids as labels', () => {
    expect(share(chosen.length, given.ids.length * 0.98)).toBeCloseTo(0.15, 2);
    expect(chosen.every((i) => masked.labels[i] === given.ids[i] && !specialIds.has(given.ids[i]))).toBe(
      true,
    );
    expect(chosen.some((i) => given.ids[i] === special.unk)).toBe(true);
    expect(
      [...given.ids.keys()].every((i) => masked.ids[i] === given.ids[i] || masked.labels[i] !== NO_LABEL),
    ).toBe(true);
  });

  it('replaces 80 % of them by the mask, 10 % by any piece, and leaves 10 %', () => {
    const becameMask = chosen.filter((i) => masked.ids[i] === special.mask);
    const stayed = chosen.filter((i) => masked.ids[i] === given.ids[i]);
    const random = chosen.filter((i) => masked.ids[i] !== given.ids[i] && masked.ids[i] !== special.mask);
    expect(share(becameMask.length, chosen.length)).toBeCloseTo(0.8, 1);
    expect(share(stayed.length, chosen.length)).toBeCloseTo(0.1, 1);
    expect(random.every((i) => masked.ids[i] >= 0 && masked.ids[i] < vocabSize)).toBe(true);
    const ids = random.map((i) => masked.ids[i]);
    expect(new Set(ids).size).toBeGreaterThan(vocabSize * 0.9);
    expect(share(ids.filter((id) => id < vocabSize / 2).length, ids.length)).toBeCloseTo(0.5, 1);
  });

  it('depends on seed, draw, example and position, and on nothing else', () => {
    const small = example(400);
    const mask = (change: Partial<typeof options>, index: number): Int32Array =>
      maskTokens(small, { ...options, ...change }, tokenizer, index).labels;
    expect(mask({}, 3)).toEqual(mask({}, 3));
    const others = [mask({}, 4), mask({ draw: 1 }, 3), mask({ seed: 8 }, 3)];
    for (const other of others) expect(other).not.toEqual(mask({}, 3));
    const beginning = maskTokens({ ...small, ids: small.ids.slice(0, 100) }, options, tokenizer, 3);
    expect(beginning.labels).toEqual(mask({}, 3).slice(0, 100));
  });

  it('leaves alone what has no piece to choose', () => {
    const ids = Int32Array.of(special.cls, special.sep);
    const masked = maskTokens({ ids, labels: ids }, { ...options, probability: 1 }, tokenizer, 0);
    expect(masked).toEqual({ ids, labels: Int32Array.of(NO_LABEL, NO_LABEL) });
  });
});
