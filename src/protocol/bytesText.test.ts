import { expect, it } from 'vitest';
import { bytesText } from './bytesText.ts';

it('says bytes as people do', () => {
  expect([0, 999, 1000, 8_500_000, 14_000_000, 999_600_000, 3_190_000_000, 5e15].map(bytesText)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '8.5 MB',
    '14 MB',
    '1.0 GB',
    '3.2 GB',
    '5000.0 TB',
  ]);
});
