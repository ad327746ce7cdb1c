import { expect, it } from 'vitest';
import { counted, differenceText, metricText, percent, probabilityText, probabilityWords } from './texts.ts';

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

function differences(metric: string, ...values: number[]): string[] {
  return values.map((value) => differenceText(metric, value));
}

it('a difference that is not 0 does not look like one, and 0 has no sign', () => {
  expect(differences('accuracy', 0.00004, -0.00004, -0.000003)).toEqual([
    '+0.004 points',
    '-0.004 points',
    '-0.0003 points',
  ]);
  expect(differences('accuracy', -1e-17, -0)).toEqual(['0.00 points', '0.00 points']);
  expect(differences('loss', -0.00003, 0)).toEqual(['-0.00003', '0.0000']);
});

it('a share that is not all does not look like all', () => {
  expect([1, 0.99996, 0.9996, 0.994].map((share) => percent(share, 2))).toEqual([
    '100.00 %',
    '99.996 %',
    '99.96 %',
    '99.40 %',
  ]);
  expect(percent(0.9996)).toBe('99.96 %');
  // Nor like nothing.
  expect([0, 0.000_189, 1e-12].map((share) => percent(share))).toEqual(['0.0 %', '0.02 %', '0.0 %']);
  expect(metricText('accuracy', 0.999999)).toBe('99.9999 %');
});

it('probabilities never look like a threshold that they do not meet', () => {
  const shown = {
    0.5: '0.500',
    0.0123: '0.012',
    0.05: '0.050',
    0.0496: '0.0496',
    0.05002: '0.05002',
    0.0104: '0.0104',
    0.00096: '0.00096',
    0.0004: '0.0004',
    0.00001: '< 0.0001',
  };
  for (const [p, text] of Object.entries(shown)) expect(probabilityText(Number(p))).toBe(text);
  expect(probabilityText(Number.NaN)).toBe('-');
  expect([0.0496, 0.00001].map(probabilityWords)).toEqual(['p = 0.0496', 'p < 0.0001']);
});

it('one is one, and more are many', () => {
  expect([counted(1, 'example'), counted(0, 'example'), counted(1500, 'label')]).toEqual([
    '1 example',
    '0 examples',
    '1,500 labels',
  ]);
  expect([1, 2].map((n) => counted(n, 'entry', 'entries'))).toEqual(['1 entry', '2 entries']);
});
