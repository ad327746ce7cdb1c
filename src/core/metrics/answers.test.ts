import { describe, expect, it } from 'vitest';
import { answerWords } from '../answerNormalization.ts';
import { answerCounts, answerReport } from './answers.ts';
import { chooseSpan } from './answerSpans.ts';

const at = (length: number, ...peaks: [number, number][]): Float32Array => {
  const logits = new Float32Array(length).fill(-5);
  for (const [position, value] of peaks) logits[position] = value;
  return logits;
};

describe('answers', () => {
  it('are compared with the nearest of the right ones, word by word', () => {
    const units = [
      { predicted: 'The green river', answers: ['a river', 'green river'] },
      { predicted: 'green house', answers: ['green river', 'house'] },
      { predicted: '', answers: ['nu'] },
      { predicted: 'nu', answers: [] },
    ];
    const counts = answerCounts(units, answerWords());
    expect(counts.map((row) => [...row])).toEqual([
      [1, 1, 1],
      [0, 2 / 3, 1],
      [0, 0, 1],
      [0, 0, 1],
    ]);
    expect(answerReport(units, answerWords())).toEqual({
      exactMatch: 1 / 4,
      f1: (1 + 2 / 3) / 4,
      questions: 4,
    });
    expect(answerReport([], answerWords()).f1).toBeNaN();
  });

  it.each([
    [undefined, 'An “Apple”, a day', ['“apple”', 'day']],
    ['en', 'U.S.A.', ['usa']],
    ['en-GB', 'the x', ['x']],
    ['es', 'La “casa” de los ¿gatos?', ['casa', 'de', 'gatos']],
    ['es', 'the a an', ['the', 'a', 'an']],
    ['de', 'Das Haus der Frau', ['haus', 'frau']],
    ['hi', 'एक घर।', ['एक', 'घर']],
    ['tr', 'a ev', ['a', 'ev']],
    ['vi', 'những cái nhà', ['nhà']],
    ['ar', 'البيت', ['بيت']],
    ['zh', '136 次，ABC', ['136', '次', 'abc']],
    ['zh-Hant', '中文字', ['中', '文', '字']],
  ])('in %s: "%s"', (language, answer, words) => {
    expect(answerWords(language)(answer)).toEqual(words);
  });
});

describe('the span of an answer', () => {
  it('is the best one that lies in the text, is not turned round and not too long', () => {
    const text = { contextAt: 2, pieces: 5 };
    const turned = { start: at(8, [0, 9], [5, 4], [3, 1]), end: at(8, [7, 9], [3, 4], [5, 1]), ...text };
    expect(chooseSpan([turned])).toEqual({ window: 0, first: 5, last: 5, score: 5 });
    const long = { start: at(8, [2, 4]), end: at(8, [6, 4], [3, 1]), ...text };
    expect(chooseSpan([long])).toMatchObject({ first: 2, last: 6 });
    expect(chooseSpan([long], { maxAnswerLength: 4 })).toMatchObject({ first: 2, last: 3 });
    expect(chooseSpan([turned, long])).toMatchObject({ window: 1, score: 8 });
  });

  it('is the best of all where the n best starts and ends make none', () => {
    const window = { start: at(6, [0, 9], [3, 1]), end: at(6, [0, 9], [4, 1]), contextAt: 2, pieces: 3 };
    expect(chooseSpan([window], { nBest: 1 })).toEqual({ window: 0, first: 3, last: 4, score: 2 });
  });

  it('is none without a piece of text, or without numbers', () => {
    expect(chooseSpan([])).toBeUndefined();
    expect(chooseSpan([{ start: at(3), end: at(3), contextAt: 2, pieces: 0 }])).toBeUndefined();
    const broken = new Float32Array(4).fill(Number.NaN);
    expect(chooseSpan([{ start: broken, end: broken, contextAt: 1, pieces: 2 }])).toBeUndefined();
  });
});
