import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../../recipe/load.ts';
import { recipeTemplate, recipeTemplates } from '../../recipe/templates.ts';
import { pathInRecipe, placeToEdit, suggestedName } from './names.ts';

const free = () => false;

describe('paths in a new recipe', () => {
  it('are relative within its folder, and as they are elsewhere', () => {
    expect(pathInRecipe('/w/s', '/w/s/data/mt.txt')).toBe('data/mt.txt');
    expect(pathInRecipe('/w/s', '/w/s/..data/mt.txt')).toBe('..data/mt.txt');
    expect(pathInRecipe('/w/s', '/w/other/mt.txt')).toBe('/w/other/mt.txt');
    expect(pathInRecipe('/w/s', '/w/s')).toBe('/w/s');
  });
});

describe('the name of a new recipe', () => {
  it('tells task and language, and is not taken', () => {
    expect(suggestedName('language', 'mt', 'x.txt', free)).toBe('mt');
    expect(suggestedName('pos', 'mt', 'x.conllu', free)).toBe('pos-mt');
    expect(suggestedName('pos', null, 'my data.conllu', free)).toBe('pos-my-data');
    expect(suggestedName('sentiment', 'ha', 'x.tsv', free)).toBe('sentiment-ha');
    expect(suggestedName('pos', 'mt', '', (name) => name === 'pos-mt' || name === 'pos-mt-2')).toBe(
      'pos-mt-3',
    );
  });

  it('is one that a recipe may have, whatever the data are called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (data) => {
        const name = suggestedName('language', null, data, free);
        const { recipe } = parseRecipe(recipeTemplate('language', { name }), 'x.sft.yaml');
        expect(recipe.name).toBe(name);
      }),
    );
  });
});

it('a new recipe is gone on with at the end of its data, where a new line breaks nothing', () => {
  for (const template of recipeTemplates) {
    const text = recipeTemplate(template);
    const lines = text.split('\n');
    const { line, character } = placeToEdit(text);
    expect(lines[line]).toMatch(/^ {2}# validation: /);
    expect(character).toBe(lines[line].length);
    expect(lines[line + 1]).toBe('');
  }
  expect(placeToEdit('kind: task')).toEqual({ line: 0, character: 0 });
  expect(placeToEdit('data: { train: x }')).toEqual({ line: 0, character: 18 });
});
