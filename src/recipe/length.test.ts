import { describe, expect, it } from 'vitest';
import { phaseSteps, stepsPerEpoch } from './length.ts';

const none = { steps: null, epochs: null, minSteps: null, maxSteps: null };

describe('the length of a phase', () => {
  it('is just the steps where they are given, whatever the data', () => {
    expect(phaseSteps({ ...none, steps: 7 }, 0, 8, 1)).toBe(7);
  });

  it('may be a part of an epoch', () => {
    expect(phaseSteps({ ...none, epochs: 0.25 }, 80, 8, 1)).toBe(3);
  });

  it('counts a last batch that is not full, but not a last step whose batches are too few', () => {
    expect(stepsPerEpoch(17, 8, 1)).toBe(3);
    expect(stepsPerEpoch(17, 8, 2)).toBe(1);
    expect(stepsPerEpoch(3, 8, 2)).toBe(1);
  });

  it('is an error where there are no examples to make epochs of', () => {
    expect(() => phaseSteps({ ...none, epochs: 1 }, 0, 8, 1)).toThrow(/no training examples/);
  });
});
