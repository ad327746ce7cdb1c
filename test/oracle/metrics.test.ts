import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answerWords } from '../../src/core/answerNormalization.ts';
import { answerReport } from '../../src/core/metrics/answers.ts';
import { classReport } from '../../src/core/metrics/classes.ts';
import { sumCounts } from '../../src/core/metrics/counts.ts';
import { attachmentCounts, lasOf, parsingReport, uasOf } from '../../src/core/metrics/parsing.ts';
import type { Scores } from '../../src/core/metrics/scores.ts';
import { spanCounts, spanF1Of, spanReport } from '../../src/core/metrics/spans.ts';
import { taggingReport } from '../../src/core/metrics/tagging.ts';
import { chooseAnswers } from '../../src/data/questionAnswering.ts';
import { hasOracle, oracle } from '../support/oracle.ts';

/** Scores as scikit-learn names them; null stands for NaN, which JSON does not have and Python writes. */
type Row = Record<'precision' | 'recall' | 'f1-score' | 'support', number | null>;

interface TaggingCase {
  kind: string;
  gold: string[][];
  predicted: string[][];
  precision: number;
  recall: number;
  f1: number;
  accuracy: number;
  by_type: Record<string, Row>;
}

interface ClassCase {
  gold: number[];
  predicted: number[];
  accuracy: number;
  macro_f1: number;
}

/** Sentences padded with zeros to one length, of which `sizes` words count; percentages. */
interface ParsingCase extends Record<'gold_heads' | 'gold_rels' | 'heads' | 'rels', number[][]> {
  sizes: number[];
  reference: { uas: number; las: number };
  all_words: { uas: number; las: number };
}

interface Answers {
  cases: { prediction: string; answers: string[]; exact_match: number; f1: number }[];
  exact_match: number;
  f1: number;
}

interface Spans {
  n_best_size: number;
  max_answer_length: number;
  examples: { id: string; context: string }[];
  features: { example_id: string; offset_mapping: ([number, number] | null)[] }[];
  start_logits: number[][];
  end_logits: number[][];
  predicted: Record<string, string>;
}

interface Metrics {
  tagging: TaggingCase[];
  classes: ClassCase[];
  parsing: ParsingCase[];
  answers: Answers;
  spans: Spans;
}

function read(): Partial<Metrics> {
  if (!hasOracle) return {};
  const text = readFileSync(join(oracle, 'metrics.json'), 'utf8');
  return JSON.parse(text.replaceAll(/(?<=[:,[]\s*)NaN/g, 'null')) as Metrics;
}

const { tagging = [], classes = [], parsing = [], answers, spans } = read();

function expectNear(actual: number, expected: number | null): void {
  if (expected === null) expect(actual).toBeNaN();
  else expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-12);
}

function expectScores(actual: Scores, expected: Row): void {
  expectNear(actual.precision, expected.precision);
  expectNear(actual.recall, expected.recall);
  expectNear(actual.f1, expected['f1-score']);
  expectNear(actual.support, expected.support);
}

describe.skipIf(!hasOracle)('metrics, as the reference computes them', () => {
  it.each(tagging)('spans and words: $kind', (c) => {
    const units = c.gold.map((gold, i) => ({ gold, predicted: c.predicted[i] }));
    const { micro, macro, weighted, types } = spanReport(units);
    const {
      'micro avg': microRow,
      'macro avg': macroRow,
      'weighted avg': weightedRow,
      ...byType
    } = c.by_type;
    expect([...types.keys()]).toEqual(Object.keys(byType));
    for (const [type, scores] of types) expectScores(scores, byType[type]);
    expectScores(micro, microRow);
    expectScores(macro, macroRow);
    expectScores(weighted, weightedRow);
    expectNear(micro.precision, c.precision);
    expectNear(micro.recall, c.recall);
    expectNear(micro.f1, c.f1);
    expectNear(spanF1Of(sumCounts(spanCounts(units), 3)), c.f1);
    expectNear(taggingReport(units).accuracy, c.accuracy);
  });

  it.each(classes)('one label a sequence, case %#', (c) => {
    const { accuracy, macroF1 } = classReport(c.gold, c.predicted);
    expectNear(accuracy, c.accuracy);
    expectNear(macroF1, c.macro_f1);
  });

  it.each(parsing)('trees, case %#', (c) => {
    const row = (name: 'gold_heads' | 'gold_rels' | 'heads' | 'rels', i: number) =>
      c[name][i].slice(0, c.sizes[i]);
    const units = c.sizes.map((_, i) => ({
      goldHeads: row('gold_heads', i),
      goldRelations: row('gold_rels', i),
      heads: row('heads', i),
      relations: row('rels', i),
    }));
    for (const scored of ['reference', 'all_words'] as const) {
      const { uas, las } = parsingReport(units, scored);
      expectNear(100 * uas, c[scored].uas);
      expectNear(100 * las, c[scored].las);
      const sums = sumCounts(attachmentCounts(units, scored), 3);
      expectNear(uasOf(sums), uas);
      expectNear(lasOf(sums), las);
    }
  });

  it.each(answers?.cases ?? [])('answers: "$prediction"', ({ prediction, answers: right, ...expected }) => {
    const { exactMatch, f1 } = answerReport([{ predicted: prediction, answers: right }], answerWords());
    expectNear(100 * exactMatch, expected.exact_match);
    expectNear(100 * f1, expected.f1);
  });

  it('answers together', () => {
    const { cases, exact_match, f1 } = answers!;
    const units = cases.map((one) => ({ predicted: one.prediction, answers: one.answers }));
    const report = answerReport(units, answerWords('en'));
    expectNear(100 * report.exactMatch, exact_match);
    expectNear(100 * report.f1, f1);
  });

  it('answers chosen from the logits of windows', () => {
    const { examples, features, start_logits, end_logits, predicted, ...c } = spans!;
    const questions = examples.map(({ id, context }) => ({
      id,
      // The offsets count code points.
      context: Array.from(context, (point) => point.slice(0, 1)).join(''),
      question: '',
      answers: [],
      unanswerable: false,
    }));
    const windows = features.map(({ example_id: id, offset_mapping }) => ({
      question: questions.findIndex((question) => question.id === id),
      example: { ids: new Int32Array(), labels: new Int32Array() },
      contextAt: offset_mapping.findIndex((pair) => pair !== null),
      starts: Int32Array.from(offset_mapping.flatMap((pair) => pair?.slice(0, 1) ?? [])),
      ends: Int32Array.from(offset_mapping.flatMap((pair) => pair?.slice(1) ?? [])),
    }));
    const found = chooseAnswers(
      { questions, windows },
      (window) => ({ start: start_logits[window], end: end_logits[window] }),
      { nBest: c.n_best_size, maxAnswerLength: c.max_answer_length },
    );
    for (const [i, { id, context }] of examples.entries()) {
      const wanted = predicted[id];
      // Where nothing is left the reference says "empty"; here all spans are compared.
      if (wanted === 'empty') expect(found[i]).toBe(context.split(' ')[0]);
      else expect(found[i]).toBe(Array.from(wanted, (point) => point.slice(0, 1)).join(''));
    }
  });
});
