import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refused, temporaryFolder } from '../../test/support/files.ts';
import type { ResultRecord } from '../protocol/results.ts';
import { appendResult, readResults } from './resultsRecord.ts';

const result = (name: string): ResultRecord => ({
  date: '2026-01-01T00:00:00.000Z',
  base: { name: 'base', fingerprint: 'ab' },
  sfts: [{ name, file: `/x/${name}`, hash: 'cd', coefficient: 0.5 }],
  rule: 'sum',
  data: { file: '/x/dev.conllu', sha256: 'ef' },
  metric: 'accuracy',
  value: 0.5,
  low: 0.4,
  high: null,
  metrics: { accuracy: 0.5 },
  examples: 10,
  of: 12,
  units: 80,
  role: 'dev',
  tuned: false,
});

test('what is appended is read, the oldest first; without a file there is nothing', async () => {
  const file = join(temporaryFolder(), 'new', 'evaluations.jsonl');
  expect(await readResults(file)).toEqual([]);
  await appendResult(file, result('a'));
  await appendResult(file, result('b'));
  expect(await readResults(file)).toEqual([result('a'), result('b')]);
});

test('a half-written last line is passed over, and nothing is lost behind it', async () => {
  const file = join(temporaryFolder(), 'evaluations.jsonl');
  await appendResult(file, result('a'));
  appendFileSync(file, JSON.stringify(result('b')).slice(0, 40));
  expect(await readResults(file)).toEqual([result('a')]);
  await appendResult(file, result('c'));
  appendFileSync(file, '{"date": 3}\n[]\n');
  expect(await readResults(file)).toEqual([result('a'), result('c')]);
});

test('several processes append at once', async () => {
  const file = join(temporaryFolder(), 'evaluations.jsonl');
  const module = JSON.stringify(new URL('./resultsRecord.ts', import.meta.url).href);
  const code = (name: string) =>
    `const { appendResult } = await import(${module});
     for (let i = 0; i < 20; i++) await appendResult(${JSON.stringify(file)}, ${JSON.stringify(result(name))});`;
  const names = ['a', 'b', 'c'];
  const ends = names.map((name) =>
    once(spawn(process.execPath, ['--input-type=module', '-e', code(name)], { stdio: 'inherit' }), 'exit'),
  );
  for (const end of ends) expect((await end)[0]).toBe(0);
  const found = await readResults(file);
  for (const name of names) expect(found.filter(({ sfts }) => sfts[0].name === name)).toHaveLength(20);
});

test('a folder where the file should be is said', async () => {
  const folder = temporaryFolder();
  await refused('file-unwritable', () => appendResult(folder, result('a')));
  writeFileSync(join(folder, 'file'), '');
  await refused('file-unwritable', () => appendResult(join(folder, 'file', 'x'), result('a')));
});
