import type {
  BenchData,
  BenchDifference,
  BenchFigure,
  BenchPoint,
  BenchSetting,
  BenchSweep,
} from '../../protocol/bench.ts';
import type { ComparedSystem } from '../evaluator/comparison.ts';
import type { Evaluated, Setting } from '../evaluator/evaluator.ts';
import type { DataRequest } from '../evaluator/headTask.ts';
import { taskName } from '../../recipe/taskNames.ts';
import { orNull } from '../evaluator/resultOf.ts';
import type { SweepPoint, SweepResult } from '../sweep/coefficientSweep.ts';

/** A setting as the evaluator takes it. */
export function settingOf({ sfts, rule, headFrom, force }: BenchSetting): Setting {
  return { sfts: sfts.map(({ file, coefficient }) => ({ sft: file, coefficient })), rule, headFrom, force };
}

/** A data file as the evaluator takes it. */
export function requestOf({
  data,
  column,
  text,
  pair,
  label,
  rename,
  decoding,
  language,
  task,
  labels,
  blockSize,
}: BenchData): DataRequest {
  return {
    data,
    column,
    text,
    pair,
    label,
    rename,
    decoding,
    language,
    task: taskName(task),
    labels,
    blockSize,
  };
}

/** An evaluation as it crosses to the window. */
export function figureOf(found: Evaluated, tuned: boolean): BenchFigure {
  const { metric, metrics, examples, all, units, byLabel, notes, warnings, remembered } = found;
  const { low, high } = found.interval();
  return {
    metric,
    value: orNull(metrics[metric]),
    low: orNull(low),
    high: orNull(high),
    metrics: Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, orNull(value)])),
    examples,
    of: all,
    units,
    labels: byLabel === undefined ? null : Object.fromEntries(byLabel),
    notes,
    warnings: warnings.map(({ message }) => message),
    remembered: remembered >= examples,
    tuned,
  };
}

/** A difference to a reference as it crosses to the window. */
export function differenceOf(metric: string, { against }: ComparedSystem): BenchDifference {
  const { difference, interval, p } = against ?? {
    difference: NaN,
    interval: { low: NaN, high: NaN },
    p: NaN,
  };
  return {
    metric,
    difference: orNull(difference),
    low: orNull(interval.low),
    high: orNull(interval.high),
    p: orNull(p),
  };
}

/** A point of a sweep as it crosses to the window. */
export function pointOf({ coefficients, value, low, high }: SweepPoint): BenchPoint {
  return { coefficients, value: orNull(value), low: orNull(low), high: orNull(high) };
}

/** A sweep as it crosses to the window. */
export function sweepFigure({ metric, examples, points }: SweepResult): BenchSweep {
  return { metric, examples, points: points.map(pointOf) };
}
