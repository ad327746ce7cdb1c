import { expect, test } from 'vitest';
import type { RunHeading } from '../../src/protocol/runPanel.ts';
import { foldEvent, newRunView } from '../../src/protocol/runView.ts';
import { eventsOf } from '../../test/support/inventedRun.ts';
import { newModel, newState, receive, toggled } from './model.ts';

const whole = eventsOf({ full: 30, sparse: 20 }).whole();
const heading: RunHeading = {
  name: 'a',
  folder: '/a',
  kind: 'task',
  task: 'tagging',
  base: 'b',
  metric: null,
  size: null,
};

function viewOf(count: number) {
  const view = newRunView();
  for (const event of whole.slice(0, count)) foldEvent(view, event);
  return view;
}

test('batches that fit lead to the view that the run has', () => {
  const model = newModel();
  receive(model, { type: 'view', heading, view: viewOf(10), presence: { kind: 'gone' } });
  expect(receive(model, { type: 'events', from: 10, events: whole.slice(10, 25) })).toBe('taken');
  expect(receive(model, { type: 'events', from: 25, events: whole.slice(25) })).toBe('taken');
  expect(model.shown?.view).toEqual(viewOf(whole.length));
});

test('after a batch that does not fit nothing is folded until a view comes', () => {
  const model = newModel();
  receive(model, { type: 'view', heading, view: viewOf(10), presence: { kind: 'gone' } });
  expect(receive(model, { type: 'events', from: 12, events: whole.slice(12, 14) })).toBe('lost');
  // Asked once: further batches do not ask again.
  expect(receive(model, { type: 'events', from: 14, events: whole.slice(14, 15) })).toBe('taken');
  expect(model.shown?.view).toEqual(viewOf(10));
  receive(model, { type: 'view', heading, view: viewOf(15), presence: { kind: 'gone' } });
  receive(model, { type: 'events', from: 15, events: whole.slice(15, 16) });
  expect(model.shown?.view).toEqual(viewOf(16));
});

test('a series is switched off and on again', () => {
  const off = toggled(newState('/a'), 'loss:train');
  expect(off.hidden).toEqual(['loss:train']);
  expect(toggled(off, 'loss:train')).toEqual(newState('/a'));
});
