import { expect, it } from 'vitest';
import { forestPlot } from './forestPlot.ts';

const bar = (name: string, value: number | null, low = value, high = value) => ({ name, value, low, high });

it('lays figures out below one another, from the least end of an interval to the largest', () => {
  const plot = forestPlot({ bars: [bar('whole', 0.8, 0.7, 0.9), bar('without layer 1', 0.5, 0.4, 0.6)] });
  const [whole, without] = plot!.rows;
  expect(plot!.ends.map(({ value }) => value)).toEqual([0.4, 0.9]);
  expect(without.low).toBe(plot!.ends[0].x);
  expect(whole.high).toBe(plot!.ends[1].x);
  expect(whole.x).toBe(plot!.reference);
  expect(without.low).toBeLessThan(without.x);
  expect(without.high).toBeLessThan(whole.low);
  expect(without.y).toBeGreaterThan(whole.y);
  expect(plot!.names).toBeLessThan(without.low);
  expect(plot!.height).toBeGreaterThan(without.y);
});

it('leaves out what is no number, and draws nothing of a single figure', () => {
  expect(
    forestPlot({ bars: [bar('a', 1), bar('b', null), bar('c', 1)] })?.rows.map(({ name }) => name),
  ).toEqual(['a', 'c']);
  expect(forestPlot({ bars: [bar('a', 1), bar('b', null)] })).toBeUndefined();
});
