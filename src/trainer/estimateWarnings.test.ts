import { describe, expect, it } from 'vitest';
import type { PhaseEstimate, TextFacts } from '../protocol/estimate.ts';
import { estimateWarnings, type WarnedEstimate } from './estimateWarnings.ts';

const phase: PhaseEstimate = {
  iteration: 1,
  phase: 'full',
  steps: 100,
  secondsPerStep: 1,
  validations: 10,
  secondsPerValidation: 1,
  seconds: 110,
  memory: 2e9,
};
const text: TextFacts = {
  type: 'text',
  file: '/data/mt.txt',
  role: 'text',
  lines: 100,
  words: 1000,
  pieces: 2000,
  piecesPerWord: 2,
  unknownPieces: 0,
  unknownShare: 0,
  longest: 40,
  cut: 0,
  maxLength: 256,
  examples: 7,
  sampled: null,
};
const fine: WarnedEstimate = {
  data: [text],
  phases: [phase],
  memory: { peak: 2e9, free: 4e9, total: 8e9, fits: true },
  disk: { checkpoint: 1e9, best: 0, kept: 0, sft: 1e8, peak: 2e9, free: 5e9, fits: true },
  electron: false,
  precision: 'single',
  warmupSteps: 0,
};

describe('warnings of an estimate', () => {
  it('of a learning rate that only rises', () => {
    expect(estimateWarnings({ ...fine, warmupSteps: 100 })).toEqual([
      expect.stringContaining('optimizer.warmupSteps is 100'),
    ]);
  });

  it('of mixed precision, whose times are others', () => {
    expect(estimateWarnings({ ...fine, precision: 'mixed' })).toEqual([
      expect.stringContaining('precision: mixed'),
    ]);
  });

  it('none where all fits', () => {
    expect(estimateWarnings(fine)).toEqual([]);
  });

  it.each<[Partial<WarnedEstimate>, RegExp]>([
    [
      { memory: { peak: 6e9, free: 4e9, total: 8e9, fits: false } },
      /6\.0 GB of memory.*4\.0 GB are free now/,
    ],
    [{ memory: { peak: 9e9, free: 4e9, total: 8e9, fits: false } }, /this machine has 8\.0 GB/],
    [{ memory: { peak: 9e9, free: 2e10, total: 3e10, fits: true }, electron: true }, /the editor's own Node/],
    [{ disk: { ...fine.disk, free: 1e9, fits: false } }, /2\.0 GB on disk, and 1\.0 GB are free/],
    [{ data: [{ ...text, unknownShare: 0.12 }] }, /^12 % of the word pieces of mt\.txt are unknown/],
    [{ data: [{ ...text, piecesPerWord: 4.25 }] }, /a word of mt\.txt into 4\.3 pieces/],
    [{ data: [{ ...text, cut: 3 }] }, /^3 of 100 lines of mt\.txt are longer than 256 word pieces/],
    [
      { phases: [{ ...phase, secondsPerValidation: 100, seconds: 1100 }] },
      /^Validation takes 91 % of the time/,
    ],
  ])('%j', (change, says) => {
    const warnings = estimateWarnings({ ...fine, ...change });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(says);
  });
});
