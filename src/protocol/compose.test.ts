import { describe, expect, it } from 'vitest';
import {
  alone,
  backTo,
  benchSettingOf,
  composedSetting,
  type ComposeSetting,
  emptySetting,
  evenly,
  settingKey,
  settingWords,
  sftName,
  stepOf,
  stepped,
  wasMovedOn,
  withFiles,
  withMoved,
  withoutFile,
} from './compose.ts';

const rows = (...all: readonly (readonly [string, number, boolean?])[]): ComposeSetting => ({
  ...emptySetting,
  rows: all.map(([file, coefficient, on = true]) => ({ file, coefficient, on })),
});

describe('the setting of a compose bench', () => {
  it('adds the SFTs that are on, and knows the head by its place among them', () => {
    const setting = { ...rows(['/a', 1, false], ['/b', 0.5], ['/c', -1]), head: '/c' };
    expect(benchSettingOf(setting)).toEqual({
      sfts: [
        { file: '/b', coefficient: 0.5 },
        { file: '/c', coefficient: -1 },
      ],
      rule: 'sum',
      headFrom: 1,
      force: false,
    });
    expect(benchSettingOf({ ...setting, head: 'none' }).headFrom).toBe('none');
    expect(benchSettingOf({ ...setting, head: '/a' }).headFrom).toBeUndefined();
  });

  it('has the same key where it makes the same model', () => {
    expect(settingKey(rows(['/a', 1], ['/b', 2, false]))).toBe(settingKey(rows(['/a', 1])));
    expect(settingKey(rows(['/a', 1]))).not.toBe(settingKey(rows(['/a', 0.5])));
    expect(settingKey(rows(['/a', 1]))).not.toBe(settingKey({ ...rows(['/a', 1]), rule: 'priority' }));
  });

  it('has moved where an SFT that is on has had another coefficient on the file, or in a sweep, not where SFTs are left out', () => {
    const figure = { metric: 'accuracy', value: 0.5, low: 0.4, high: 0.6, examples: 9 };
    const past = (setting: ComposeSetting) => ({ setting, data: '/x', figure, time: '2026-01-01' });
    const document = (...all: readonly ComposeSetting[]) => ({ history: all.map(past), sweep: null });
    const both = rows(['/a', 1], ['/b', 1]);
    const looked = document(both, rows(['/b', 1], ['/a', 1]), rows(['/a', 1]), {
      ...both,
      head: '/b',
      rule: 'priority',
    });
    expect(wasMovedOn(looked, '/x', both)).toBe(false);
    expect(wasMovedOn(looked, '/x', rows(['/a', 1], ['/b', 1, false]))).toBe(false);
    const moved = document(both, rows(['/a', 1], ['/b', 0.7]));
    expect(wasMovedOn(moved, '/x', both)).toBe(true);
    expect(wasMovedOn(moved, '/y', both)).toBe(false);
    // The one that was moved is off: nothing of this figure was chosen.
    expect(wasMovedOn(moved, '/x', rows(['/a', 1], ['/b', 0.7, false]))).toBe(false);
    const sweep = { axes: [], setting: null, data: '/x', metric: 'accuracy', examples: 9, points: [] };
    expect(wasMovedOn({ history: [], sweep }, '/x', both)).toBe(true);
  });

  it('goes back to a past one without losing the SFTs that came since', () => {
    const now = { ...rows(['/b', 1], ['/new', 2]), force: true };
    expect(backTo(now, rows(['/a', 0.3], ['/b', 0.7]))).toEqual({
      ...rows(['/a', 0.3], ['/b', 0.7], ['/new', 2, false]),
      force: true,
    });
  });

  it('takes and moves rows, each file once', () => {
    const { rows: two } = rows(['/a', 1], ['/b', 1]);
    const three = withFiles(two, [{ file: '/b' }, { file: '/c', coefficient: 0.5 }]);
    expect(three.map(({ file, coefficient }) => [file, coefficient])).toEqual([
      ['/a', 1],
      ['/b', 1],
      ['/c', 0.5],
    ]);
    expect(withMoved(three, 2, 0).map(({ file }) => file)).toEqual(['/c', '/a', '/b']);
    expect(withMoved(three, 0, 9).map(({ file }) => file)).toEqual(['/b', '/c', '/a']);
    expect(withoutFile({ ...rows(['/a', 1]), head: '/a' }, '/a')).toEqual(emptySetting);
  });

  it('is that of a composed SFT: its parts, its rule and whose head it has', () => {
    const parts = [
      { name: 'pos', coefficient: 1, head: true, file: '/a' },
      { name: 'mt', coefficient: 0.5, file: '/b' },
    ];
    expect(composedSetting({ parts, rule: 'priority', pruned: null })).toEqual({
      rows: [
        { file: '/a', coefficient: 1, on: true },
        { file: '/b', coefficient: 0.5, on: true },
      ],
      rule: 'priority',
      head: '/a',
      force: false,
    });
    expect(
      composedSetting({ parts: [parts[0], { ...parts[1], file: null }], rule: 'sum', pruned: null }),
    ).toBeUndefined();
    expect(
      composedSetting({ parts: [parts[0], { ...parts[1], file: '/a' }], rule: 'sum', pruned: null }),
    ).toBeUndefined();
    const headless = parts.map((part) => ({ ...part, head: false }));
    expect(composedSetting({ parts: headless, rule: 'sum', noHead: true, pruned: null })?.head).toBe('none');
    expect(composedSetting({ parts: headless, rule: 'sum', pruned: null })?.head).toBeNull();
    expect(composedSetting({ parts: [], rule: 'sum', pruned: null })).toBeUndefined();
    // Its parts, whole, are another model than what is left of it.
    const pruned = { name: 'whole', file: '/whole', entries: 9 };
    expect(composedSetting({ parts, rule: 'sum', pruned })).toBeUndefined();
  });

  it('says in words what it is', () => {
    expect(settingWords(rows(['/x/pos-en.sft.safetensors', 1], ['C:\\y\\mt.safetensors', 0.7]))).toBe(
      'pos-en 1, mt 0.7',
    );
    expect(settingWords({ ...emptySetting, rule: 'priority' })).toBe('base alone (priority)');
    expect(sftName('/x/published/pytorch_diff.bin')).toBe('published');
    expect(alone('/x/mt.sft.safetensors').name).toBe('mt alone');
  });

  it('moves by coarse and fine steps without leaving digits behind', () => {
    const keys = { shiftKey: false, altKey: false };
    expect([stepOf(keys), stepOf({ ...keys, shiftKey: true }), stepOf({ ...keys, altKey: true })]).toEqual([
      0.05, 0.25, 0.01,
    ]);
    let coefficient = 0;
    for (let i = 0; i < 20; i++) coefficient = stepped(coefficient, 0.05);
    expect(coefficient).toBe(1);
    expect(evenly(-1, 1, 5)).toEqual([-1, -0.5, 0, 0.5, 1]);
  });
});
