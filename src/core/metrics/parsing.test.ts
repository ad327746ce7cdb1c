import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sumCounts } from './counts.ts';
import { attachmentCounts, lasOf, type ParsedWords, parsingReport, uasOf } from './parsing.ts';

const units: ParsedWords<string>[] = [
  {
    goldHeads: [2, 0, 2],
    goldRelations: ['det', 'root', 'obj'],
    heads: [2, 0, 1],
    relations: ['det', 'obj', 'obj'],
  },
  { goldHeads: [0, 1], goldRelations: ['root', 'obj'], heads: [0, undefined], relations: ['root', null] },
];

describe('attachment scores', () => {
  it('are those of a case computed by hand', () => {
    const report = parsingReport(units);
    expect(report).toMatchObject({ uas: 3 / 5, las: 2 / 5, words: 5 });
    expect([...report.relations]).toEqual([
      ['det', { precision: 1, recall: 1, f1: 1, support: 1, uas: 1 }],
      ['obj', { precision: 0, recall: 0, f1: 0, support: 2, uas: 0 }],
      ['root', { precision: 1, recall: 1 / 2, f1: 2 / 3, support: 2, uas: 1 }],
    ]);
  });

  it('leave the words at the root out, as the reference does', () => {
    expect(parsingReport(units, 'reference')).toMatchObject({ uas: 1 / 3, las: 1 / 3, words: 3 });
    expect(parsingReport(units, 'reference').relations.get('root')).toBeUndefined();
  });

  it('are no numbers without a word', () => {
    expect(parsingReport([])).toEqual({ uas: Number.NaN, las: Number.NaN, words: 0, relations: new Map() });
  });

  it('refuse a sentence with a prediction too few', () => {
    expect(() => parsingReport([{ ...units[0], heads: [2, 0] }])).toThrow(RangeError);
    expect(() => attachmentCounts([{ ...units[0], relations: ['det'] }])).toThrow(RangeError);
  });

  it('are what the summed statistics of the sentences give', () => {
    const head = fc.nat(3);
    const relation = fc.nat(2);
    const word = fc.tuple(head, relation, fc.option(head, { nil: undefined }), fc.option(relation));
    const sentence = fc.array(word, { maxLength: 6 }).map((words) => ({
      goldHeads: words.map(([gold]) => gold),
      goldRelations: words.map(([, gold]) => gold),
      heads: words.map(([, , predicted]) => predicted),
      relations: words.map(([, , , predicted]) => predicted),
    }));
    fc.assert(
      fc.property(
        fc.array(sentence, { maxLength: 5 }),
        fc.constantFrom('all_words', 'reference'),
        (all, scored) => {
          const sums = sumCounts(attachmentCounts(all, scored), 3);
          const { uas, las, relations } = parsingReport(all, scored);
          expect([uasOf(sums), lasOf(sums)]).toEqual([uas, las]);
          const support = [...relations.values()].reduce((sum, scores) => sum + scores.support, 0);
          expect(support).toBe(sums[2]);
        },
      ),
    );
  });
});
