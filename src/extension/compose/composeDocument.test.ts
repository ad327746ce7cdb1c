import { describe, expect, it } from 'vitest';
import { mostPast, newComposeDocument, type PastSetting } from '../../protocol/compose.ts';
import { openCompose } from './composeDocument.ts';

const start = newComposeDocument([{ file: '/a' }, { file: '/b' }]);
const moved = (coefficient: number) => ({
  ...start.setting,
  rows: start.setting.rows.map((row) => (row.file === '/b' ? { ...row, coefficient } : row)),
});
const past = (coefficient: number, value: number): PastSetting => ({
  setting: moved(coefficient),
  data: '/x.conllu',
  figure: { metric: 'accuracy', value, low: 0, high: 1, examples: 10 },
  time: '2026-01-01T00:00:00.000Z',
});

describe('a compose bench in memory', () => {
  it('undoes and redoes what the user changed, and keeps the figures found meanwhile', () => {
    const bench = openCompose(start);
    let told = 0;
    bench.onDidChange(() => told++);
    const first = bench.edit({ setting: moved(0.5) });
    expect(bench.record(past(0.5, 0.6))).toBe(true);
    const second = bench.edit({ data: { data: '/y.conllu' } });
    second?.undo();
    first?.undo();
    expect(bench.now()).toEqual({ ...start, history: [past(0.5, 0.6)] });
    first?.redo();
    second?.redo();
    expect(bench.now()).toMatchObject({ setting: moved(0.5), data: { data: '/y.conllu' } });
    expect(told).toBe(7);
  });

  it('takes back what it changed alone, not what its file has brought since', () => {
    const bench = openCompose(start);
    const first = bench.edit({ setting: moved(0.5) });
    const second = bench.edit({ data: { data: '/y.conllu' } });
    const theirs = { ...moved(0.5), rows: [...moved(0.5).rows, { file: '/c', coefficient: 1, on: true }] };
    bench.replace({ ...bench.now(), setting: theirs });
    second?.undo();
    first?.undo();
    expect(bench.now()).toMatchObject({ setting: theirs, data: null });
    second?.redo();
    first?.redo();
    expect(bench.now()).toMatchObject({ setting: theirs, data: { data: '/y.conllu' } });
  });

  it('knows a change that changes nothing', () => {
    const bench = openCompose(start);
    expect(bench.edit({ setting: moved(1) })).toBeUndefined();
    expect(bench.record(past(1, 0.6))).toBe(true);
    expect(bench.record(past(1, 0.6))).toBe(false);
  });

  it('keeps the last sweep, whatever is undone', () => {
    const bench = openCompose(start);
    const first = bench.edit({ setting: moved(0.5) });
    const sweep = { axes: [], setting: null, data: '/x', metric: 'accuracy', examples: 1, points: [] };
    expect(bench.keepSweep(sweep)).toBe(true);
    expect(bench.keepSweep(sweep)).toBe(false);
    first?.undo();
    expect(bench.now()).toEqual({ ...start, sweep });
  });

  it('renews a figure that is the same after its files have changed', () => {
    const bench = openCompose(start);
    const later = { ...past(1, 0.5), time: '2026-01-03T00:00:00.000Z' };
    bench.record(past(1, 0.5));
    expect(bench.record(later, '2025-12-31T00:00:00.000Z')).toBe(false);
    expect(bench.record(later, '2026-01-02T00:00:00.000Z')).toBe(true);
    expect(bench.now().history).toEqual([later]);
  });

  it('keeps one figure a setting and file, the newest ones', () => {
    const bench = openCompose(start);
    bench.record(past(1, 0.5));
    bench.record(past(2, 0.6));
    bench.record(past(1, 0.7));
    expect(bench.now().history.map(({ figure }) => figure.value)).toEqual([0.6, 0.7]);
    for (let i = 0; i < mostPast + 5; i++) bench.record(past(i / 1000, 0.1));
    expect(bench.now().history).toHaveLength(mostPast);
  });
});
