import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { emptySetting, newComposeDocument, type PastSetting } from '../../src/protocol/compose.ts';
import type { ComposeView, FromCompose, SweepView } from '../../src/protocol/composePanel.ts';
import { heightsOf, pastOfData } from './history.ts';
import { axesOf, formsOf, newSettingSender, newState, pause, receive } from './model.ts';
import { bestOf, sweepMap } from './sweepCharts.ts';

const { setting } = newComposeDocument([{ file: '/a' }, { file: '/b' }]);
const past = (value: number | null, data = '/x'): PastSetting => ({
  setting,
  data,
  figure: { metric: 'accuracy', value, low: null, high: null, examples: 1 },
  time: '',
});

const point = (a: number, b: number, value: number) => ({
  coefficients: [a, b],
  value,
  low: value,
  high: value,
});
const at = (coefficient: number) => ({ ...setting, rows: [{ file: '/a', coefficient, on: true }] });

describe('a page of a compose bench', () => {
  it('needs the whole view first, and puts what has changed into it', () => {
    expect(receive(null, { type: 'patch', number: 1, part: { name: 'early' } })).toBeNull();
    const whole = { name: 'a', setting: emptySetting, evaluation: {}, history: [] } as unknown as ComposeView;
    const view = receive(null, { type: 'patch', number: 1, part: whole });
    expect(receive(view, { type: 'patch', number: 2, part: { name: 'b' } })).toEqual({ ...whole, name: 'b' });
  });

  it('sweeps over the last SFT unless another one is chosen, never over one twice', () => {
    expect(axesOf(newState, setting, null).map(({ file }) => file)).toEqual(['/b']);
    const [axis] = formsOf(newState, setting, null);
    const same = {
      ...newState,
      axes: [
        { ...axis, file: '/a' },
        { ...axis, file: '/a' },
      ] as const,
    };
    expect(axesOf(same, setting, null).map(({ file }) => file)).toEqual(['/a']);
    const gone = {
      ...newState,
      axes: [
        { ...axis, file: '/gone' },
        { ...axis, file: '/a' },
      ] as const,
    };
    expect(axesOf(gone, setting, null).map(({ file }) => file)).toEqual(['/b', '/a']);
    expect(axesOf(newState, emptySetting, null)).toEqual([]);
  });

  it('begins the form of a sweep with what was swept last, where that can be swept still', () => {
    const axes = [
      { file: '/b', from: 0, to: 1, count: 3 },
      { file: '/a', from: 0.5, to: 2, count: 4 },
    ];
    expect(axesOf(newState, setting, { axes })).toEqual(axes);
    const gone = [axes[0], { ...axes[1], file: '/gone' }];
    expect(axesOf(newState, setting, { axes: gone })).toEqual(axesOf(newState, setting, null));
    // What was chosen stays.
    const [axis] = formsOf(newState, setting, null);
    const alone = { ...newState, axes: [{ ...axis, file: '/a' }, axis] as const };
    expect(axesOf(alone, setting, { axes }).map(({ file }) => file)).toEqual(['/a']);
  });

  it('shows past settings of the file that is looked at, the smallest figure lowest', () => {
    const parsed = past(70);
    const other = { ...parsed, figure: { ...parsed.figure, metric: 'las' } };
    const history = [past(0.5), past(0.9, '/y'), other, past(0.7), past(null)];
    const data = { file: '/x', name: 'x', role: 'dev' as const, columns: null };
    const evaluation = { whole: null, quick: null };
    expect(pastOfData({ history, data, evaluation })).toHaveLength(3);
    expect(heightsOf(pastOfData({ history, data, evaluation }))).toEqual([0, 1, 0.5]);
    expect(heightsOf([past(0.5)])).toEqual([0.5]);
    // Of another head: by the metric that is shown now; where all files are shown, each metric has a scale of its own.
    const whole = { key: '', metric: 'las', value: 70, low: 69, high: 71, examples: 1, of: 1, units: 1 };
    expect(pastOfData({ history, data, evaluation: { ...evaluation, whole } })).toEqual([other]);
    expect(heightsOf([past(0.5), other, past(0.7)])).toEqual([0, 0.5, 1]);
  });

  it('finds the best of a sweep, and draws two coefficients as a map', () => {
    const sweep: SweepView = {
      setting: null,
      axes: [
        { file: '/a', from: 0, to: 1, count: 2 },
        { file: '/b', from: 0, to: 1, count: 2 },
      ],
      file: '/x',
      data: 'x',
      metric: 'loss',
      points: [point(0, 0, 3), point(0, 1, 1), point(1, 0, 2)],
      of: 4,
      examples: null,
      isRunning: true,
      problem: null,
    };
    expect(bestOf(sweep)?.value).toBe(1);
    expect(bestOf({ ...sweep, metric: 'accuracy' })?.value).toBe(3);
    const { cells, choose } = sweepMap(sweep, (coefficients) => expect(coefficients).toEqual([1, 0]));
    expect(cells.map(({ row, column, value }) => [row, column, value])).toEqual([
      [0, 0, 2],
      [0, 1, 0],
      [1, 0, 1],
    ]);
    choose?.(cells[2]);
    expect.assertions(4);
  });
});

describe('settings of a slider that is held', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('are told ten times a second at most, and the last one as soon as it is let go', () => {
    const sent: FromCompose[] = [];
    const tell = newSettingSender(
      (message) => sent.push(message),
      () => 7,
    );
    for (let i = 0; i < 4.5 * pause; i++) {
      tell(at(i), true);
      vi.advanceTimersByTime(1);
    }
    expect(sent).toHaveLength(5);
    tell(at(1000), false);
    vi.advanceTimersByTime(1000);
    expect(sent.at(-1)).toEqual({ type: 'setting', setting: at(1000), isMoving: false, seen: 7 });
    expect(sent).toHaveLength(6);
  });
});
