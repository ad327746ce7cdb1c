import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { recipeJsonSchema } from './schema.ts';

const file = resolve(import.meta.dirname, '../../media/sft-recipe.schema.json');

it('is what media/sft-recipe.schema.json holds (UPDATE_SCHEMA=1 writes it anew; then run oxfmt)', () => {
  if (process.env.UPDATE_SCHEMA !== undefined)
    writeFileSync(file, JSON.stringify(recipeJsonSchema(), null, 2));
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(recipeJsonSchema())));
});

it('describes every field for whoever hovers over it', () => {
  const bare: string[] = [];
  const visit = (node: unknown, name: string): void => {
    if (typeof node !== 'object' || node === null) return;
    const {
      properties = {},
      anyOf = [],
      oneOf = [],
      items,
    } = node as {
      properties?: Record<string, { description?: string }>;
      anyOf?: unknown[];
      oneOf?: unknown[];
      items?: unknown;
    };
    for (const [key, inner] of Object.entries(properties)) {
      if ((inner.description ?? '').length < 20) bare.push(`${name}.${key}`);
      visit(inner, `${name}.${key}`);
    }
    for (const inner of [...anyOf, ...oneOf, items]) visit(inner, name);
  };
  visit(recipeJsonSchema(), '');
  expect(bare).toEqual([]);
});
