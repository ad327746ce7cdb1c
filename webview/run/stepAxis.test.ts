import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { newPhaseSeries } from '../../src/protocol/runSeries.ts';
import { axisEnd, begunRange, boundedZoom, positionOf, stepAt, stepAxis } from './stepAxis.ts';

const run = (...steps: number[]) =>
  steps.map((steps, i) =>
    newPhaseSeries({ iteration: 1 + (i >> 1), phase: i % 2 === 0 ? 'full' : 'sparse', steps }),
  );

test('a phase begins where the longest one before it ends', () => {
  const axis = stepAxis([run(100, 50), run(80, 70)]);
  expect(axis.map(({ phase, from, steps }) => [phase, from, steps])).toEqual([
    ['full', 0, 100],
    ['sparse', 100, 70],
  ]);
  expect(axisEnd(axis)).toBe(170);
  expect(positionOf(axis, { iteration: 1, phase: 'sparse' }, 5)).toBe(105);
  expect(positionOf(axis, { iteration: 2, phase: 'full' }, 5)).toBeUndefined();
});

test('every step is found again at its position', () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 1e5 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(lengths, fc.nat(), fc.nat(), (steps, phase, step) => {
      const axis = stepAxis([run(...steps)]);
      const span = axis[phase % axis.length];
      const asked = 1 + (step % span.steps);
      const { iteration, phase: kind } = span;
      expect(stepAt(axis, positionOf(axis, span, asked) ?? NaN)).toEqual({
        iteration,
        phase: kind,
        step: asked,
      });
    }),
  );
});

test('what is shown ends with the phase under way', () => {
  const series = run(100, 50);
  expect(begunRange(stepAxis([series]), [series])).toEqual([0, 100]);
  series[1].counts.push(1);
  expect(begunRange(stepAxis([series]), [series])).toEqual([0, 150]);
  expect(begunRange([], [])).toEqual([0, 1]);
});

test('a zoom stays within the run, and is none where it is all of it', () => {
  expect(boundedZoom([-5, 40], 100)).toEqual([0, 40]);
  expect(boundedZoom([-5, 140], 100)).toBeNull();
  expect(boundedZoom([50, 50], 100)).toEqual([50, 52]);
  expect(boundedZoom([500, 600], 100)).toEqual([98, 100]);
});
