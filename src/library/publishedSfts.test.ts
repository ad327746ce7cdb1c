import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shared } from '../../test/support/oracle.ts';
import { type PublishedSft, publishedSftAt, publishedSfts } from './publishedSfts.ts';

test('there are 98, each once; tasks with a classifier have labels', () => {
  expect(publishedSfts).toHaveLength(98);
  expect(new Set(publishedSfts.map(({ id }) => id)).size).toBe(98);
  expect(publishedSfts.filter(({ kind, language }) => kind === 'language' && language === undefined)).toEqual(
    [],
  );
  const unlabelled = publishedSfts.filter(({ kind, labels }) => kind === 'task' && labels === undefined);
  expect(unlabelled.map(({ task }) => task)).toEqual(['qa']);
});

const id = (path: string) => publishedSftAt(path)?.id;

test('one is known by its folder, in a cache of the Hub too', () => {
  const pos = 'cambridgeltl/mbert-task-sft-pos';
  expect(id('/data/mbert-task-sft-pos')).toBe(pos);
  expect(id('hub/models--cambridgeltl--mbert-task-sft-pos/snapshots/1/pytorch_diff.bin')).toBe(pos);
  expect(id('C:\\data\\mbert-task-sft-pos-ms\\pytorch_diff.bin')).toBe(`${pos}-ms`);
  expect(id('/data/mine/pytorch_diff.bin')).toBeUndefined();
});

const list = join(shared, 'published-sfts.json');

test.skipIf(!existsSync(list))('they are those of the list', () => {
  const found = new Map(publishedSfts.map((one) => [one.id, one]));
  for (const wanted of JSON.parse(readFileSync(list, 'utf8')) as PublishedSft[]) {
    const { base, kind, language, code, labels } = wanted;
    expect(found.get(wanted.id)).toMatchObject(
      Object.fromEntries(
        Object.entries({ base, kind, language, code, labels }).filter(([, value]) => value !== undefined),
      ),
    );
  }
});
