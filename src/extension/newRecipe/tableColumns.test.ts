import { describe, expect, it } from 'vitest';
import { parseTable, type Table } from '../../formats/table.ts';
import { columnViews, guessColumns, holdsTexts } from './tableColumns.ts';

const table = (columns: readonly string[], ...rows: readonly (readonly string[])[]): Table =>
  parseTable(new TextEncoder().encode([columns, ...rows].map((row) => row.join('\t')).join('\n')), 'x.tsv');

const rows = [
  ['17', 'Nothing works as it should here', 'bad', 'en'],
  ['4', 'I would come again at any time', 'good', 'en'],
  ['99', 'It rained and we had no umbrella', 'bad', 'en'],
];

describe('which column holds what', () => {
  it.each([
    [['id', 'text', 'label', 'lang'], { text: 'text', pair: null, label: 'label' }],
    [['id', 'b', 'c', 'label'], { text: 'b', pair: null, label: 'label' }], // a name counts before values
    [['label', 'a', 'b', 'c'], { text: 'a', pair: null, label: 'label' }],
    [['a', 'b', 'c', 'd'], { text: 'b', pair: null, label: 'c' }],
    [['text', 'title', 'Gold Label', 'category'], { text: 'text', pair: null, label: 'Gold Label' }],
  ])('of %j with one text is told by names and values', (columns, expected) => {
    expect(guessColumns(table(columns, ...rows), false)).toEqual(expected);
  });

  it.each([
    [['premise', 'hypothesis', 'label'], { text: 'premise', pair: 'hypothesis', label: 'label' }],
    [['gold_label', 'sentence2', 'sentence1'], { text: 'sentence1', pair: 'sentence2', label: 'gold_label' }],
    [['hypothesis', 'x', 'label'], { text: 'x', pair: 'hypothesis', label: 'label' }],
  ])('of %j with two texts is told by names', (columns, expected) => {
    expect(guessColumns(table(columns, ['a', 'b', 'c'], ['d', 'e', 'f']), true)).toEqual(expected);
  });

  it('of two texts without usual names is told by lengths and few values', () => {
    const found = table(
      ['k', 'id', 'one', 'two'],
      ['yes', '1', 'a longer one', 'a text'],
      ['no', '2', 'another', 'a word'],
    );
    expect(guessColumns(found, true)).toEqual({ text: 'one', pair: 'two', label: 'k' });
  });

  it('never takes numbers, ids and names of languages for texts', () => {
    const numbered = [
      ['12451', 'aym', 'Jupax sanwa', 'Yatiñ utan', 'neutral'],
      ['12452', 'gn', 'Ha he', 'Ohenói isýpe oguejy', 'contradiction'],
    ];
    const pairs = table(['id', 'language', 'premise', 'hypothesis', 'label'], ...numbered);
    expect(guessColumns(pairs, true)).toEqual({ text: 'premise', pair: 'hypothesis', label: 'label' });
    const unnamed = table(['guid', 'lang', 'one', 'two', 'label'], ...numbered);
    expect(guessColumns(unnamed, true)).toEqual({ text: 'one', pair: 'two', label: 'label' });
    expect(guessColumns(table(['id', 'lang', 'text', 'n', 'label'], ...numbered), false)?.text).toBe('text');
    const one = [
      ['a-1', '3', 'A film', 'good'],
      ['a-2', '5', 'A book', 'bad'],
    ];
    expect(guessColumns(table(['id', 'votes', 'text', 'label'], ...one), true)).toBeUndefined();
    expect(guessColumns(table(['id', 'votes', 'label', 'x'], ...one), false)?.text).toBe('x');
  });

  it('is not guessed where there are too few columns', () => {
    expect(guessColumns(table(['a'], ['x']), false)).toBeUndefined();
    expect(guessColumns(table(['a', 'b'], ['x', 'y']), true)).toBeUndefined();
  });

  it('a column that is the same everywhere, or has gaps, is no label', () => {
    const found = table(
      ['same', 'gaps', 'kind', 'words'],
      ['x', '', 'p', 'so it is'],
      ['x', 'q', 'n', 'so it was'],
      ['x', 'q', 'n', 'so'],
    );
    expect(guessColumns(found, false)).toEqual({ text: 'words', pair: null, label: 'kind' });
  });
});

it('a table of numbers holds no texts', () => {
  expect(holdsTexts(table(['a', 'b'], ['1', '2.5']))).toBe(false);
  expect(holdsTexts(table(['a', 'b'], ['1', 'x']))).toBe(true);
});

it('a column shows its values once each', () => {
  const [view] = columnViews(table(['a', 'b'], ['x', '1'], [' y', '2'], ['x', '3'], ['', '4']));
  expect(view).toMatchObject({ name: 'a', rows: 4, values: ['x', 'y'], hasEmpty: true, isNumeric: false });
});
