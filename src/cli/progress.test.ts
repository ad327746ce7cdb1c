import { expect, it } from 'vitest';
import type { RunEvent } from '../protocol/events.ts';
import { newProgress } from './progress.ts';

/** What is told of events where nobody sits at a terminal. */
function told(...events: readonly RunEvent[]): string {
  const written: string[] = [];
  const stream = { isTTY: false, write: (text: string) => written.push(text) };
  const progress = newProgress(10, stream as unknown as NodeJS.WriteStream);
  for (const event of events) progress.show(event);
  return written.join('');
}

it('says how many steps an early end of the full phase has saved, and why', () => {
  const event = { type: 'shortened', iteration: 1, phase: 'full', step: 40, steps: 1000 } as const;
  expect(told({ ...event, reason: 'settled' })).toBe(
    'the full phase ends after step 40 of 1,000, 960 steps are saved: its mask has settled\n',
  );
  expect(told({ ...event, reason: 'asked' })).toContain('960 steps are saved: as asked');
});

it('says what was kept of the full phase, and how large that is', () => {
  expect(told({ type: 'kept', count: 250, moved: 1000, bytes: 2_000_000, seconds: 1 })).toContain(
    'kept what the full phase learnt: 250 of the 1,000 entries that moved, 2.0 MB',
  );
});

it.each([
  { columns: 60, bar: 0 },
  { columns: 80, bar: 10 },
  { columns: 200, bar: 24 },
])('on a terminal of $columns columns the bar gives way to the words', ({ columns, bar }) => {
  const phases = [{ iteration: 1, phase: 'full', steps: 100 } as const];
  const facts = { name: 'x', engine: 'cpu', threads: 1, seed: 1, k: 1, maskable: 10, parameters: 10 };
  const written: string[] = [];
  const stream = { isTTY: true, columns, write: (text: string) => written.push(text) };
  const progress = newProgress(10, stream as unknown as NodeJS.WriteStream);
  progress.show({ type: 'start', version: 1, time: '', ...facts, phases });
  progress.show({ type: 'phase', ...phases[0] });
  const figures = { loss: 1, l1: 0, gradientNorm: 1, learningRate: 1, tokens: 100, seconds: 1 };
  progress.show({ type: 'step', iteration: 1, phase: 'full', step: 50, ...figures });
  const line = written.findLast((text) => text.includes('full 50/100')) ?? '';
  expect(line.length).toBeLessThan(columns);
  expect(line.match(/[█░]/g) ?? []).toHaveLength(bar);
  if (bar > 0) expect(line).toMatch(/· all \d+(\.\d+)? \w+$/);
});
