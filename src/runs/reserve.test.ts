import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/files.ts';
import { temporaryWriter } from '../formats/atomicFile.ts';
import { reserveRoom } from './reserve.ts';

it('is held in a hidden file that is known as a leftover of its process, and given back', async () => {
  const folder = temporaryFolder();
  const reserve = await reserveRoom(folder);
  const [name, ...others] = readdirSync(folder);
  expect(others).toEqual([]);
  expect(temporaryWriter(name)).toBe(process.pid);
  expect(statSync(join(folder, name)).size).toBeGreaterThanOrEqual(2 ** 14);
  await reserve.release();
  expect(readdirSync(folder)).toEqual([]);
  await reserve.release(); // once more does no harm
});

it('is not held where that cannot be, and nothing else comes of it', async () => {
  const reserve = await reserveRoom(join(temporaryFolder(), 'deleted'));
  await expect(reserve.release()).resolves.toBeUndefined();
});
