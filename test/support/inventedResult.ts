import type { ResultRecord } from '../../src/protocol/results.ts';

/** An evaluation as the record of results keeps it; all that is not given is invented. */
export function inventedResult(part: Partial<ResultRecord>): ResultRecord {
  return {
    date: '2026-01-01',
    base: { name: 'base', fingerprint: 'f' },
    sfts: [],
    rule: 'sum',
    data: { file: '/data/mt-test.conllu', sha256: 's' },
    metric: 'accuracy',
    value: null,
    low: null,
    high: null,
    metrics: {},
    examples: 10,
    of: 10,
    units: 100,
    role: null,
    tuned: false,
    ...part,
  };
}
