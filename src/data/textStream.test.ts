import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inventedBert } from '../../test/support/inventedTokenizers.ts';
import { type StreamPlace, streamReader, streamStart } from './textStream.ts';

const tokenizer = inventedBert(['milo', '##sa', 'nu', 'ba']);
const file = 'a.txt';
const source = (lines: readonly string[]) => ({ lines: lines.length, line: (i: number) => lines[i] });

/** Examples one after the other until so many passes are over, and where each one began. */
function readPasses(read: ReturnType<typeof streamReader>, seed: number, passes: number) {
  const examples: { readonly ids: Int32Array; readonly place: StreamPlace }[] = [];
  for (let place = streamStart; place.pass < passes;) {
    const { example, next } = read(seed, place);
    examples.push({ ids: example.ids, place });
    place = next;
  }
  return examples;
}

const text = fc.array(
  fc
    .array(fc.constantFrom('milosa', 'nu', 'ba', 'nuba', '\u200b'), { maxLength: 5 })
    .map((words) => words.join(' ')),
  { minLength: 1, maxLength: 30 },
);

describe('a stream of a text', () => {
  it('has the pieces of every line once a pass, in full blocks', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 3, max: 9 }), fc.nat(), (lines, blockSize, seed) => {
        fc.pre(lines.some((line) => line.trim() !== ''));
        const read = streamReader(source(lines), tokenizer, { blockSize, file });
        const blocks = readPasses(read, seed, 3);
        expect(blocks.every(({ ids }) => ids.length === blockSize)).toBe(true);
        // Lines are told apart by the pieces around them.
        const pieces = blocks.flatMap(({ ids }) => Array.from(ids, tokenizer.piece)).join(' ');
        const found = pieces.split('[CLS]').slice(1);
        const expected = lines
          .filter((line) => line.trim() !== '')
          .map((line) => Array.from(tokenizer.encodeText(line), tokenizer.piece).join(' '))
          .map((line) => line.replace('[CLS]', '').trim())
          .sort();
        for (const pass of [0, 1]) {
          const of = found.slice(pass * expected.length, (pass + 1) * expected.length);
          expect(of.map((line) => line.trim()).sort()).toEqual(expected);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('has every line as an example once a pass where lines are examples', () => {
    const lines = ['nu', '', 'milosa nu ba nu', '\u200b', 'ba'];
    const read = streamReader(source(lines), tokenizer, { blockSize: 5, whole: 'lines', file });
    const found = readPasses(read, 4, 1)
      .slice(0, 3)
      .map(({ ids }) => Array.from(ids, tokenizer.piece).join(' '));
    expect(found.sort()).toEqual(['[CLS] ba [SEP]', '[CLS] milo ##sa nu [SEP]', '[CLS] nu [SEP]']);
  });

  it('can be entered at any place, and depends on its seed', () => {
    const lines = Array.from({ length: 40 }, (_, i) => `${'nu '.repeat(i % 7)}ba milosa`);
    const options = { blockSize: 6, file };
    const all = readPasses(streamReader(source(lines), tokenizer, options), 5, 2);
    for (const { ids, place } of all) {
      const read = streamReader(source(lines), tokenizer, options);
      expect(read(5, place).example.ids).toEqual(ids);
    }
    const others = readPasses(streamReader(source(lines), tokenizer, options), 6, 2);
    expect(others.map(({ ids }) => [...ids])).not.toEqual(all.map(({ ids }) => [...ids]));
    const [first, second] = [0, 1].map((pass) => all.filter(({ place }) => place.pass === pass));
    expect(first.map(({ ids }) => [...ids])).not.toEqual(second.map(({ ids }) => [...ids]));
  });

  it('without a word piece is refused instead of read for ever', () => {
    for (const whole of ['blocks', 'lines'] as const) {
      const read = streamReader(source(['', ' ', '\t']), tokenizer, { blockSize: 5, whole, file });
      expect(() => read(1, streamStart)).toThrow(/^a\.txt: The file holds no word piece/);
    }
    expect(() => streamReader(source(['nu']), tokenizer, { blockSize: 2, file })).toThrow(/at least 3/);
  });
});
