import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { classReport } from '../../src/core/metrics/classes.ts';
import { sumCounts } from '../../src/core/metrics/counts.ts';
import type { Scores } from '../../src/core/metrics/scores.ts';
import { spanCounts, spanF1Of, spanReport } from '../../src/core/metrics/spans.ts';
import { taggingReport } from '../../src/core/metrics/tagging.ts';
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

function read(): { tagging: TaggingCase[]; classes: ClassCase[] } {
  if (!hasOracle) return { tagging: [], classes: [] };
  const text = readFileSync(join(oracle, 'metrics.json'), 'utf8');
  return JSON.parse(text.replaceAll(/(?<=[:,[]\s*)NaN/g, 'null')) as ReturnType<typeof read>;
}

const { tagging, classes } = read();

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
});
