import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { scalePage } from './scale.ts';

const read = (...names: readonly string[]) => readFileSync(resolve(import.meta.dirname, ...names), 'utf8');

it('docs/scale.md says what RESULTS.md has measured (node bench/scale.ts writes it anew)', () => {
  const page = read('../docs/scale.md');
  expect(scalePage(read('RESULTS.md'), page)).toBe(page);
});

it('follows the measured times', () => {
  const results = read('RESULTS.md');
  const slower = results.replace(/^(\| mBERT MLM with L1 +\| full +\| 1,024 +\| )[\d.]+/m, '$150.0');
  expect(slower).not.toBe(results);
  const page = read('../docs/scale.md');
  expect(scalePage(slower, page)).not.toBe(page);
  expect(() => scalePage('', page)).toThrow(/no row/);
});
