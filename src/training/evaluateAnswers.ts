import { answerWords } from '../core/answerNormalization.ts';
import {
  answerCounts,
  answerF1Of,
  answerReport,
  type AnsweredQuestion,
  exactMatchOf,
} from '../core/metrics/answers.ts';
import { chooseAnswers, type QuestionData } from '../data/questionAnswering.ts';
import { type Evaluation, fromCounts } from './evaluation.ts';
import type { Prediction } from './predictions.ts';
import type { Between, Predictor } from './predictor.ts';
import type { Weights } from './weights.ts';

/**
 * Exact match and F1 of words, as SQuAD 1.1 counts them, over the questions; the answers are compared as is usual in `language`
 * (`core/answerNormalization.ts`).
 */
export async function evaluateAnswers(
  predictor: Predictor,
  weights: Weights,
  data: QuestionData,
  language: string | null,
): Promise<Evaluation> {
  const all = [...data.questions.keys()];
  const found = await predictAnswers(predictor, weights, data);
  return scoreAnswers(data, language, all, found.map(answerPrediction));
}

/** The same from answers to the chosen questions. */
export function scoreAnswers(
  { questions }: Pick<QuestionData, 'questions'>,
  language: string | null,
  chosen: readonly number[],
  predictions: readonly Prediction[],
): Evaluation {
  const wordsOf = answerWords(language ?? undefined);
  const units: AnsweredQuestion[] = chosen.map((question, i) => ({
    predicted: answerText(predictions[i]),
    answers: questions[question].answers.map(({ text }) => text),
  }));
  const { exactMatch, f1 } = answerReport(units, wordsOf);
  return fromCounts({
    metric: 'f1',
    metrics: { f1, exactMatch },
    examples: units.length,
    units: units.length,
    unitOf: chosen.map((question) => questions[question].context),
    counts: (metric) => ({
      rows: answerCounts(units, wordsOf),
      score: metric === 'exactMatch' ? exactMatchOf : answerF1Of,
    }),
  });
}

/** Answers to the chosen questions, each as its UTF-16 units. */
export async function predictChosenAnswers(
  predictor: Predictor,
  weights: Weights,
  { questions, windows }: Pick<QuestionData, 'questions' | 'windows'>,
  chosen: readonly number[],
  between?: Between,
): Promise<Prediction[]> {
  const numbers = new Map(chosen.map((question, i) => [question, i]));
  const own = windows.flatMap((window) => {
    const question = numbers.get(window.question);
    return question === undefined ? [] : [{ ...window, question }];
  });
  const asked = { questions: chosen.map((question) => questions[question]), windows: own };
  return (await predictAnswers(predictor, weights, asked, between)).map(answerPrediction);
}

/** The text of an answer from its UTF-16 units. */
export function answerText(prediction: Prediction): string {
  return Array.from(prediction, (unit) => String.fromCharCode(unit)).join('');
}

function answerPrediction(text: string): Prediction {
  return Float64Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
}

/** The model's answer to each question, a part of its text. */
export async function predictAnswers(
  predictor: Predictor,
  weights: Weights,
  data: Pick<QuestionData, 'questions' | 'windows'>,
  between?: Between,
): Promise<string[]> {
  const logits = data.windows.map(({ example: { ids } }) => ({
    start: new Float32Array(ids.length),
    end: new Float32Array(ids.length),
  }));
  const examples = data.windows.map(({ example }) => example);
  const take = (window: number, piece: number, [start, end]: Float32Array) => {
    logits[window].start[piece] = start;
    logits[window].end[piece] = end;
  };
  // A question may have several windows; it is questions that are counted.
  const questionsOf = (windows: number) =>
    Math.floor((windows * data.questions.length) / Math.max(1, data.windows.length));
  await predictor.logits(weights, examples, take, between && ((done) => between(questionsOf(done))));
  return chooseAnswers(data, (window) => logits[window]);
}
