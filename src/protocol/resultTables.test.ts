import { describe, expect, it } from 'vitest';
import type { ResultRecord } from './results.ts';
import { resultsLatex } from './resultTables.ts';

const result: ResultRecord = {
  date: '2026-01-03',
  base: { name: 'base', fingerprint: 'f' },
  sfts: [{ name: 'pos.sft.safetensors', file: '/x/pos', hash: 'h', coefficient: 1 }],
  rule: 'sum',
  data: { file: '/data/mt-test.conllu', sha256: 's' },
  metric: 'accuracy',
  value: 0.6134,
  low: 0.604,
  high: 0.622,
  metrics: {},
  examples: 10,
  of: 10,
  units: 100,
  role: 'test',
  tuned: false,
};

/** The lines between the rules. */
function rowsOf(...results: readonly Partial<ResultRecord>[]): string[] {
  const lines = resultsLatex(results.map((one) => ({ ...result, ...one }))).split('\n');
  return lines.slice(lines.indexOf('\\midrule') + 1, lines.indexOf('\\bottomrule'));
}

describe('results as LaTeX', () => {
  it('are rows of names, a percentage and its interval', () => {
    expect(rowsOf({}, { metric: 'loss', value: 1.2345, low: null, high: null })).toEqual([
      'pos & base & mt-test.conllu & accuracy & 61.3 & [60.4, 62.2] & 10 \\\\',
      'pos & base & mt-test.conllu & loss & 1.23 & [--, --] & 10 \\\\',
    ]);
  });

  it('hold names as they are, whatever signs LaTeX reads otherwise', () => {
    const sfts = [{ ...result.sfts[0], name: 'a_b&c.sft.safetensors', coefficient: 0.5 }];
    const [row] = rowsOf({
      sfts,
      base: { name: '50 % {x} $1 #2', fingerprint: 'f' },
      data: { file: 'C:\\data\\m~t^2.conllu', sha256: 's' },
    });
    expect(row.split(' & ').slice(0, 3)).toEqual([
      '0.5 a\\_b\\&c',
      '50 \\% \\{x\\} \\$1 \\#2',
      'm\\textasciitilde{}t\\textasciicircum{}2.conllu',
    ]);
    // A sign that stands for another is not read once more.
    expect(rowsOf({ base: { name: '\\{', fingerprint: 'f' } })[0]).toContain(' & \\textbackslash{}\\{ & ');
  });

  it('are marked where they were tuned on', () => {
    expect(rowsOf({ tuned: true })[0]).toContain(' & 61.3$^\\dagger$ & ');
    expect(resultsLatex([{ ...result, tuned: true }])).toMatch(/\n% \\dagger: .*tuned on this file$/);
    expect(resultsLatex([result])).not.toContain('dagger');
  });
});
