import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classReport, classUnits } from './classes.ts';
import { sumCounts } from './counts.ts';
import { accuracyCounts, accuracyOf, macroF1Counts, macroF1Of, taggingReport } from './tagging.ts';

const label = fc.constantFrom('ADJ', 'NOUN', 'VERB', 'X');
const sentence = fc
  .array(fc.tuple(label, fc.option(label, { nil: undefined })), { maxLength: 8 })
  .map((words) => ({
    gold: words.map(([gold]) => gold),
    predicted: words.map(([, predicted]) => predicted),
  }));

describe('scores of tagged words', () => {
  it('are those of a case computed by hand', () => {
    const report = taggingReport([
      { gold: ['NOUN', 'VERB', 'NOUN'], predicted: ['NOUN', 'NOUN', 'NOUN'] },
      { gold: ['VERB'], predicted: ['ADJ'] },
    ]);
    expect(report.accuracy).toBe(0.5);
    expect(report.labels).toEqual(
      new Map([
        ['ADJ', { precision: 0, recall: 0, f1: 0, support: 0 }],
        ['NOUN', { precision: 2 / 3, recall: 1, f1: 0.8, support: 2 }],
        ['VERB', { precision: 0, recall: 0, f1: 0, support: 2 }],
      ]),
    );
    // ADJ occurs among the predictions alone, and counts all the same.
    expect(report.macroF1).toBeCloseTo(0.8 / 3, 12);
  });

  it('count a word that the model never saw as an error of its label and of no other', () => {
    const { accuracy, labels } = taggingReport([{ gold: [0, 1, 1, 1], predicted: [0, 1, undefined, null] }]);
    expect(accuracy).toBe(0.5);
    expect(labels.get(0)).toEqual({ precision: 1, recall: 1, f1: 1, support: 1 });
    expect(labels.get(1)).toEqual({ precision: 1, recall: 1 / 3, f1: 0.5, support: 3 });
  });

  it('list labels in ascending order, indices as numbers', () => {
    const { labels } = taggingReport([{ gold: Int32Array.of(10, 9, 2), predicted: [2, 10, 9] }]);
    expect([...labels.keys()]).toEqual([2, 9, 10]);
  });

  it('are not a number where there is no word', () => {
    expect(taggingReport([])).toEqual({ accuracy: Number.NaN, macroF1: Number.NaN, labels: new Map() });
  });

  it('refuse a sentence with a prediction too few', () => {
    expect(() => taggingReport([{ gold: ['X', 'X'], predicted: ['X'] }])).toThrow(RangeError);
    expect(() => accuracyCounts([{ gold: ['X', 'X'], predicted: ['X'] }])).toThrow(RangeError);
    expect(() => classUnits(['X', 'X'], ['X'])).toThrow(RangeError);
  });

  it('are what the summed statistics of the sentences give', () => {
    fc.assert(
      fc.property(fc.array(sentence, { maxLength: 6 }), (units) => {
        const { accuracy, macroF1, labels } = taggingReport(units);
        expect(accuracyOf(sumCounts(accuracyCounts(units), 2))).toBe(accuracy);
        expect(macroF1Of(sumCounts(macroF1Counts(units), 3 * labels.size))).toBe(macroF1);
      }),
    );
  });
});

describe('scores of sequences with one label', () => {
  it('weigh each class the same in macro-F1', () => {
    const report = classReport(['pos', 'pos', 'pos', 'neg'], ['pos', 'pos', 'pos', 'pos']);
    expect(report.accuracy).toBe(0.75);
    expect(report.macroF1).toBeCloseTo(3 / 7, 12);
  });

  it('are those of units of one word', () => {
    fc.assert(
      fc.property(sentence, ({ gold, predicted }) => {
        const units = classUnits(gold, predicted);
        expect(units).toHaveLength(gold.length);
        expect(taggingReport(units)).toEqual(classReport(gold, predicted));
      }),
    );
  });
});
