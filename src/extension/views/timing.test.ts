import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { atMostEvery, debounced, inTurn } from './timing.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('answers a swarm of calls once, when it has ceased', () => {
  const work = vi.fn();
  const soon = debounced(work, 100, 1000);
  for (let i = 0; i < 5; i++) {
    soon();
    vi.advanceTimersByTime(50);
  }
  expect(work).not.toHaveBeenCalled();
  vi.advanceTimersByTime(50);
  expect(work).toHaveBeenCalledTimes(1);
});

it('does not wait for ever where calls never cease', () => {
  const work = vi.fn();
  const soon = debounced(work, 100, 1000);
  for (let i = 0; i < 30; i++) {
    soon();
    vi.advanceTimersByTime(50);
  }
  expect(work).toHaveBeenCalledTimes(1);
  soon.dispose();
  vi.advanceTimersByTime(5000);
  expect(work).toHaveBeenCalledTimes(1);
});

it('shows the first change at once, later ones once a second, and never misses the last', () => {
  const work = vi.fn();
  const show = atMostEvery(1000, work);
  show();
  expect(work).toHaveBeenCalledTimes(1);
  for (let i = 0; i < 30; i++) {
    show();
    vi.advanceTimersByTime(100);
  }
  expect(work).toHaveBeenCalledTimes(4);
  vi.advanceTimersByTime(1000);
  const after = work.mock.calls.length;
  vi.advanceTimersByTime(10_000);
  expect(work).toHaveBeenCalledTimes(after);
});

it('does work one at a time, and once more for all that was asked meanwhile', async () => {
  let running = 0;
  let most = 0;
  let done = 0;
  const look = inTurn(async () => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    running--;
    done++;
  });
  await Promise.all([look(), look(), look()]);
  expect([most, done]).toEqual([1, 2]);
  await look();
  expect(done).toBe(3);
});

it('can be asked again after a failure', async () => {
  let fail = true;
  const look = inTurn(async () => {
    await Promise.resolve();
    if (fail) throw new Error('no');
  });
  await expect(look()).rejects.toThrow('no');
  fail = false;
  await expect(look()).resolves.toBeUndefined();
});
