import { describe, expect, it } from 'vitest';
import { sumCounts } from '../core/metrics/counts.ts';
import { scoreAnswers } from './evaluateAnswers.ts';
import { scoreClasses, scoreTags } from './evaluation.ts';
import { NO_PREDICTION } from './predictions.ts';

/** Scores of sentences of tags; `-` stands for a word without a prediction. */
function scored(
  labels: readonly string[],
  sentences: readonly (readonly [gold: string, predicted: string])[],
) {
  const indices = (tags: string) =>
    Int32Array.from(tags.split(' '), (tag) => (tag === '-' ? NO_PREDICTION : labels.indexOf(tag)));
  const words = sentences.map(([gold], sentence) => ({
    sentence,
    words: indices(gold).map((_, i) => i),
    gold: indices(gold),
    positions: indices(gold).map((_, i) => i + 1),
  }));
  const predictions = sentences.map(([, predicted]) => Float64Array.from(indices(predicted)));
  return scoreTags({ labels, words }, [...sentences.keys()], predictions);
}

describe('F1 of spans', () => {
  it('is told by the lenient reading and by IOB2 to the letter', () => {
    const labels = ['B-LOC', 'B-PER', 'I-LOC', 'I-PER', 'O'];
    const found = scored(labels, [
      ['B-PER I-PER O B-LOC', 'B-PER I-PER O I-LOC'],
      ['B-PER O B-LOC', 'B-PER O -'],
    ]);
    // Gold has 4 spans. Lenient: 3 found, all right. Strict: the I- alone is none.
    expect(found.metrics.f1).toBeCloseTo(6 / 7, 12);
    expect(found.metrics.f1Strict).toBeCloseTo(4 / 6, 12);
    expect(found.metric).toBe('f1');
    const { rows, score } = found.counts('f1Strict');
    expect(rows).toEqual([Float64Array.of(1, 1, 2), Float64Array.of(1, 1, 2)]);
    expect(score(sumCounts(rows, 3))).toBe(found.metrics.f1Strict);
  });

  it('is told by IOBES to the letter where the labels are in it', () => {
    const labels = ['B-PER', 'E-PER', 'I-PER', 'O', 'S-PER'];
    const found = scored(labels, [
      ['B-PER I-PER E-PER O S-PER', 'B-PER I-PER E-PER O B-PER'],
      ['S-PER O', 'S-PER O'],
    ]);
    // Lenient takes the B- at the end for a span of its own, which is right; strict takes it for none.
    expect(found.metrics.f1).toBe(1);
    expect(found.metrics.f1Strict).toBeCloseTo(4 / 5, 12);
  });

  it('is told by IOB1 to the letter where the gold tags are in it', () => {
    const labels = ['B-PER', 'I-LOC', 'I-PER', 'O'];
    const found = scored(labels, [
      ['I-PER I-PER O I-LOC', 'I-PER I-PER O I-LOC'],
      ['I-PER B-PER I-PER', 'I-PER I-PER O'],
      ['O I-PER', 'O B-PER'],
    ]);
    // Gold has 5 spans. Lenient: 4 found, 3 right. Strict: the B- that touches nothing is none.
    expect(found.metrics.f1).toBeCloseTo(6 / 9, 12);
    expect(found.metrics.f1Strict).toBeCloseTo(4 / 8, 12);
    expect(found.byLabel?.get('PER')).toMatchObject({ recall: 2 / 4, precision: 2 / 3, support: 4 });
    expect(found.byTypeStrict?.get('PER')).toMatchObject({ recall: 1 / 4, precision: 1 / 2, support: 4 });
    expect(found.byTypeStrict?.get('LOC')).toMatchObject({ f1: 1, support: 1 });
  });

  it.each([[['NOUN', 'VERB']], [['B-PER', 'L-PER', 'O', 'U-PER']]])(
    'has no strict one for labels in neither scheme: %j',
    (labels) => {
      const found = scored(labels, [[labels.join(' '), labels.toReversed().join(' ')]]);
      expect(Object.keys(found.metrics)).toEqual(['accuracy', 'macroF1', 'f1']);
      expect(found.byTypeStrict).toBeUndefined();
    },
  );
});

/** A text of this label. */
const example = (label: number) => ({ ids: new Int32Array(), labels: Int32Array.of(label) });

/** A question about this paragraph. */
const question = (context: string) => ({
  id: context,
  question: '?',
  context,
  answers: [{ text: 'yes', start: 0, end: 3 }],
  unanswerable: false,
});

describe('units', () => {
  it('are all pairs of one premise', () => {
    const data = { labels: ['a', 'b'], examples: [0, 0, 1, 1].map(example), unitOf: [0, 0, 0, 3] };
    const predictions = [0, 1, 1, 1].map((label) => Float64Array.of(label));
    const found = scoreClasses(data, [0, 1, 2, 3], predictions);
    expect(found.examples).toBe(4);
    expect(found.metrics.accuracy).toBe(0.75);
    expect(found.counts('accuracy').rows).toEqual([Float64Array.of(2, 3), Float64Array.of(1, 1)]);
    // Of a sample, too.
    expect(scoreClasses(data, [1, 3], [predictions[1], predictions[3]]).counts('accuracy').rows).toHaveLength(
      2,
    );
    const alone = { labels: data.labels, examples: data.examples };
    expect(scoreClasses(alone, [0, 1, 2, 3], predictions).counts('accuracy').rows).toHaveLength(4);
  });

  it('are all questions about one paragraph', () => {
    const questions = ['one', 'one', 'two'].map(question);
    const yes = Float64Array.from('yes', (letter) => letter.charCodeAt(0));
    const found = scoreAnswers({ questions }, null, [0, 1, 2], [yes, new Float64Array(), yes]);
    expect(found.examples).toBe(3);
    expect(found.metrics.exactMatch).toBeCloseTo(2 / 3, 12);
    expect(found.counts('exactMatch').rows).toHaveLength(2);
  });
});
