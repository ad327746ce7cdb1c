import { expect, it } from 'vitest';
import { countText, newClock, parametersText, shareText } from './figures.ts';

it('says shares with digits that tell something', () => {
  expect([0.08, 0.043, 1, 0, 0.00012].map(shareText)).toEqual([
    '8.0 %',
    '4.3 %',
    '100.0 %',
    '0 %',
    '0.012 %',
  ]);
});

it('says counts and sizes of models', () => {
  expect(countText(14_155_776)).toBe('14,155,776');
  expect([278_043_648, 22_700_000, 1_240_000_000, 999_600, 1234, 12].map(parametersText)).toEqual([
    '278M',
    '23M',
    '1.2B',
    '1M',
    '1k',
    '12',
  ]);
});

it('says the day where a time is not of today', () => {
  const now = Date.UTC(2026, 2, 4, 14, 0);
  const clock = newClock('en-GB', () => now, 'UTC');
  expect(clock(Date.UTC(2026, 2, 4, 15, 40))).toBe('15:40');
  expect(clock(Date.UTC(2026, 2, 5, 1, 5))).toBe('Thu 01:05');
  expect(clock(Date.UTC(2026, 2, 24, 1, 5))).toContain('24 Mar');
});
