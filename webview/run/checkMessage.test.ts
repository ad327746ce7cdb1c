import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldEvent, newRunView } from '../../src/protocol/runView.ts';
import { eventsOf } from '../../test/support/inventedRun.ts';
import { checkState, checkToRunPanel } from './checkMessage.ts';

const whole = eventsOf({ full: 30, sparse: 20 }).whole();
const view = newRunView();
for (const event of whole) foldEvent(view, event);
const heading = {
  name: 'pos-en',
  folder: '/r',
  kind: 'task',
  task: 'tagging',
  base: 'b',
  metric: 'f1',
  size: null,
};
const messages = [
  { type: 'view', heading, view, presence: { kind: 'gone' } },
  { type: 'events', from: 3, events: whole },
  {
    type: 'presence',
    heading,
    presence: { kind: 'ended', end: { outcome: 'done', cause: null, resumable: false } },
  },
  {
    type: 'presence',
    heading,
    presence: {
      kind: 'live',
      live: { status: 'pausing', position: null, memory: 1, node: 'plain Node 24.1.0', pid: 1 },
    },
  },
  {
    type: 'presence',
    heading,
    presence: {
      kind: 'live',
      live: { status: 'running', position: null, memory: 1, node: 'plain Node 24.1.0', pid: 1, k: 250 },
    },
  },
  { type: 'log', text: 'x', truncated: true },
  { type: 'recipe', text: 'x' },
  { type: 'overlay', folder: '/o', name: 'o', view },
  { type: 'kAnswer', k: 250, answer: 'taken' },
  { type: 'kAnswer', k: 250, answer: { what: 'a', advice: 'b' } },
  { type: 'problem', what: 'a', advice: 'b' },
];

test('every message of the protocol is let through, as structured clone and as JSON bring it', () => {
  for (const message of messages) {
    expect(checkToRunPanel(structuredClone(message))).toEqual(message);
    expect(checkToRunPanel(JSON.parse(JSON.stringify(message)))).toBeDefined();
  }
  const nan = { ...whole[2], loss: NaN };
  expect(checkToRunPanel({ type: 'events', from: 0, events: [nan] })).toBeDefined();
  expect(
    checkToRunPanel({ type: 'events', from: 0, events: [{ type: 'of a later version' }] }),
  ).toBeDefined();
});

test('anything else is not', () => {
  fc.assert(
    fc.property(fc.anything(), (data) => {
      expect(checkToRunPanel(data)).toBeUndefined();
    }),
  );
  expect(checkToRunPanel({ type: 'view' })).toBeUndefined();
  expect(checkToRunPanel({ type: 'events', from: 0, events: [{ type: 'step', step: '1' }] })).toBeUndefined();
  expect(checkToRunPanel({ ...messages[0], view: { ...view, series: [{}] } })).toBeUndefined();
});

test('a state that is not ours is not used', () => {
  const state = { folder: '/r', tab: 'table', zoom: [1, 5], frame: null, hidden: ['a'], overlays: [] };
  expect(checkState(state)).toEqual(state);
  // An earlier version kept the K before.
  expect(checkState({ ...state, k: { set: 5, before: null } })).toEqual(state);
  expect(checkState({ ...state, mapTable: true })).toHaveProperty('mapTable', true);
  expect(checkState({ ...state, mapTable: 'no' })).toBeUndefined();
  expect(checkState({ ...state, tab: 'x' })).toBeUndefined();
  expect(checkState({ ...state, zoom: [1] })).toBeUndefined();
  expect(checkState(undefined)).toBeUndefined();
});
