import { describe, expect, it } from 'vitest';
import { parseColumns } from '../formats/columns.ts';
import { insideStarts } from './insideStarts.ts';

/** What a file with these tags has, a word a tag, and an empty line for each `|`. */
function found(tags: string) {
  const lines = tags.split(' ').map((tag) => (tag === '|' ? '' : `word\t${tag}`));
  return insideStarts(parseColumns(new TextEncoder().encode(`${lines.join('\n')}\n`), 'a.txt'));
}

describe('entities that start with I-', () => {
  it.each([
    ['B-PER I-PER O B-LOC | B-PER B-PER I-PER'],
    ['B-PER I-PER I-PER | O'],
    ['B-PER I-PER E-PER S-LOC O | S-PER B-PER E-PER'],
    ['B-PER _ I-PER'],
    ['I O INTJ'],
  ])('are none in IOB2 and BIOES: %s', (tags) => {
    expect(found(tags)).toBeUndefined();
  });

  it.each([
    ['after O, at the start of a sentence, in IOB1', 'O I-PER I-PER B-PER I-PER | I-LOC O', 2, 2],
    ['after another type', 'B-PER I-LOC I-LOC', 1, 2],
    ['after the end of the sentence before', 'B-PER | I-PER', 1, 3],
    ['after an entity that has ended, in BIOES', 'B-PER E-PER I-PER E-PER S-PER I-PER', 2, 3],
  ])('are counted %s', (_where, tags, count, line) => {
    expect(found(tags)).toEqual({ count, line });
  });
});
