import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { expectReadOrUserError } from '../../test/support/readOrUserError.ts';
import { parseSquad } from './squad.ts';

const encode = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const file = 'a.json';
const about = (context: string, ...qas: object[]) => ({
  data: [{ title: 'x', paragraphs: [{ context, qas }] }],
});
const ask = (answer_start: unknown, text: unknown, id = 'q1') => ({
  id,
  question: 'Who?',
  answers: [{ answer_start, text }],
});

describe('a SQuAD file', () => {
  it('gives questions with their text and the places of their answers', () => {
    const { questions, movedAnswers } = parseSquad(
      encode(about('Milo saw Nu.', ask(9, 'Nu'), { id: 'q2', question: 'Why?', answers: [] })),
      file,
    );
    const context = 'Milo saw Nu.';
    expect(questions).toEqual([
      {
        id: 'q1',
        question: 'Who?',
        context,
        answers: [{ text: 'Nu', start: 9, end: 11 }],
        unanswerable: false,
      },
      { id: 'q2', question: 'Why?', context, answers: [], unanswerable: false },
    ]);
    expect(movedAnswers).toBe(0);
  });

  it('counts characters, of which some take two units here', () => {
    const [{ answers, context }] = parseSquad(encode(about('👍🏽👍🏽 Nu 👍🏽', ask(5, 'Nu'))), file).questions;
    expect(answers[0]).toEqual({ text: 'Nu', start: 9, end: 11 });
    expect(context.slice(9, 11)).toBe('Nu');
  });

  it('finds each answer where Python would', () => {
    const context = fc.array(fc.constantFrom('a', 'b', '👍', 'é', 'e\u0301', ' '), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(context, fc.nat(), fc.nat(), (parts, a, b) => {
        const points = Array.from(parts.join(''));
        const start = a % points.length;
        const end = start + 1 + (b % (points.length - start));
        const text = points.slice(start, end).join('');
        const read = parseSquad(encode(about(points.join(''), ask(start, text))), file);
        expect(read.movedAnswers).toBe(0);
        expect(read.questions[0].answers[0].start).toBe(points.slice(0, start).join('').length);
      }),
    );
  });

  it('finds an answer that is a few characters off, the nearest of several', () => {
    const { questions, movedAnswers } = parseSquad(encode(about('Nu saw Nu and Nu', ask(5, 'Nu'))), file);
    expect(questions[0].answers).toEqual([{ text: 'Nu', start: 7, end: 9 }]);
    expect(movedAnswers).toBe(1);
    const far = about(`Nu${' '.repeat(30)}saw`, ask(30, 'Nu'));
    expect(() => parseSquad(encode(far), file)).toThrow(
      /^a\.json:1: An answer of the question "q1" is not in its text at or near the character 30: "Nu"\. Correct/,
    );
  });

  it('of version 2.0 says which questions their text does not answer', () => {
    const impossible = {
      id: 'q2',
      question: 'Why?',
      is_impossible: true,
      answers: [],
      plausible_answers: [],
    };
    const { questions } = parseSquad(encode(about('Nu.', ask(0, 'Nu'), impossible)), file);
    expect(questions.map(({ unanswerable }) => unanswerable)).toEqual([false, true]);
  });

  it.each([
    ['an answer that is not there', about('Milo', ask(0, 'Nu')), /"q1" is not in its text.*"Nu"/],
    ['an answer before the text', about('Nu', ask(-1, 'Nu')), /at or near the character -1/],
    ['an empty answer', about('Nu', ask(0, '')), /"q1" is not in its text/],
    [
      'an answer without a place',
      about('Nu', ask('0', 'Nu')),
      /^a\.json:1: The file lacks a number "answer_start" in data\[0\]\.paragraphs\[0\]\.qas\[0\]\.answers\[0\]\. Give/,
    ],
    [
      'a question without an id',
      about('Nu', { question: 'Who?' }),
      /a text "id" in data\[0\]\.paragraphs\[0\]\.qas/,
    ],
    [
      'no text',
      { data: [{ paragraphs: [{ qas: [] }] }] },
      /a text "context" in data\[0\]\.paragraphs\[0\]\./,
    ],
    ['no data', { version: '1.1' }, /^a\.json:1: The file lacks a list "data"\. Give/],
    ['something else in the list', { data: [3] }, /lacks an object in data\[0\]/],
    ['no question', about('Nu'), /^a\.json: The file holds no question/],
    ['a list', [], /^a\.json: This is no JSON in the format of SQuAD/],
    ['no JSON', '{"data": [\n1 2]}', /^a\.json:2: This is no JSON/],
  ])('with %s is refused', (_what, content, message) => {
    expect(() => parseSquad(encode(content), file)).toThrow(message);
  });

  it.each<[what: string, qas: object[], line: number, message: string]>([
    [
      'an answer that is not there',
      [ask(0, 'Milo'), ask(0, 'Nu', 'q2')],
      24,
      'An answer of the question "q2"',
    ],
    [
      'an answer without a place',
      [ask(0, 'Milo'), { ...ask(0, 'Milo'), answers: [{ text: 'Milo' }] }],
      23,
      'a number',
    ],
    ['an answer with a place that is none', [ask('0', 'Milo')], 14, 'a number "answer_start"'],
    ['a question without an id', [ask(0, 'Milo'), { question: 'Who?' }], 19, 'a text "id"'],
    ['a question whose id is a number', [ask(0, 'Milo'), { question: 'Who?', id: 3 }], 21, 'a text "id"'],
    ['a question that is none', [ask(0, 'Milo'), 3 as unknown as object], 19, 'an object'],
  ])('over several lines, with %s, is refused with the line', (_what, qas, line, message) => {
    for (const end of ['\n', '\r\n']) {
      const text = JSON.stringify(about('Milo', ...qas), null, 2).replaceAll('\n', end);
      expect(() => parseSquad(encode(text), file)).toThrow(`a.json:${line}: `);
      expect(() => parseSquad(encode(text), file)).toThrow(message);
    }
  });

  it.each([
    ['a comma too many', '{\n"data": [\n],\n}', 4],
    ['an end in the middle', '{\n"data": [\n{"paragraphs": [', 3],
    ['a word', '{\n"data": nothing\n}', 2],
  ])('that is no JSON, for %s, is refused with the line', (_, text, line) => {
    expect(() => parseSquad(encode(text), file)).toThrow(`a.json:${line}: This is no JSON`);
  });

  it('says how many answers are wrong, and reads none of them to predict', () => {
    const wrong = encode(
      about('Nu saw Milo.', ask(0, 'Lo', 'q1'), ask(7, 'Milo', 'q2'), ask(3, 'Zeva', 'q3')),
    );
    expect(() => parseSquad(wrong, file)).toThrow('1 more of this file are not, either.');
    const { questions } = parseSquad(wrong, file, { answers: false });
    expect(questions.map(({ id, answers }) => [id, answers])).toEqual([
      ['q1', []],
      ['q2', []],
      ['q3', []],
    ]);
  });

  it('is read or refused in plain words, however it is damaged', () => {
    const good = encode(about('Milo 👍 saw Nu.', ask(11, 'Nu'), ask(0, 'Milo', 'q2')));
    expectReadOrUserError(good, (bytes) => parseSquad(bytes, file));
  });
});
