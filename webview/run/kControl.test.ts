import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newKControl } from './kControl.ts';
import type { KView } from './kView.ts';
import type { KWishes } from './model.ts';

const spoken = vi.hoisted(() => [] as string[]);
vi.mock('../ui/announce.ts', () => ({ announce: (text: string) => spoken.push(text) }));

beforeEach(() => {
  spoken.length = 0;
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

/** A control of a run whose K is 1,000. */
function controlled() {
  const wishes: KWishes = { held: null, asked: null, refused: null, isWrong: false };
  const asked: number[] = [];
  const part: { state: KView['state']; isThere: boolean } = { state: 'set', isThere: true };
  const view = (): KView | null =>
    part.isThere
      ? {
          k: wishes.held ?? wishes.asked ?? 1000,
          range: { low: 100, high: 5000 },
          maskable: 10_000,
          state: part.state,
          isPaused: false,
          about: null,
          hasBudget: false,
          threshold: 0.25,
          backTo: null,
          isWrong: wishes.isWrong,
        }
      : null;
  const control = newKControl({ wishes, view, moved: () => undefined, ask: (k) => asked.push(k) });
  return { control, wishes, asked, part };
}

test('several keys are one question, some time after the last', () => {
  const { control, wishes, asked } = controlled();
  for (const k of [1010, 1020, 1030]) {
    control.step(k);
    vi.advanceTimersByTime(500);
  }
  expect([asked, wishes.held]).toEqual([[], 1030]);
  vi.advanceTimersByTime(500);
  expect([asked, wishes.held, wishes.asked]).toEqual([[1030], null, 1030]);
});

test('what is let go is asked for once, and what is dropped never', () => {
  const { control, asked } = controlled();
  control.move(1500);
  control.settle();
  control.settle();
  control.step(1600);
  control.drop();
  control.move(1700);
  control.drop();
  vi.runAllTimers();
  control.settle();
  expect(asked).toEqual([1500]);
});

test('nobody is asked for the K that is so already, or after the full phase', () => {
  const { control, wishes, asked, part } = controlled();
  control.ask(1000);
  control.ask(2000);
  control.ask(2000);
  expect(asked).toEqual([2000]);
  control.step(3000);
  part.isThere = false;
  vi.runAllTimers();
  expect([asked, wishes.held]).toEqual([[2000], null]);
});

test('why a K is none is said until another one is moved to', () => {
  const { control, wishes, asked } = controlled();
  control.refuse('That is none.');
  expect(wishes.refused).toEqual({ what: 'That is none.', advice: '' });
  control.move(1500);
  expect([wishes.refused, asked]).toEqual([null, []]);
});

test('what is typed and is none gives up what was held, and stays until the field is left', () => {
  const { control, wishes, asked, part } = controlled();
  control.step(9);
  control.mistype();
  expect([wishes.held, wishes.isWrong]).toEqual([null, true]);
  vi.runAllTimers();
  control.refuse('That is none.');
  expect([wishes.isWrong, wishes.refused?.what]).toEqual([true, 'That is none.']);
  control.settle();
  expect([asked, wishes.isWrong, wishes.refused?.what]).toEqual([[], false, 'That is none.']);
  control.mistype();
  control.drop();
  expect([wishes.isWrong, wishes.refused]).toEqual([false, null]);
  // With the field goes what was typed.
  control.mistype();
  part.isThere = false;
  control.say();
  expect(wishes.isWrong).toBe(false);
});

test('it is spoken once that the run has the K that was waited for', () => {
  const { control, part } = controlled();
  control.say();
  part.state = 'waiting';
  control.say();
  control.say();
  expect(spoken).toEqual([]);
  part.state = 'set';
  control.say();
  control.say();
  expect(spoken).toEqual(['The mask of K 1,000 begins at |p - p0| 0.25']);
});
