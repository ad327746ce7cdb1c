import { expect, it } from 'vitest';
import { differenceText, probabilityText } from './texts.ts';

it('differences have a sign and say that they are points', () => {
  expect([0.0016, -0.0093, 0].map((value) => differenceText('accuracy', value))).toEqual([
    '+0.16 points',
    '-0.93 points',
    '0.00 points',
  ]);
  expect(differenceText('loss', 0.25)).toBe('+0.2500');
  expect(differenceText('perplexity', -3)).toBe('-3.00');
  expect(differenceText('f1', Number.NaN)).toBe('-');
});

it('probabilities are as long as they have to be', () => {
  expect([0.5, 0.0123, 0.0004, Number.NaN].map(probabilityText)).toEqual(['0.500', '0.012', '4e-4', '-']);
});
