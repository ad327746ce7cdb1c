import { expect, it } from 'vitest';
import { distinctMetrics, metricName } from './metricNames.ts';

it('writes metrics as people do, and keeps the name of a source', () => {
  expect(['macroF1', 'las', 'f1 en', 'accuracy'].map(metricName)).toEqual([
    'macro F1',
    'LAS',
    'F1 en',
    'accuracy',
  ]);
});

it('names an F1 once that has two names, and keeps that of spans', () => {
  expect(distinctMetrics({ accuracy: 0.9, macroF1: 0.8, f1: 0.8 })).toEqual([
    ['accuracy', 0.9],
    ['macroF1', 0.8],
  ]);
  expect(distinctMetrics({ macroF1: 0.8, f1: 0.7 }).map(([name]) => name)).toEqual(['macroF1', 'f1']);
  expect(distinctMetrics({ f1: 0.7, exactMatch: 0.5 }).map(([name]) => name)).toEqual(['f1', 'exactMatch']);
});
