import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ToResultsPanel } from '../../src/protocol/resultsPanel.ts';
import { checkToResultsPanel } from './checkMessage.ts';

const result: ToResultsPanel['results'][number] = {
  date: '2030-01-02T03:04:05.000Z',
  base: { name: 'base', fingerprint: 'f' },
  sfts: [
    { name: 'a', file: '/a', hash: 'h', coefficient: 0.7 },
    { name: 'b', file: '/b', hash: 'i', coefficient: 1, form: { name: '10 %', of: 'w' } },
  ],
  rule: 'sum',
  data: { file: '/d.conllu', sha256: 's' },
  metric: 'accuracy',
  value: 0.5,
  low: null,
  high: null,
  metrics: { accuracy: 0.5, f1: null },
  examples: 10,
  of: 20,
  units: 100,
  role: 'test',
  tuned: true,
};

test('results are let through whole', () => {
  for (const results of [[], [result], [{ ...result, value: null, role: null }]]) {
    const message = { type: 'results', results };
    expect(checkToResultsPanel(message)).toEqual(message);
    expect(checkToResultsPanel(JSON.parse(JSON.stringify(message)))).toEqual(message);
  }
});

test('anything else is not', () => {
  fc.assert(
    fc.property(fc.anything(), (data) => {
      expect(checkToResultsPanel(data)).toBeUndefined();
    }),
  );
  expect(checkToResultsPanel({ type: 'others', results: [] })).toBeUndefined();
  for (const field of Object.keys(result)) {
    const { [field]: _, ...rest } = result as unknown as Record<string, unknown>;
    expect(checkToResultsPanel({ type: 'results', results: [result, rest] }), field).toBeUndefined();
    const wrong = { ...result, [field]: { nothing: 'of this kind' } };
    expect(checkToResultsPanel({ type: 'results', results: [wrong] }), field).toBeUndefined();
  }
});
