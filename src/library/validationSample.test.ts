import { expect, it } from 'vitest';
import { validationSample } from './validationSample.ts';

it('is what the recipe of an SFT says, if it has one and says it', () => {
  const recipe = 'kind: task\nbase: b\ndata: { train: t, validation: v }\n';
  expect(validationSample({ recipe: `${recipe}validate: { sample: 200 }\n` })).toBe(200);
  expect(validationSample({ recipe })).toBeUndefined();
  expect(validationSample({})).toBeUndefined();
  expect(validationSample({ recipe: 'of another version: 1' })).toBeUndefined();
});
