import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sumCounts } from './counts.ts';
import { readSpans, type SpanMode } from './spanReader.ts';
import { spanCounts, spanF1Of, spanReport } from './spans.ts';

const read = (tags: string, mode: SpanMode): string[] =>
  readSpans([tags.split(' ')], mode)[0].map(({ type, start, end }) => `${type} ${start}-${end}`);

describe('spans in tags', () => {
  it.each<[tags: string, lenient: string[], strict: string[]]>([
    ['B-PER I-PER O B-LOC', ['PER 0-1', 'LOC 3-3'], ['PER 0-1', 'LOC 3-3']],
    ['B-PER B-PER I-PER', ['PER 0-0', 'PER 1-2'], ['PER 0-0', 'PER 1-2']],
    ['I-PER I-PER O', ['PER 0-1'], []],
    ['O I-LOC B-LOC', ['LOC 1-1', 'LOC 2-2'], ['LOC 2-2']],
    ['B-PER I-LOC I-LOC', ['PER 0-0', 'LOC 1-2'], ['PER 0-0']],
    ['B-ART-X I-ART-X', ['ART-X 0-1'], ['ART-X 0-1']],
    ['B I I O B-', ['_ 0-2', '_ 4-4'], ['_ 0-2', '_ 4-4']],
    ['O O', [], []],
  ])('%s', (tags, lenient, strict) => {
    expect(read(tags, 'lenient')).toEqual(lenient);
    expect(read(tags, 'strict')).toEqual(strict);
  });

  it('end with their sentence', () => {
    for (const mode of ['lenient', 'strict'] as const) {
      expect(readSpans([['O', 'B-PER'], [], ['B-PER', 'I-PER']], mode).map((spans) => spans.length)).toEqual([
        1, 0, 1,
      ]);
    }
  });

  it('of IOBES are read by the lenient mode, and refused by the strict one', () => {
    expect(read('S-LOC B-PER I-PER E-PER E-PER I-PER', 'lenient')).toEqual([
      'LOC 0-0',
      'PER 1-3',
      'PER 4-4',
      'PER 5-5',
    ]);
    expect(() => read('S-LOC', 'strict')).toThrow(RangeError);
  });
});

describe('scores of spans', () => {
  const units = [
    { gold: ['B-PER', 'I-PER', 'O', 'B-LOC'], predicted: ['B-PER', 'I-PER', 'O', 'I-LOC'] },
    { gold: ['B-PER', 'O', 'O'], predicted: ['B-PER', 'I-PER', undefined] },
  ];

  it('take a span for right if its type and both ends are', () => {
    const { micro, macro, weighted, types } = spanReport(units);
    expect([...types]).toEqual([
      ['LOC', { precision: 1, recall: 1, f1: 1, support: 1 }],
      ['PER', { precision: 0.5, recall: 0.5, f1: 0.5, support: 2 }],
    ]);
    expect(micro).toEqual({ precision: 2 / 3, recall: 2 / 3, f1: 2 / 3, support: 3 });
    expect(macro).toEqual({ precision: 0.75, recall: 0.75, f1: 0.75, support: 3 });
    expect(weighted).toEqual({ precision: 2 / 3, recall: 2 / 3, f1: 2 / 3, support: 3 });
  });

  it('do not take an I- without its B- in strict mode', () => {
    const { micro, types } = spanReport(units, 'strict');
    expect(types.get('LOC')).toEqual({ precision: 0, recall: 0, f1: 0, support: 1 });
    expect(micro).toEqual({ precision: 0.5, recall: 1 / 3, f1: 0.4, support: 3 });
  });

  it('find no span at a word that the model never saw', () => {
    const { micro } = spanReport([{ gold: ['B-PER', 'I-PER'], predicted: ['B-PER', null] }]);
    expect(micro).toEqual({ precision: 0, recall: 0, f1: 0, support: 1 });
  });

  it('are 0, and their mean over types is not a number, where there is no span', () => {
    const { micro, macro, weighted } = spanReport([{ gold: ['O'], predicted: ['O'] }]);
    const nothing = { precision: 0, recall: 0, f1: 0, support: 0 };
    expect([micro, weighted]).toEqual([nothing, nothing]);
    expect(macro.f1).toBeNaN();
  });

  it('refuse a sentence with a prediction too many', () => {
    expect(() => spanReport([{ gold: ['O'], predicted: ['O', 'O'] }])).toThrow(RangeError);
  });

  it('are what the summed statistics of the sentences give', () => {
    const tag = fc.constantFrom('O', 'B-PER', 'I-PER', 'B-LOC', 'I-LOC');
    const sentence = fc
      .array(fc.tuple(tag, tag), { maxLength: 8 })
      .map((words) => ({ gold: words.map(([gold]) => gold), predicted: words.map(([, p]) => p) }));
    fc.assert(
      fc.property(
        fc.array(sentence, { maxLength: 6 }),
        fc.constantFrom<SpanMode>('lenient', 'strict'),
        (units, mode) => {
          expect(spanF1Of(sumCounts(spanCounts(units, mode), 3))).toBe(spanReport(units, mode).micro.f1);
          const perfect = units.map(({ gold }) => ({ gold, predicted: gold }));
          const { micro } = spanReport(perfect, mode);
          expect(micro.f1).toBe(micro.support > 0 ? 1 : 0);
        },
      ),
    );
  });
});
