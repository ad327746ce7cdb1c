import { describe, expect, it } from 'vitest';
import { watchEvaluation } from './evaluationProgress.ts';

/** What is said at which second. */
function watched() {
  let time = 0;
  const said: string[] = [];
  const watch = watchEvaluation(
    (line) => said.push(`${time} ${line}`),
    () => time,
  );
  return { watch, said, at: (seconds: number) => (time = seconds) };
}

describe('the progress of an evaluation, where there is no terminal', () => {
  it('is told every five seconds at first, with the time that is left', () => {
    const { watch, said, at } = watched();
    at(1);
    watch.reading(0.1);
    at(6);
    watch.reading(0.5);
    at(7);
    watch.progress({ done: 100, of: 1100 });
    at(17);
    watch.progress({ done: 200, of: 1100 });
    expect(said).toEqual(['6 reading the text: 50.0 %', '17 200 of 1,100 examples · 1 min 30 s left']);
  });

  it('counts what was predicted before as no work', () => {
    const { watch, said, at } = watched();
    at(10);
    watch.progress({ done: 1000, of: 1100 });
    at(20);
    watch.progress({ done: 1010, of: 1100 });
    expect(said).toEqual(['10 1,000 of 1,100 examples', '20 1,010 of 1,100 examples · 1 min 30 s left']);
  });

  it('takes ever longer, so that days are no thousands of lines', () => {
    const { watch, said, at } = watched();
    for (let hour = 0; hour < 48; hour++)
      for (let second = 0; second < 3600; second++) {
        at(3600 * hour + second);
        watch.progress({ done: 3600 * hour + second, of: 48 * 3600 });
      }
    expect(said.length).toBeGreaterThan(100);
    expect(said.length).toBeLessThan(500);
  });
});
