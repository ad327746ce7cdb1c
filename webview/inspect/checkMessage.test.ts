import { expect, test } from 'vitest';
import { checkState, checkToInspector } from './checkMessage.ts';
import { newState } from './model.ts';

test('state is taken as it was kept, and anything else is none', () => {
  const state = { ...newState(['/x']), place: { row: '3', column: 'q' }, part: 'head 2' };
  expect(checkState(state)).toEqual(state);
  for (const wrong of [undefined, 5, {}, { ...state, tab: 'x' }, { ...state, place: { row: 3 } }])
    expect(checkState(wrong)).toBeUndefined();
});

test('messages of the host are known by their whole shape', () => {
  const base = { folder: '/b', name: 'b', heads: 12, how: 'name', isSame: null };
  const problem = { type: 'problem', topic: 'values', what: 'No.', advice: '', canForce: false };
  for (const right of [{ type: 'gone' }, { type: 'base', base }, { type: 'base', base: null }, problem])
    expect(checkToInspector(right)).toEqual(right);
  for (const wrong of [
    null,
    { type: 'unknown' },
    { type: 'base', base: { ...base, heads: '12' } },
    { ...problem, topic: 'weather' },
    { type: 'overview', overview: {}, isChanged: false },
    { type: 'comparison', comparison: { sfts: [], pairs: [{ a: 0, b: 1, table: {} }], warnings: [] } },
  ])
    expect(checkToInspector(wrong)).toBeUndefined();
});
