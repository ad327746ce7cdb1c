import { expect, it } from 'vitest';
import { budgetWritten, forkedMask, masksWritten, seedsWritten } from './forkMasks.ts';

it('takes sizes as numbers or as percentages, not mixed', () => {
  expect(masksWritten('20000, 50000')).toEqual(['--k', '20000,50000']);
  expect(masksWritten('2 %, 5%,0.1 %')).toEqual(['--density', '0.02,0.05,0.001']);
  for (const wrong of ['', '2 %, 5', '0', '-1', '1.5', '0 %', '101 %', 'many', '5,,6', '%'])
    expect(masksWritten(wrong)).toBeUndefined();
});

it('takes seeds as whole numbers', () => {
  expect(seedsWritten('2, 3')).toEqual(['--seed', '2,3']);
  expect(seedsWritten('2, x')).toBeUndefined();
});

it('takes a budget of layers, each of them once', () => {
  expect(budgetWritten('0-5 = 2000,emb=10%')).toEqual(['--budget', 'emb=10%, 0-5=2000']);
  for (const wrong of [
    '',
    'emb',
    'emb=',
    '5-0=10%',
    '0-3=1, 3=1',
    'emb=60%, 1=50%',
    'head=1',
    'emb=1=2',
    'emb=-1',
  ])
    expect(budgetWritten(wrong), wrong).toBeUndefined();
});

it("takes what the run's panel asks for", () => {
  expect(forkedMask({ kind: 'run', folder: '/r', k: 7, isRandom: false })).toEqual(['--k', '7']);
  expect(forkedMask({ k: 7, isRandom: true })).toEqual(['--k', '7', '--by', 'random,randomPerTensor']);
  expect(forkedMask({ kind: 'run', folder: '/r' })).toBeUndefined();
  expect(forkedMask(undefined)).toBeUndefined();
});
