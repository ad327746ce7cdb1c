import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Scores } from '../../src/core/metrics/scores.ts';
import type { SpanScheme } from '../../src/core/metrics/spanLabels.ts';
import { readSpans } from '../../src/core/metrics/spanReader.ts';
import { spanReport } from '../../src/core/metrics/spans.ts';

/** Sentences as strings of tags, and what seqeval finds: the gold spans of each, and scores. */
interface Recorded {
  readonly scheme: SpanScheme;
  readonly gold: readonly string[];
  readonly predicted: readonly string[];
  readonly spans: readonly (readonly string[])[];
  readonly micro: Scores;
  readonly macro: Scores;
  readonly types: Readonly<Record<string, Scores>>;
}

const file = resolve(import.meta.dirname, 'seqevalStrict.json');
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Recorded[] };

function expectScores(found: Scores | undefined, wanted: Scores): void {
  expect(found?.support).toBe(wanted.support);
  for (const name of ['precision', 'recall', 'f1'] as const)
    expect(found?.[name]).toBeCloseTo(wanted[name], 12);
}

describe("seqeval's strict figures of random sentences", () => {
  it('are of all schemes', () => {
    expect([...new Set(cases.map(({ scheme }) => scheme))]).toEqual(['iob1', 'iob2', 'iobes']);
  });

  it.each(cases.map((one, i) => [i, one.scheme, one] as const))('%i: %s', (_, scheme, one) => {
    const gold = one.gold.map((tags) => tags.split(' '));
    const named = readSpans(gold, scheme).map((spans) =>
      spans.map(({ type, start, end }) => `${type} ${start}-${end}`),
    );
    expect(named).toEqual(one.spans);
    const units = gold.map((tags, i) => ({ gold: tags, predicted: one.predicted[i].split(' ') }));
    const { micro, macro, types } = spanReport(units, scheme);
    expectScores(micro, one.micro);
    expectScores(macro, one.macro);
    expect([...types.keys()]).toEqual(Object.keys(one.types).sort());
    for (const [type, scores] of Object.entries(one.types)) expectScores(types.get(type), scores);
  });
});
