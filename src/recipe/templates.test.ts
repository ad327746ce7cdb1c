import { describe, expect, it } from 'vitest';
import { checkRecipe } from './check.ts';
import { resolveRecipe } from './defaults.ts';
import { parseRecipe } from './load.ts';
import { recipeTemplate, type RecipeTemplate, recipeTemplates } from './templates.ts';
import type { ResolvedRecipe } from './types.ts';

const facts = {
  modelType: 'bert',
  maskable: () => 177_224_448,
  maskableByRow: () => new Map(),
  maxLength: 512,
  dropout: { hidden: 0.1, attention: 0.1, head: 0.1 },
};

/** Whether labels mark spans is seen in the data: only names do. */
function resolved(text: string, template: RecipeTemplate): ResolvedRecipe {
  return resolveRecipe(parseRecipe(text, 'x.sft.yaml'), { ...facts, spans: template === 'ner' });
}

describe.each(recipeTemplates)('the template %s', (template) => {
  it.each([
    ['as it is', {}],
    ['with all its names', { name: 'n', base: 'b c: #', language: 'no', data: 'true', validation: '-v"' }],
    ['of a language that is not known', { language: null }],
    ['with columns that need quotes', { columns: { text: 'a, b', pair: '#', label: '}' } }],
    ['with SFTs to apply', { apply: ['../a b,[c]/mt.sft.safetensors', 'runs/mt-1/mt.sft.safetensors'] }],
  ])('is a well-formed recipe %s', (_, options) => {
    const text = recipeTemplate(template, options);
    expect(checkRecipe(text, 'x.sft.yaml')).toEqual([]);
    expect(() => resolved(text, template)).not.toThrow();
  });

  it('is still one when every field that is commented out counts', () => {
    const text = recipeTemplate(template).replaceAll(/^(\s*)# ([a-z]+: )/gm, '$1$2');
    expect(text).toMatch(/^preset: quick/m);
    expect(checkRecipe(text, 'x.sft.yaml')).toEqual([]);
  });

  it('shows the defaults as they are', () => {
    const text = recipeTemplate(template, { validation: 'v.txt' });
    const shown = text.replaceAll(/^(\s*)# ((?!preset|apply|validation)[a-z0-9]+: )/gm, '$1$2');
    expect(shown).not.toBe(text);
    expect(resolved(shown, template)).toEqual(resolved(text, template));
  });

  it('applies what it is given, in a task', () => {
    const apply = ['../a b,[c]/mt.sft.safetensors', 'mt.sft.safetensors'];
    const { recipe } = parseRecipe(recipeTemplate(template, { apply, column: 'tag' }), 'x.sft.yaml');
    expect(recipe.apply).toEqual(template === 'language' ? undefined : apply);
    if (template === 'pos') expect(recipe).toMatchObject({ task: { column: 'tag' } });
  });

  it('reads the columns that it is given, in a task of tables', () => {
    const columns = { text: 'first: text', pair: 'true', label: '1' };
    const { recipe } = parseRecipe(recipeTemplate(template, { columns }), 'x.sft.yaml');
    const { pair, ...single } = columns;
    if (template === 'nli') expect(recipe).toMatchObject({ task: { ...single, pair } });
    if (template === 'sentiment') expect(recipe).toMatchObject({ task: single });
  });

  it('says nothing of a language that is not known', () => {
    const { recipe } = parseRecipe(recipeTemplate(template, { language: null }), 'x.sft.yaml');
    expect(recipe.language).toBeUndefined();
  });

  it('names what it is given', () => {
    const text = recipeTemplate(template, { base: '../b c', data: 'd.x', validation: 'v.x' });
    expect(text).toContain('"../b c"');
    expect(text).toContain('validation: v.x');
  });
});
