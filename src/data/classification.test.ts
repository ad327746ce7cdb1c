import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inventedBert } from '../../test/support/inventedTokenizers.ts';
import { classificationData, classLabels, labelledTexts } from './classification.ts';

const tokenizer = inventedBert(['a', 'b', 'c']);
const table = {
  columns: ['one', 'two', 'gold'],
  rows: [
    { line: 2, fields: { one: 'a b', two: 'c', gold: 'YES' } },
    { line: 3, fields: { one: 'a', two: 'b b b b b', gold: 'no' } },
  ],
};
const columns = { text: 'one', pair: 'two', label: 'gold' };

describe('labelled texts', () => {
  it('are taken from the columns that are named, with labels renamed', () => {
    const texts = labelledTexts(table, columns, { YES: 'yes' }, 'x.tsv');
    expect(texts[0]).toEqual({ line: 2, text: 'a b', pair: 'c', label: 'yes' });
    expect(classLabels(texts)).toEqual(['no', 'yes']);
    expect(labelledTexts(table, { ...columns, pair: null }, {}, 'x.tsv')[0]?.pair).toBeNull();
  });

  it('say which column is missing, and where a label is', () => {
    expect(() => labelledTexts(table, { ...columns, label: 'label' }, {}, 'x.tsv')).toThrow(
      'x.tsv: There is no column "label"; there are: one, two, gold.',
    );
    const holed = { ...table, rows: [{ line: 7, fields: { one: 'a', two: 'b', gold: ' ' } }] };
    expect(() => labelledTexts(holed, columns, {}, 'x.tsv')).toThrow(
      'x.tsv:7: The column "gold" is empty here.',
    );
  });

  it('say where a text is missing, and which column is there twice', () => {
    for (const [column, fields] of [
      ['one', { one: ' ', two: 'b', gold: 'no' }],
      ['two', { one: 'a', gold: 'no' }],
    ] as const) {
      const holed = { ...table, rows: [{ line: 7, fields }] };
      expect(() => labelledTexts(holed, columns, {}, 'x.tsv')).toThrow(
        `x.tsv:7: The column "${column}" holds no text here.`,
      );
    }
    const twice = { ...table, columns: ['one', 'two', 'one', 'gold'] };
    expect(() => labelledTexts(twice, columns, {}, 'x.tsv')).toThrow(
      'x.tsv:1: Two columns of this table are called "one".',
    );
    // Of one that nobody reads it does not matter.
    const others = { ...table, columns: ['id', 'id', 'one', 'two', 'gold'] };
    expect(labelledTexts(others, columns, {}, 'x.tsv')).toHaveLength(2);
  });

  it('become examples with their segments; a label that training lacks is refused with its line', () => {
    const texts = labelledTexts(table, columns, {}, 'x.tsv');
    const { examples, cutTexts } = classificationData(texts, ['YES', 'no'], tokenizer, {
      maxLength: 7,
      file: 'x.tsv',
    });
    const { cls, sep } = tokenizer.special;
    const [a, b, c] = ['a', 'b', 'c'].map((text) => tokenizer.encodeText(text)[1]);
    expect(examples.map(({ ids }) => [...ids])).toEqual([
      [cls, a, b, sep, c, sep],
      [cls, a, sep, b, b, b, sep],
    ]);
    expect([...(examples[0].types ?? [])]).toEqual([0, 0, 0, 0, 1, 1]);
    expect(examples.map(({ labels }) => [...labels])).toEqual([[0], [1]]);
    expect(cutTexts).toBe(1);
    expect(() =>
      classificationData(texts, ['YES', 'maybe'], tokenizer, { maxLength: 9, file: 'x.tsv' }),
    ).toThrow('x.tsv:3: The label "no" does not occur in the training data');
  });

  it('are cut piece by piece from the longer one, as far as they fit', () => {
    const length = fc.integer({ min: 0, max: 30 });
    fc.assert(
      fc.property(length, length, fc.integer({ min: 4, max: 40 }), (first, second, maxLength) => {
        const { ids } = tokenizer.encodePair(
          'a '.repeat(first).trim(),
          'b '.repeat(second).trim(),
          maxLength,
        );
        const count = (piece: string) => ids.filter((id) => id === tokenizer.encodeText(piece)[1]).length;
        const [a, b] = [count('a'), count('b')];
        expect(a + b).toBe(Math.min(first + second, maxLength - 3));
        if (a < first && b < second) expect(Math.abs(a - b)).toBeLessThanOrEqual(1);
        else if (a < first) expect(a).toBeGreaterThanOrEqual(b - 1);
        else if (b < second) expect(b).toBeGreaterThanOrEqual(a - 1);
      }),
    );
  });
});
