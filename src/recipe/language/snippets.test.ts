import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expandSnippet } from '../../../test/support/snippet.ts';
import { checkRecipe } from '../check.ts';
import { recipeTemplate, recipeTemplates } from '../templates.ts';
import { templateSnippets } from './snippets.ts';

const file = resolve(import.meta.dirname, '../../../media/sft-recipe.snippets.json');

it('are what media/sft-recipe.snippets.json holds (UPDATE_SNIPPETS=1 writes it anew; then run oxfmt)', () => {
  if (process.env.UPDATE_SNIPPETS !== undefined)
    writeFileSync(file, JSON.stringify(templateSnippets(), null, 2));
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(templateSnippets());
});

describe('a snippet as it is inserted', () => {
  const texts = Object.values(templateSnippets()).map(({ body }) => `${expandSnippet(body.join('\n'))}\n`);

  it('is a well-formed recipe, the template of sft init', () => {
    expect(texts).toEqual(recipeTemplates.map((template) => recipeTemplate(template)));
    for (const text of texts) expect(checkRecipe(text, 'r.sft.yaml')).toEqual([]);
  });

  it('has a place for language, name, base and data', () => {
    for (const { body } of Object.values(templateSnippets())) {
      expect(new Set(body.join('\n').match(/\$\{\d/g))).toEqual(new Set(['${1', '${2', '${3', '${4']));
    }
  });
});
