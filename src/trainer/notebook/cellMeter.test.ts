import { describe, expect, it } from 'vitest';
import type { CellProgress } from '../../protocol/notebook.ts';
import { newCellMeter } from './cellMeter.ts';

/** A meter with a clock that is set. */
function metered() {
  const told: CellProgress[] = [];
  const clock = { seconds: 0 };
  const meter = newCellMeter(
    (progress) => told.push(progress),
    () => 1000 * clock.seconds,
  );
  return { meter, told, clock, last: () => told.at(-1) };
}

describe('the meter of a cell', () => {
  it('says what is done before anything is counted', () => {
    const { meter, told } = metered();
    meter.say('loading the base model');
    expect(told).toEqual([{ doing: 'loading the base model', evaluations: null, secondsLeft: null }]);
  });

  it('says how much of a large text has been gone through, which tells nothing of how long its evaluation takes', () => {
    const { meter, clock, last } = metered();
    meter.expect(1);
    meter.begin('a on b');
    clock.seconds = 60;
    meter.reading(0.251);
    expect(last()).toEqual({
      doing: 'a on b: reading the text, 25 %',
      evaluations: { done: 0, of: 1 },
      secondsLeft: null,
    });
  });

  it('counts evaluations, and tells the time from those that are made', () => {
    const { meter, clock, last } = metered();
    meter.expect(4);
    meter.begin('a on b');
    expect(last()).toEqual({ doing: 'a on b', evaluations: { done: 0, of: 4 }, secondsLeft: null });
    clock.seconds = 5;
    meter.within({ done: 50, of: 100 });
    // Ten seconds each: half of this one, and three more.
    expect(last()).toEqual({
      doing: 'a on b: 50 of 100',
      evaluations: { done: 0, of: 4 },
      secondsLeft: 35,
    });
    clock.seconds = 12;
    meter.within({ done: 100, of: 100 });
    meter.end();
    meter.begin('c on b');
    expect(last()).toMatchObject({ evaluations: { done: 1, of: 4 }, secondsLeft: 36 });
  });

  it('knows nothing of the time from a first example, nor from what was predicted before', () => {
    const { meter, clock, last } = metered();
    meter.expect(3);
    meter.begin('kept');
    clock.seconds = 0.01;
    meter.end();
    meter.begin('new');
    expect(last()).toMatchObject({ evaluations: { done: 1, of: 3 }, secondsLeft: null });
    clock.seconds = 1.01;
    meter.within({ done: 1, of: 100 });
    expect(last()?.secondsLeft).toBeNull();
    meter.within({ done: 10, of: 100 });
    expect(last()?.secondsLeft).toBeCloseTo(19, 9);
  });

  it('has no time left where all is made, and another work follows', () => {
    const { meter, clock, last } = metered();
    meter.expect(1);
    meter.begin('a');
    clock.seconds = 2;
    meter.within({ done: 1, of: 1 });
    meter.end();
    meter.say('comparing');
    expect(last()).toEqual({ doing: 'comparing', evaluations: { done: 1, of: 1 }, secondsLeft: null });
  });
});
