import { expect, it } from 'vitest';
import type { ToRunPanel } from '../../protocol/runPanel.ts';
import { SftProblem } from '../programs/programs.ts';
import { newNewestK } from './newestK.ts';

/** A run that answers when it is told to. */
function slowRun() {
  const asked: number[] = [];
  const told: ToRunPanel[] = [];
  let settle: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;
  const newest = newNewestK(
    (k) => {
      asked.push(k);
      return new Promise((resolve, reject) => {
        settle = { resolve, reject };
      });
    },
    (message) => told.push(message),
  );
  const answer = (error?: Error) => (error === undefined ? settle?.resolve() : settle?.reject(error));
  return { asked, told, newest, answer };
}

it('asks one after the other, so that the run ends with the K that was wanted last', async () => {
  const { asked, told, newest, answer } = slowRun();
  const all = [newest.want(100), newest.want(200), newest.want(300)];
  expect(asked).toEqual([100]);
  answer();
  await expect.poll(() => asked).toEqual([100, 300]);
  answer();
  await Promise.all(all);
  expect(told).toEqual([
    { type: 'kAnswer', k: 100, answer: 'taken' },
    { type: 'kAnswer', k: 300, answer: 'taken' },
  ]);
});

it('tells why a K is refused, without advice for the command line, and asks for the next', async () => {
  const { told, newest, answer } = slowRun();
  const first = newest.want(9999);
  answer(new SftProblem({ code: 'select-k', message: 'a b', what: 'K is too large.', advice: 'Give --k.' }));
  await first;
  const second = newest.want(5);
  answer(new SftProblem({ code: 'run-not-live', message: 'a b', what: 'It is over.', advice: 'Look.' }));
  await second;
  const third = newest.want(6);
  answer();
  await third;
  expect(told.map((message) => (message.type === 'kAnswer' ? message.answer : message))).toEqual([
    { what: 'K is too large.', advice: '' },
    { what: 'It is over.', advice: 'Look.' },
    'taken',
  ]);
});

it('reminds a page that begins anew of what is being asked, and of nothing else', async () => {
  const { told, newest, answer } = slowRun();
  newest.remind();
  expect(told).toEqual([]);
  const all = [newest.want(100), newest.want(200)];
  newest.remind();
  expect(told).toEqual([{ type: 'kAnswer', k: 200, answer: 'asked' }]);
  answer();
  await expect.poll(() => told.length).toBe(2);
  await Promise.resolve();
  answer();
  await Promise.all(all);
  newest.remind();
  expect(told.at(-1)).toEqual({ type: 'kAnswer', k: 200, answer: 'taken' });
});
