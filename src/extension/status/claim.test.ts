import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { claimTelling } from './claim.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sft told '));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('is given to one of several windows that ask at once', async () => {
  const told = join(folder, 'state', 'told');
  const answers = await Promise.all(Array.from({ length: 8 }, () => claimTelling(told, '/runs/a\n1')));
  expect(answers.filter(Boolean)).toHaveLength(1);
  expect(await claimTelling(told, '/runs/a\n1')).toBe(false);
});

it('is of one run of one process: the resumed run is told of again', async () => {
  expect(await claimTelling(folder, '/runs/a\n1')).toBe(true);
  expect(await claimTelling(folder, '/runs/a\n2')).toBe(true);
});

it('leaves nothing behind for ever', async () => {
  await claimTelling(folder, 'old');
  const old = join(folder, readdirSync(folder)[0]);
  utimesSync(old, new Date('2020-01-01'), new Date('2020-01-01'));
  await claimTelling(folder, 'new');
  expect(existsSync(old)).toBe(false);
  expect(readdirSync(folder)).toHaveLength(1);
});

it('is granted where nothing can be written', async () => {
  const file = join(folder, 'a file');
  writeFileSync(file, '');
  expect(await claimTelling(join(file, 'told'), 'x')).toBe(true);
});
