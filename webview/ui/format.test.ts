import { expect, test } from 'vitest';
import { bytes, clock, count, duration, figure, percent, short } from './format.ts';

test('numbers as people read them', () => {
  expect([
    count(14155776),
    percent(0.0801),
    figure(0.031251),
    figure(1234.4),
    figure(2.5e-7),
    figure(1.2),
    figure(0),
  ]).toEqual(['14,155,776', '8.0 %', '0.03125', '1,234', '2.500e-7', '1.200', '0']);
  expect([short(3.2e-5), short(1e-5), short(40_000), short(2_500_000), short(0.25), short(0)]).toEqual([
    '3.2e-5',
    '1e-5',
    '40k',
    '2.5M',
    '0.25',
    '0',
  ]);
  expect([bytes(3_100_000_000), bytes(56_623_104), bytes(12)]).toEqual(['3.1 GB', '56.6 MB', '12 B']);
  expect([duration(12), duration(59.7), duration(3900), duration(183_600)]).toEqual([
    '12 s',
    '1 min',
    '1 h 05 min',
    '2 d 3 h',
  ]);
});

test('what is no number is a dash', () => {
  expect([count(null), percent(NaN), figure(Infinity), short(null), bytes(null), duration(null)]).toEqual(
    Array.from({ length: 6 }, () => '–'),
  );
});

test('a time of another day has its weekday', () => {
  const now = new Date(2026, 10, 25, 22, 0).getTime();
  expect(clock(now + 90 * 60_000, now)).toBe('23:30');
  expect(clock(now + 4 * 3_600_000, now)).toBe('Thu 02:00');
});
