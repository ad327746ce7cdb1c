import { expect, test } from 'vitest';
import { foldEvent, newRunView } from '../../src/protocol/runView.ts';
import { eventsOf } from '../../test/support/inventedRun.ts';
import { overlapChart } from './maskCharts.ts';
import { stepAxis } from './stepAxis.ts';

const run = eventsOf({ full: 200, sparse: 20 });

/** The chart of a run that told its masks at these steps. */
function chartOf(steps: readonly number[]) {
  const view = newRunView();
  foldEvent(view, run.start);
  for (const [i, step] of steps.entries()) {
    foldEvent(view, run.step('full', step));
    foldEvent(view, { ...run.mask(step), overlap: i === 0 ? null : 0.5 });
  }
  const chart = overlapChart(view.masks, stepAxis([view.series]));
  const { columns, rows } = chart.all();
  const at = columns.findIndex(({ name }) => name === 'steps since the last one');
  return { label: chart.series[0]?.label, gaps: rows.map((row) => row[at]) };
}

test('what an index is over is said for all of the line, and for each one in the table', () => {
  expect(chartOf([20, 40, 60])).toEqual({
    label: 'with the mask 20 steps before',
    gaps: [null, 20, 20],
  });
  expect(chartOf([20, 40, 69, 112, 162])).toEqual({
    label: 'with the mask 20 to 50 steps before',
    gaps: [null, 20, 29, 43, 50],
  });
  expect(chartOf([20]).label).toBe('with the mask before');
});
