import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sumCounts } from './counts.ts';
import { schemeOf, spanScheme } from './spanLabels.ts';
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
    expect(read(tags, 'iob2')).toEqual(strict);
  });

  it('end with their sentence', () => {
    for (const mode of ['lenient', 'iob2'] as const) {
      expect(readSpans([['O', 'B-PER'], [], ['B-PER', 'I-PER']], mode).map((spans) => spans.length)).toEqual([
        1, 0, 1,
      ]);
    }
    expect(readSpans([['B-PER'], ['E-PER', 'S-PER']], 'iobes').map((spans) => spans.length)).toEqual([0, 1]);
  });

  it.each<[tags: string, lenient: string[], strict: string[]]>([
    ['B-PER I-PER E-PER O S-LOC', ['PER 0-2', 'LOC 4-4'], ['PER 0-2', 'LOC 4-4']],
    ['B-PER E-PER B-PER E-PER', ['PER 0-1', 'PER 2-3'], ['PER 0-1', 'PER 2-3']],
    ['S-PER S-PER', ['PER 0-0', 'PER 1-1'], ['PER 0-0', 'PER 1-1']],
    ['B-PER I-PER O', ['PER 0-1'], []],
    ['B-PER O S-PER', ['PER 0-0', 'PER 2-2'], ['PER 2-2']],
    ['B-PER B-PER E-PER', ['PER 0-0', 'PER 1-2'], ['PER 1-2']],
    ['B-PER I-LOC E-PER', ['PER 0-0', 'LOC 1-1', 'PER 2-2'], []],
    ['B-PER E-LOC', ['PER 0-0', 'LOC 1-1'], []],
    ['I-PER E-PER', ['PER 0-1'], []],
    ['S-PER I-PER E-PER', ['PER 0-0', 'PER 1-2'], ['PER 0-0']],
    ['B-PER S-LOC E-PER', ['PER 0-0', 'LOC 1-1', 'PER 2-2'], ['LOC 1-1']],
    ['O E-PER B-LOC', ['PER 1-1', 'LOC 2-2'], []],
  ])('in IOBES: %s', (tags, lenient, strict) => {
    expect(read(tags, 'lenient')).toEqual(lenient);
    expect(read(tags, 'iobes')).toEqual(strict);
  });

  it.each<[tags: string, lenient: string[], strict: string[]]>([
    ['I-PER I-PER O I-LOC', ['PER 0-1', 'LOC 3-3'], ['PER 0-1', 'LOC 3-3']],
    ['I-PER I-LOC', ['PER 0-0', 'LOC 1-1'], ['PER 0-0', 'LOC 1-1']],
    ['I-PER B-PER I-PER', ['PER 0-0', 'PER 1-2'], ['PER 0-0', 'PER 1-2']],
    ['I-PER B-PER B-PER', ['PER 0-0', 'PER 1-1', 'PER 2-2'], ['PER 0-0', 'PER 1-1', 'PER 2-2']],
    ['O B-PER O', ['PER 1-1'], []],
    ['I-PER B-LOC I-LOC', ['PER 0-0', 'LOC 1-2'], ['PER 0-0', 'LOC 2-2']],
    ['B-PER I-PER', ['PER 0-1'], ['PER 1-1']],
    ['I-PER B-PER B-LOC O', ['PER 0-0', 'PER 1-1', 'LOC 2-2'], ['PER 0-0']],
  ])('in IOB1: %s', (tags, lenient, strict) => {
    expect(read(tags, 'lenient')).toEqual(lenient);
    expect(read(tags, 'iob1')).toEqual(strict);
  });

  it('of IOBES are read by the lenient mode, and refused by IOB2', () => {
    expect(read('S-LOC B-PER I-PER E-PER E-PER I-PER', 'lenient')).toEqual([
      'LOC 0-0',
      'PER 1-3',
      'PER 4-4',
      'PER 5-5',
    ]);
    expect(() => read('S-LOC', 'iob2')).toThrow(RangeError);
    expect(() => read('L-LOC', 'iobes')).toThrow(RangeError);
  });
});

describe('the scheme of labels', () => {
  it.each([
    [['B-PER', 'I-PER', 'O'], 'iob2'],
    [['B-PER', 'E-PER', 'I-PER', 'O', 'S-PER'], 'iobes'],
    [['B-PER', 'I-PER', 'L-PER', 'O', 'U-PER'], undefined],
    [['B-PER', 'MISC', 'O'], undefined],
    [['NOUN', 'VERB'], undefined],
  ])('%j', (labels, scheme) => {
    expect(spanScheme(labels)).toBe(scheme);
  });
});

describe('the scheme of tagged sentences', () => {
  const labels = ['B-PER', 'I-LOC', 'I-PER', 'O'];
  it.each([
    [['I-PER O', 'I-PER I-PER B-PER'], 'iob1'],
    [['I-PER I-LOC', 'O O'], 'iob1'],
    [['B-PER I-PER O', 'O B-PER'], 'iob2'],
    // A single I- that starts an entity is a mistake where others start with B-.
    [['B-PER O I-LOC', 'O I-PER'], 'iob2'],
    [['I-LOC B-PER'], 'iob2'],
    [['O O', 'O'], 'iob2'],
  ])('%j', (sentences, scheme) => {
    const tags = sentences.map((sentence) => sentence.split(' '));
    expect(schemeOf(labels, tags)).toBe(scheme);
    expect(schemeOf([...labels, 'S-PER'], tags)).toBe('iobes');
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

  it('do not take an I- without its B- in IOB2', () => {
    const { micro, types } = spanReport(units, 'iob2');
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
        fc.constantFrom<SpanMode>('lenient', 'iob1', 'iob2', 'iobes'),
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
