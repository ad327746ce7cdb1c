import { describe, expect, it } from 'vitest';
import { languageModelReport } from './languageModel.ts';

describe('loss and perplexity', () => {
  it('weigh each predicted piece the same, however units differ in length', () => {
    const { loss, perplexity, predicted } = languageModelReport([
      [2, 1],
      [4, 5],
    ]);
    expect(loss).toBe(1);
    expect(perplexity).toBeCloseTo(Math.E, 12);
    expect(predicted).toBe(6);
  });

  it('give the size of the vocabulary for uniform guesses', () => {
    const { perplexity } = languageModelReport([[3 * Math.log(160), 3]]);
    expect(perplexity).toBeCloseTo(160, 9);
  });

  it('are not a number where nothing was predicted', () => {
    expect(languageModelReport([[0, 0]])).toEqual({ loss: Number.NaN, perplexity: Number.NaN, predicted: 0 });
  });

  it('refuse a row of another width', () => {
    expect(() => languageModelReport([[1, 2, 3]])).toThrow(RangeError);
  });
});
