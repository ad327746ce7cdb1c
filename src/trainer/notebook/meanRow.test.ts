import { describe, expect, it } from 'vitest';
import { meanNotes, meanRow } from './meanRow.ts';

describe('the mean of a table', () => {
  it('is over all files alike where nothing is said of them', () => {
    expect(meanRow([{}, {}, {}])).toEqual({ files: [0, 1, 2], weights: [1, 1, 1] });
    expect(meanNotes([{ name: 'a' }, { name: 'b' }], meanRow([{}, {}]))).toEqual([]);
    expect(meanRow([{}])).toBeUndefined();
  });

  it('is over languages, whatever number of tests each has', () => {
    const tests = [{ language: 'mt' }, { language: 'wo' }, { language: 'mt' }];
    expect(meanRow(tests)).toEqual({ files: [0, 1, 2], weights: [0.5, 1, 0.5] });
    expect(
      meanNotes(
        tests.map(({ language: name }) => ({ name })),
        meanRow(tests),
      ),
    ).toEqual(['The mean is over languages: one with several tests counts once.']);
  });

  it('leaves files for development out, and says which, unless there are no others', () => {
    const [test, dev] = [{ role: 'test' } as const, { role: 'dev' } as const];
    expect(meanRow([test, dev, {}])).toEqual({ files: [0, 2], weights: [1, 1] });
    expect(meanRow([test, dev])).toBeUndefined();
    expect(meanRow([dev, dev])?.files).toEqual([0, 1]);
    const files = [{ name: 'a' }, { name: 'b', role: 'dev' as const }, { name: 'c' }];
    expect(meanNotes(files, meanRow(files))).toEqual(['Not in the mean, as files for development: b.']);
  });
});
