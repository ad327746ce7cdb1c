import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { inventedBert } from '../../test/support/inventedTokenizers.ts';
import { shared } from '../../test/support/oracle.ts';
import { loadSquad, type SquadQuestion } from '../formats/squad.ts';
import { answeredQuestions, chooseAnswers, questionData, spanText } from './questionAnswering.ts';
import { loadTokenizer } from './tokenizer/loadTokenizer.ts';

const tokenizer = inventedBert(['milo', '##sa', 'nu', 'who']);
const asked = (context: string, answer?: string, question = 'who?'): SquadQuestion => {
  const start = answer === undefined ? -1 : context.indexOf(answer);
  const answers = answer === undefined ? [] : [{ text: answer, start, end: start + answer.length }];
  return { id: 'q', question, context, answers, unanswerable: false };
};
const pieces = (ids: Int32Array): string => Array.from(ids, tokenizer.piece).join(' ');

const read = (maxLength: number, stride: number) =>
  questionData([asked('a')], tokenizer, { maxLength, stride });

describe('questions', () => {
  it('stand before each window of their text; only a window with the whole answer has it', () => {
    const { windows, cutQuestions } = questionData(
      [asked('a b milosa c d e', 'Milosa c'.toLowerCase())],
      tokenizer,
      {
        maxLength: 10,
        stride: 2,
      },
    );
    expect(windows.map(({ example }) => pieces(example.ids))).toEqual([
      '[CLS] who ? [SEP] a b milo ##sa c [SEP]',
      '[CLS] who ? [SEP] ##sa c d e [SEP]',
    ]);
    expect([...(windows[1].example.types ?? [])]).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 1]);
    expect(windows.map(({ example }) => [...example.labels])).toEqual([
      [6, 8],
      [0, 0],
    ]);
    expect(cutQuestions).toBe(0);
  });

  it('find their answer again, in every window that holds it', () => {
    const text = fc.array(fc.constantFrom('nu', 'Milosa', 'a', 'b,', 'né', 'λ👍', '-'), {
      minLength: 1,
      maxLength: 25,
    });
    fc.assert(
      fc.property(text, fc.nat(), fc.nat(), fc.nat(6), (words, a, b, stride) => {
        const context = words.join(' ');
        const from = a % words.length;
        const to = from + 1 + (b % (words.length - from));
        const start = [...words.slice(0, from), ''].join(' ').length;
        const answer = words.slice(from, to).join(' ');
        const question = {
          ...asked(context),
          answers: [{ text: answer, start, end: start + answer.length }],
        };
        const { windows } = questionData([question], tokenizer, { maxLength: 16, stride });
        const whole = tokenizer.encodeOffsets(context).ids;
        const room = 16 - 5;
        const step = room - stride;
        expect(windows).toHaveLength(Math.max(1, Math.ceil((whole.length - stride) / step)));
        for (const [i, window] of windows.entries()) {
          const { ids, labels } = window.example;
          expect(ids.length).toBeLessThanOrEqual(16);
          const own = [...ids.subarray(window.contextAt, window.contextAt + window.starts.length)];
          expect(own).toEqual([...whole.subarray(i * step, i * step + own.length)]);
          if (labels[0] > 0) expect(spanText(question, window, labels[0], labels[1])).toBe(answer);
        }
        const width = tokenizer.encodeOffsets(answer).ids.length;
        if (whole.length <= room || width <= stride) {
          expect(windows.some(({ example }) => example.labels[0] > 0)).toBe(true);
        }
      }),
    );
  });

  it('are cut where they leave no room for their text', () => {
    const { windows, cutQuestions } = questionData(
      [asked('a b c d e f', 'f', 'who who who who who who')],
      tokenizer,
      {
        maxLength: 11,
        stride: 1,
      },
    );
    expect(cutQuestions).toBe(1);
    expect(windows.map(({ example }) => pieces(example.ids))).toEqual([
      '[CLS] who who who who [SEP] a b c d [SEP]',
      '[CLS] who who who who [SEP] d e f [SEP]',
    ]);
  });

  it('have one window of a text without pieces, and no answer in it', () => {
    const data = questionData([asked('\u200b')], tokenizer, { maxLength: 20, stride: 4 });
    expect(data.windows.map(({ example }) => pieces(example.ids))).toEqual(['[CLS] who ? [SEP] [SEP]']);
    expect([...data.windows[0].example.labels]).toEqual([0, 0]);
    const logits = { start: new Float32Array(5), end: new Float32Array(5) };
    expect(chooseAnswers(data, () => logits)).toEqual(['']);
  });

  it('are refused windows that overlap too much', () => {
    expect(() => read(20, 16)).toThrow('cannot overlap by 16. Set a stride of at most 15');
    expect(() => read(4, 0)).toThrow('Set a larger maxLength.');
    expect(read(20, 15).windows).toHaveLength(1);
  });

  it('without an answer are left out and counted', () => {
    const questions = [asked('nu', 'nu'), asked('nu')];
    expect(answeredQuestions(questions, 'a.json')).toEqual({ questions: questions.slice(0, 1), leftOut: 1 });
    expect(() => answeredQuestions(questions.slice(1), 'a.json')).toThrow(
      /^a\.json: No question of this file/,
    );
  });

  it('are answered by the best span of all of their windows, in the text as it was written', () => {
    const questions = [asked('Milosa nu né b'), asked('a')];
    const data = questionData(questions, tokenizer, { maxLength: 10, stride: 2 });
    // 'né' is two pieces (n, ##e) of the second window of the first question.
    const last = data.windows.findLastIndex(({ question }) => question === 0);
    const at = Array.from(data.windows[last].example.ids, tokenizer.piece).indexOf('n');
    const answers = chooseAnswers(data, (window) => {
      const { length } = data.windows[window].example.ids;
      const peak = (position: number) =>
        Float32Array.from({ length }, (_, i) => Number(window === last && i === position));
      return { start: peak(at), end: peak(at + 1) };
    });
    expect(answers).toEqual(['né', 'a']);
  });

  it('of uncased models keep the vowel signs of which the tokenizer makes nothing', () => {
    const hindi = asked('nu\u0301 a\u0301 b', 'a\u0301');
    const { windows } = questionData([hindi], tokenizer, { maxLength: 20, stride: 2 });
    const [first, last] = windows[0].example.labels;
    expect(first).toBe(last);
    expect(spanText(hindi, windows[0], first, last)).toBe('a\u0301');
  });

  const folder = join(shared, 'data/xquad');
  const multilingual = join(shared, 'tokenizers/bert-base-multilingual-cased');
  describe.skipIf(!existsSync(folder) || !existsSync(multilingual))('of XQuAD', () => {
    it.each(['en', 'es', 'hi', 'tr', 'zh'])('are all found again in their windows: %s', async (language) => {
      const { questions, movedAnswers } = await loadSquad(join(folder, `xquad.${language}.json`));
      const mBert = await loadTokenizer(multilingual);
      expect(movedAnswers).toBe(0);
      for (const options of [
        { maxLength: 384, stride: 128 },
        { maxLength: 96, stride: 32 },
      ]) {
        const { windows, cutQuestions } = questionData(questions, mBert, options);
        const found = questions.map(() => new Set<string>());
        for (const window of windows) {
          const [first, last] = window.example.labels;
          if (first > 0)
            found[window.question].add(spanText(questions[window.question], window, first, last));
        }
        expect(found.map((texts) => [...texts])).toEqual(questions.map(({ answers }) => [answers[0].text]));
        expect(cutQuestions).toBe(0);
      }
    });
  });
});
