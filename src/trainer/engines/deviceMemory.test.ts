import { expect, it } from 'vitest';
import { deviceBytes, strideBytes, tokensThatFit } from './deviceMemory.ts';

const mbert = {
  hiddenSize: 768,
  intermediateSize: 3072,
  heads: 12,
  layers: 12,
  microTokens: 512,
  length: 128,
  outputs: 119_547,
  isLanguage: true,
};

it('takes as many word pieces a run as a card has room for', () => {
  expect(tokensThatFit(mbert, 24e9)).toBe(512);
  const some = tokensThatFit(mbert, 2.4e9) ?? 0;
  expect(some).toBeGreaterThanOrEqual(64);
  expect(some).toBeLessThan(512);
  expect(deviceBytes(mbert, some)).toBeLessThanOrEqual(2.4e9);
  expect(tokensThatFit(mbert, 1e9)).toBeUndefined();
});

it('tells that several steps in one run want values and moments on the card', () => {
  expect(strideBytes(mbert, 512) - deviceBytes(mbert, 512)).toBeGreaterThan(6 * 4 * 86e6);
  expect(strideBytes(mbert, 512)).toBeLessThan(16e9);
});
