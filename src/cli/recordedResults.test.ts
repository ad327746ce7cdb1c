import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../test/support/files.ts';
import type { Sft } from '../core/sft.ts';
import { writeSft } from '../formats/sftFile.ts';
import { homePaths } from '../home/home.ts';
import { appendResult } from '../home/resultsRecord.ts';
import { sftHash } from '../library/sftHash.ts';
import type { ResultRecord } from '../protocol/results.ts';
import { recordedResults } from './recordedResults.ts';

const sft: Sft = {
  diffs: new Map([['a', { indices: Uint32Array.of(1), values: Float32Array.of(1), shape: [2] }]]),
  abs: new Map(),
};
const mine = { name: 'pos.sft.safetensors', file: '/x/pos', hash: sftHash(sft), coefficient: 1 };
const language = { name: 'mt.sft.safetensors', file: '/x/mt', hash: 'b', coefficient: 0.5 };
const fingerprint = 'f'.repeat(64);
/** Of the SFT of which this one is a pruned form. */
const whole = 'w'.repeat(64);
const record: ResultRecord = {
  date: '2026-01-02T03:04:05Z',
  base: { name: 'xlm-roberta-base', fingerprint },
  sfts: [mine],
  rule: 'sum',
  data: { file: '/x/dev.conllu', sha256: 's' },
  metric: 'accuracy',
  value: 0.5,
  low: 0.4,
  high: 0.6,
  metrics: {},
  examples: 7,
  of: 7,
  units: 70,
  role: null,
  tuned: false,
};

test("an SFT's newest figures on whole files, by what else was added; none of others, samples, tuned ones and files by which it was chosen", async () => {
  const folder = temporaryFolder();
  vi.stubEnv('SFT_HOME', join(folder, 'home'));
  const file = join(folder, 'renamed.sft.safetensors');
  const pruned = { name: 'whole', fingerprint: whole, entries: 2 };
  await writeSft(file, sft, { baseFingerprint: fingerprint, pruned });
  expect(await recordedResults(file)).toEqual({ results: [], base: undefined });
  const records: ResultRecord[] = [
    record,
    { ...record, value: 0.55 },
    { ...record, sfts: [mine, language], data: { file: '/x/mt.conllu', sha256: 't' }, role: 'test' },
    { ...record, data: { file: '/x/tuned.conllu', sha256: 'u' }, tuned: true },
    { ...record, data: { file: '/y/tuned.conllu', sha256: 'u' } },
    { ...record, base: { ...record.base, fingerprint: 'e' } },
    { ...record, data: { file: '/x/sample.conllu', sha256: 'v' }, examples: 3 },
    { ...record, data: { file: '/x/half.conllu', sha256: 'w' }, sfts: [{ ...mine, coefficient: 0.5 }] },
    { ...record, data: { file: '/x/other.conllu', sha256: 'x' }, sfts: [language] },
    {
      ...record,
      sfts: [{ ...mine, form: { name: '10 %', of: 'z' } }],
      data: { file: '/x/curve', sha256: 'z' },
    },
    { ...record, data: { file: '/x/curve', sha256: 'z' } },
    {
      ...record,
      sfts: [{ ...mine, hash: 'p', form: { name: '5 %', of: whole } }],
      data: { file: '/x/looked', sha256: 'k' },
    },
    { ...record, data: { file: '/x/looked', sha256: 'k' } },
    { ...record, data: { file: '/x/empty.conllu', sha256: 'y' }, value: null },
  ];
  for (const one of records) await appendResult(homePaths().results, one);
  const figure = { metric: 'accuracy', interval: [0.4, 0.6], examples: 7 };
  expect(await recordedResults(file)).toEqual({
    results: [
      { ...figure, data: 'dev', value: 0.55 },
      { ...figure, data: 'mt (test), with 0.5 mt', value: 0.5 },
    ],
    base: 'xlm-roberta-base',
  });
  vi.unstubAllEnvs();
});
