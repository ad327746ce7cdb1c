import { counted } from '../../core/texts.ts';
import { axisValues } from '../../notebook/cells/rules.ts';
import { referenceOf } from '../../notebook/cells/paths.ts';
import type { CellValue } from '../../notebook/cells/schema.ts';
import { figureText, intervalText } from '../../notebook/plainText.ts';
import type { CellOutput, NotebookBlock } from '../../protocol/notebook.ts';
import { tunedOnTest } from '../../protocol/results.ts';
import type { SftReference } from '../../recipe/sftReference.ts';
import type { Evaluated } from '../evaluator/evaluator.ts';
import { orNull } from '../evaluator/resultOf.ts';
import {
  cellData,
  cellEvaluator,
  type CellContext,
  compositionName,
  evaluateInCell,
  located,
  saidOf,
  settingOf,
  sharedLines,
} from './cellContext.ts';
import { metricOf } from '../evaluator/metricOf.ts';
import { intervalOf } from './evaluateCell.ts';
import { isLoss } from './significance.ts';
import { textBlock } from './textBlock.ts';

interface SweepPoint {
  readonly sfts: readonly SftReference[];
  readonly x: number;
  readonly y: number;
  readonly metric: string;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** A figure as one or two coefficients move. Figures on this file are tuned on it from then on. */
export async function sweepCell(context: CellContext, value: CellValue<'sweep'>): Promise<CellOutput> {
  const evaluator = await cellEvaluator(context, value);
  const data = cellData(context, value.data);
  const references = located(context, value.sfts.map(referenceOf));
  const [first, second] = value.over;
  const [xs, ys] = [axisValues(first), second === undefined ? [Number.NaN] : axisValues(second)];
  context.meter.expect(xs.length * ys.length);
  const points: SweepPoint[] = [];
  const evaluations: Evaluated[] = [];
  for (const y of ys) {
    for (const x of xs) {
      const sfts = references.map((one, i) => {
        if (i === first.sft - 1) return { ...one, coefficient: x };
        return second !== undefined && i === second.sft - 1 ? { ...one, coefficient: y } : one;
      });
      const rounded = sfts.map((one) => ({ ...one, coefficient: Number(one.coefficient.toPrecision(3)) }));
      const what = `${compositionName(rounded)} on ${data.name}`;
      const options = { sample: value.sample, what, sweeps: true };
      const { found } = await evaluateInCell(context, evaluator, settingOf(sfts, value), data, options);
      const metric = metricOf(found, value.metric);
      const { low, high } = intervalOf(found, metric);
      evaluations.push(found);
      points.push({ sfts, x, y, metric, value: found.metrics[metric], low: orNull(low), high: orNull(high) });
    }
  }
  const [{ metric }] = points;
  const best = points.reduce((a, b) => ((isLoss(metric) ? b.value < a.value : b.value > a.value) ? b : a));
  const title = `${metric} on ${data.name}`;
  const axis = (sft: number) =>
    `coefficient of ${compositionName([{ ...references[sft - 1], coefficient: 1 }])}`;
  const drawn: NotebookBlock =
    second === undefined
      ? {
          type: 'curve',
          title,
          x: axis(first.sft),
          metric,
          points: points.map(({ x, value: figure, low, high }) => ({ x, value: orNull(figure), low, high })),
        }
      : {
          type: 'map',
          title,
          x: axis(first.sft),
          y: axis(second.sft),
          metric,
          xs,
          ys,
          values: ys.map((_, row) => xs.map((__, column) => orNull(points[row * xs.length + column].value))),
        };
  const { notes, warnings } = saidOf(evaluations);
  const shared = await sharedLines(context, [{ found: evaluations[0], data }]);
  const said = `The best of ${counted(points.length, 'setting')} is ${compositionName(best.sfts)}: ${figureText(metric, orNull(best.value))} (${intervalText(metric, best.low, best.high)}). It was chosen on this file: take another one to report it.`;
  return {
    kind: 'sweep',
    blocks: [
      drawn,
      ...textBlock('warning', [...(data.role === 'test' ? [tunedOnTest(data.name)] : []), ...warnings]),
      { type: 'text', tone: 'note', lines: [said, ...shared, ...notes] },
    ],
    figures: [
      {
        system: 'best',
        on: data.name,
        metric,
        value: orNull(best.value),
        low: best.low,
        high: best.high,
        seeds: 1,
        tuned: true,
      },
    ],
    comparisons: [],
  };
}
