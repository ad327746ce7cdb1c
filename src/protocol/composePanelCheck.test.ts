import { describe, expect, it } from 'vitest';
import { newComposeDocument } from './compose.ts';
import { checkFromCompose } from './composePanelCheck.ts';

const { setting } = newComposeDocument([{ file: '/a' }, { file: '/b', coefficient: -0.5 }]);
const axis = { file: '/a', from: 0, to: 1.5, count: 7 };

describe('messages of a page of a compose bench', () => {
  it.each([
    { type: 'ready' },
    { type: 'setting', setting, isMoving: true, seen: 3 },
    { type: 'setting', setting: { ...setting, head: 'none', rule: 'priority' }, isMoving: false, seen: 0 },
    { type: 'reference', reference: null },
    { type: 'reference', reference: { name: 'a alone', setting } },
    { type: 'role', role: 'test' },
    { type: 'sweep', axes: [axis, { ...axis, file: '/b' }], isWhole: false },
    { type: 'dropped', uris: ['file:///a'] },
    { type: 'open', file: '/a' },
    { type: 'action', action: 'saveSft' },
  ])('are taken: %j', (message) => {
    expect(checkFromCompose({ ...message, more: 1 })).toEqual(message);
  });

  it.each([
    null,
    'ready',
    { type: 'nothing' },
    { type: 'setting', setting, isMoving: 1, seen: 0 },
    { type: 'setting', setting, isMoving: true },
    { type: 'setting', setting: { ...setting, rule: 'most' }, isMoving: false, seen: 0 },
    {
      type: 'setting',
      setting: { ...setting, rows: [{ file: '/a', coefficient: Infinity, on: true }] },
      isMoving: false,
      seen: 0,
    },
    {
      type: 'setting',
      setting: { ...setting, rows: [...setting.rows, ...setting.rows] },
      isMoving: false,
      seen: 0,
    },
    { type: 'role', role: 'train' },
    { type: 'sweep', axes: [], isWhole: false },
    { type: 'sweep', axes: [{ ...axis, count: 1e9 }], isWhole: false },
    { type: 'sweep', axes: [axis, axis, axis], isWhole: false },
    { type: 'dropped', uris: [7] },
    { type: 'dropped', uris: Array.from({ length: 1000 }, () => 'file:///a') },
    { type: 'action', action: 'delete' },
    { type: 'open', file: 'x'.repeat(20_000) },
  ])('are refused: %j', (message) => {
    expect(checkFromCompose(message)).toBeUndefined();
  });
});
