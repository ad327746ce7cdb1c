import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Module } from './density.ts';
import { entriesPerLine, isWordTable, parametersAt, type Part, partsOf } from './drillDown.ts';

const attention = 'bert.encoder.layer.3.attention';
const query = { name: `${attention}.self.query.weight`, shape: [12, 12] };
const queryBias = { name: `${attention}.self.query.bias`, shape: [12] };
const output = { name: `${attention}.output.dense.weight`, shape: [12, 12] };
const outputBias = { name: `${attention}.output.dense.bias`, shape: [12] };
const up = { name: 'bert.encoder.layer.3.intermediate.dense.weight', shape: [48, 12] };

const names = (parts: readonly Part[]) => parts.map(({ id }) => id);

describe('parts of a place', () => {
  test('are its heads: of the query rows of weight and bias', () => {
    const parts = partsOf([query, queryBias], 'q', 4);
    expect(parts.map(({ id }) => id)).toEqual(['head 0', 'head 1', 'head 2', 'head 3']);
    expect(parts[1].pieces.map(({ parameter, from, to }) => [parameter.name, from, to])).toEqual([
      [query.name, 3, 6],
      [queryBias.name, 3, 6],
    ]);
    expect(parts[1].pieces.map(entriesPerLine)).toEqual([12, 1]);
  });

  test('are of the attention output columns of the weight, while the bias belongs to no head', () => {
    const parts = partsOf([output, outputBias], 'o', 4);
    expect(parts.map(({ id }) => id)).toEqual(['head 0', 'head 1', 'head 2', 'head 3', outputBias.name]);
    expect(parts[2].pieces).toMatchObject([
      { parameter: output, lines: { by: 'column', columns: 12 }, from: 6, to: 9 },
    ]);
  });

  test('are parameters elsewhere, and where the number of heads is not known or does not fit', () => {
    expect(names(partsOf([up], 'up', 4))).toEqual([up.name]);
    expect(names(partsOf([query, queryBias], 'q', null))).toEqual([query.name, queryBias.name]);
    expect(names(partsOf([query], 'q', 5))).toEqual([query.name]);
    expect(partsOf([], 'q', 4)).toEqual([]);
  });

  test('have every entry of the place once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom<Module>('q', 'v', 'o', 'down'),
        fc.option(fc.constant(true)),
        (heads, width, column, known) => {
          const size = heads * width;
          const weight = { name: 'w', shape: [size, size] };
          const bias = { name: 'b', shape: [size] };
          const parts = partsOf([weight, bias], column, known === null ? null : heads);
          const seen = parts.flatMap(({ pieces }) =>
            pieces.flatMap(({ parameter, lines, from, to }) =>
              Array.from({ length: to - from }, (_, i) => from + i).flatMap((line) =>
                Array.from({ length: parameter.shape.reduce((a, b) => a * b) }, (_, index) => index)
                  .filter(
                    (index) =>
                      (lines.by === 'row' ? Math.floor(index / lines.columns) : index % lines.columns) ===
                      line,
                  )
                  .map((index) => `${parameter.name}${index}`),
              ),
            ),
          );
          expect(seen.length).toBe(size * size + size);
          expect(new Set(seen).size).toBe(seen.length);
        },
      ),
    );
  });
});

test('parameters of a place are those of the density map; the word table is known by any name', () => {
  expect(parametersAt([query, queryBias, output, up], { row: '3', column: 'q' })).toEqual([query, queryBias]);
  expect(parametersAt([query], { row: '2', column: 'q' })).toEqual([]);
  for (const prefix of ['', 'bert.', 'roberta.'])
    expect(isWordTable(`${prefix}embeddings.word_embeddings.weight`)).toBe(true);
  expect(isWordTable('bert.embeddings.position_embeddings.weight')).toBe(false);
});
