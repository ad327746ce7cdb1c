import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/protocol/events.ts';
import type { LiveState } from '../../src/protocol/liveRun.ts';
import type { RunHeading } from '../../src/protocol/runPanel.ts';
import { foldEvent, newRunView } from '../../src/protocol/runView.ts';
import { eventsOf } from '../../test/support/inventedRun.ts';
import { aboutThreshold } from './aboutThreshold.ts';
import { kOf, kView } from './kView.ts';
import { newModel, receive, type PanelModel } from './model.ts';

const run = eventsOf({ full: 40, sparse: 20 });
const { k } = run.start;
const training = [run.start, ...run.phase('full', 20)];
const heading: RunHeading = {
  name: 'a',
  folder: '/a',
  kind: 'task',
  task: 'tagging',
  base: 'b',
  metric: null,
  size: null,
};

function modelOf(events: readonly RunEvent[], part: Partial<LiveState> = {}): PanelModel {
  const view = newRunView();
  for (const event of events) foldEvent(view, event);
  const live: LiveState = {
    status: 'running',
    position: null,
    memory: 1,
    node: 'n',
    pid: 1,
    k: null,
    ...part,
  };
  const model = newModel();
  receive(model, { type: 'view', heading, view, presence: { kind: 'live', live } });
  return model;
}

const told = (...events: readonly RunEvent[]) => kOf(modelOf(events).shown!.view.run);
const shown = (model: PanelModel) => kView(model);

describe('K can be changed', () => {
  test.each(['running', 'pausing', 'paused'] as const)('in the full phase of a run that is %s', (status) => {
    expect(shown(modelOf(training, { status }))).toMatchObject({ k, state: 'set', about: null });
  });

  test.each<[string, readonly RunEvent[], Partial<LiveState>?]>([
    ['before the run has begun', []],
    ['while it stops', training, { status: 'stopping' }],
    ['while it waits for the machine', training, { status: 'queued' }],
    ['of a run of an earlier version', training, { k: undefined }],
    ['of random masks', [{ ...run.start, by: 'randomPerTensor' }, ...run.phase('full', 20)]],
    [
      'of a run that does not tell how it chooses',
      [{ ...run.start, by: undefined }, ...run.phase('full', 20)],
    ],
    ['of a baseline', [{ ...run.start, k: 0, by: undefined }, ...run.phase('full', 20)]],
    ['after the last step of the full phase', [run.start, ...run.phase('full', 40)]],
    ['after the choice', [...training, run.select]],
    ['in the sparse phase', [...training, run.select, run.rewind, ...run.phase('sparse', 5)]],
  ])('but not %s', (_, events, part) => {
    expect(shown(modelOf(events, part))).toBeNull();
  });

  test('and not where nothing of the run is shown, or it has ended', () => {
    expect(shown(newModel())).toBeNull();
    const model = modelOf(training);
    receive(model, { type: 'presence', heading, presence: { kind: 'gone' } });
    expect(shown(model)).toBeNull();
  });
});

describe('what K would choose', () => {
  test('is read off the last statistics while it is moved', () => {
    const model = modelOf(training);
    model.k.held = 3000;
    const view = shown(model);
    expect(view).toMatchObject({ k: 3000, state: 'moving' });
    expect(view?.about).toEqual(aboutThreshold(run.mask(20).histogram, 3000));
  });

  test('is not read off them where layers have a budget', () => {
    const model = modelOf([{ ...run.start, hasBudget: true }, ...run.phase('full', 20)]);
    model.k.held = 3000;
    expect(shown(model)).toMatchObject({ k: 3000, state: 'moving', about: null, hasBudget: true });
  });

  test('is waited for until statistics of that K come, whoever asked for it', () => {
    const asked = modelOf(training);
    asked.k.asked = 3000;
    expect(shown(asked)).toMatchObject({ k: 3000, state: 'waiting' });
    // Another window has asked for it, or this one before it was reloaded.
    const elsewhere = modelOf(training, { k: 3000 });
    expect(shown(elsewhere)).toMatchObject({ k: 3000, state: 'waiting' });
    const { events: from } = elsewhere.shown!.view;
    receive(elsewhere, { type: 'events', from, events: [run.step('full', 21), run.mask(21, 3000)] });
    expect(shown(elsewhere)).toMatchObject({
      k: 3000,
      state: 'set',
      about: null,
      threshold: run.mask(21).threshold,
    });
  });

  test('is K of one iteration where there are several', () => {
    const phases = [1, 2].flatMap((iteration) => [
      { iteration, phase: 'full', steps: 40 } as const,
      { iteration, phase: 'sparse', steps: 20 } as const,
    ]);
    const events = [{ ...run.start, k: 5001, phases }, ...run.steps('full', 20), run.mask(20, 2500)];
    expect(shown(modelOf(events))).toMatchObject({ k: 5001, state: 'set' });
    const model = modelOf(events);
    model.k.held = 3001;
    expect(shown(model)?.about).toEqual(aboutThreshold(run.mask(20).histogram, 1500));
  });

  test('is not known before there are statistics', () => {
    const model = modelOf([run.start, ...run.steps('full', 3)]);
    expect(shown(model)).toMatchObject({ k, state: 'set', about: null });
    model.k.asked = 3000;
    expect(shown(model)).toMatchObject({ k: 3000, state: 'waiting', about: null });
  });
});

describe('an answer', () => {
  test('makes the K that was asked for that of the run', () => {
    const model = modelOf(training);
    model.k.asked = 3000;
    receive(model, { type: 'kAnswer', k: 3000, answer: 'taken' });
    expect(model.k.asked).toBeNull();
    expect(shown(model)).toMatchObject({ k: 3000, state: 'waiting' });
  });

  test('that refuses it leaves K as it was, and says why', () => {
    const model = modelOf(training);
    model.k.asked = 3000;
    const answer = { what: 'a', advice: 'b' };
    receive(model, { type: 'kAnswer', k: 3000, answer });
    expect(model.k).toEqual({ held: null, asked: null, refused: answer, isWrong: false });
    expect(shown(model)).toMatchObject({ k, state: 'set' });
  });

  test('to an earlier wish is passed over', () => {
    const model = modelOf(training);
    model.k.asked = 3000;
    receive(model, { type: 'kAnswer', k: 2000, answer: { what: 'a', advice: 'b' } });
    expect(model.k).toEqual({ held: null, asked: 3000, refused: null, isWrong: false });
  });

  test('that is still to come is waited for by a page that begins anew', () => {
    const model = modelOf(training);
    receive(model, { type: 'kAnswer', k: 3000, answer: 'asked' });
    expect(shown(model)).toMatchObject({ k: 3000, state: 'waiting' });
  });
});

test("one can go back to the recipe's K, however often it was changed", () => {
  expect(shown(modelOf(training))?.backTo).toBeNull();
  const model = modelOf([...training, run.mask(21, 3000)], { k: 4000 });
  expect(shown(model)?.backTo).toBe(k);
  // While the run is asked for yet another one.
  model.k.asked = 5000;
  expect(shown(model)?.backTo).toBe(k);
  model.k.asked = k;
  expect(shown(model)?.backTo).toBeNull();
});

test('K of a run is what its last events say', () => {
  expect(told()).toBeUndefined();
  expect(told({ ...run.start, k: 0 })).toBe(0);
  expect(told(...training)).toBe(k);
  expect(told(...training, run.mask(21, 3000))).toBe(3000);
  expect(told(...training, run.mask(21, 3000), { ...run.select, k: 4000 })).toBe(4000);
  expect(told(...training, run.select)).toBe(k);
});
