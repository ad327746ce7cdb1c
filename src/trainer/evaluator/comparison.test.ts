import { describe, expect, it } from 'vitest';
import { hash32 } from '../../core/random.ts';
import { type Evaluation, scoreClasses, scoreTags } from '../../training/evaluation.ts';
import { tableStatistics } from '../notebook/significance.ts';
import { compareSystems } from './comparison.ts';

const inference = ['entailment', 'neutral', 'contradiction'];
const texts = Array.from({ length: 80 }, (_, text) => text);
const gold = texts.map((text) => inference[hash32(1, text) % 3]);

/** A classifier that has its labels in this order, and is right in so many of 100 texts. */
function classifier(
  labels: readonly string[],
  seed: number,
  percent: number,
  golden: readonly string[] = gold,
): Evaluation {
  const examples = golden.map((label) => ({
    ids: new Int32Array(),
    labels: Int32Array.of(labels.indexOf(label)),
  }));
  const predictions = golden.map((label, text) => {
    const said = hash32(seed, text) % 100 < percent ? label : inference[hash32(seed, text, 1) % 3];
    return Float64Array.of(Math.max(0, labels.indexOf(said)));
  });
  return scoreClasses({ labels, examples }, texts, predictions);
}

const rotated = ['contradiction', 'entailment', 'neutral'];
const refused = (systems: readonly Evaluation[], metric: string) => () =>
  compareSystems(
    systems.map((one) => [one]),
    metric,
  );

describe('macro-F1 of classifiers', () => {
  const first = classifier(inference, 1, 60);

  it.each([
    ['the same labels in another order', rotated],
    ['a label more', ['a', ...rotated, 'z']],
  ])('is compared label by label where one has %s', async (_, labels) => {
    const [alike, otherwise] = [inference, labels].map((own) => classifier(own, 2, 75));
    for (const metric of ['macroF1', 'f1']) {
      const wanted = compareSystems([[first], [alike]], metric);
      const found = compareSystems([[first], [otherwise]], metric);
      expect(found[1].value).toBeCloseTo(otherwise.metrics.macroF1, 12);
      expect(found[1].against?.p).toBe(wanted[1].against?.p);
      expect(found[1].against?.interval.low).toBeCloseTo(wanted[1].against?.interval.low ?? 0, 12);
    }
    const tables = [alike, otherwise].map((other) =>
      tableStatistics(
        [{ on: 'file', metric: 'macroF1', systems: [[[first]], [[other]]], tuned: [false, false] }],
        { groups: [0], resamples: 300, samples: 10 },
      ),
    );
    const [wanted, found] = await Promise.all(tables);
    expect(found.comparisons[0].p).toBe(wanted.comparisons[0].p);
  });

  it('is that of one system where its seeds have their labels in different orders', () => {
    const seeds = [inference, rotated].map((labels, seed) => classifier(labels, seed + 5, 70));
    const alike = [0, 1].map((seed) => classifier(inference, seed + 5, 70));
    const [wanted, found] = [alike, seeds].map((models) => compareSystems([models], 'macroF1', [0, 0])[0]);
    expect(found).toEqual(wanted);
  });

  it('is not compared where the data have other labels for one of them', () => {
    const names = ['E', 'N', 'C'];
    const other = classifier(
      names,
      2,
      75,
      gold.map((label) => names[inference.indexOf(label)]),
    );
    expect(refused([first, other], 'macroF1')).toThrow(/other labels in the data/);
    expect(refused([first, other], 'accuracy')).not.toThrow();
  });
});

/** A tagger that gives its first label to every word, which is right. */
const tagger = (labels: readonly string[]) => {
  const words = texts.map((sentence) => ({
    sentence,
    words: Int32Array.of(0),
    gold: Int32Array.of(0),
    positions: Int32Array.of(1),
  }));
  return scoreTags(
    { labels, words },
    texts,
    texts.map(() => Float64Array.of(0)),
  );
};

describe('F1 of taggers', () => {
  it('is not compared where it is that of spans for one and that of tags for the other', () => {
    // Three columns either way.
    expect(refused([tagger(['B-PER']), tagger(['NOUN'])], 'f1')).toThrow(/cannot be compared by f1/);
  });

  it('is not compared by what one of them does not have', () => {
    expect(refused([tagger(['B-PER']), tagger(['NOUN'])], 'f1Strict')).toThrow(/no metric f1Strict/);
  });
});
