import { describe, expect, it } from 'vitest';
import { selectionEnding } from './selectionEnding.ts';

describe('selected text is read', () => {
  it.each([
    ['en_ewt.conllu', '.conllu'],
    ['sv_talbanken.iob2', '.iob2'],
    ['eng.iob', '.iob'],
    ['swa.bio', '.bio'],
    ['eng.testa.conll', '.conll'],
    ['DEV.IOB2', '.IOB2'],
    ['reviews.tsv', '.tsv'],
    ['reviews.csv', '.csv'],
    ['reviews.jsonl', '.jsonl'],
    ['questions.json', '.json'],
  ])('of %s as it is in the file', (name, ending) => {
    expect(selectionEnding(`/data/${name}`)).toBe(ending);
  });

  it.each(['notes.txt', 'notes.md', 'wiki.raw', 'Untitled-1', 'conll', 'x.conllu.bak'])(
    'of %s as a sentence a line',
    (name) => {
      expect(selectionEnding(`/data/${name}`)).toBe('.txt');
    },
  );
});
