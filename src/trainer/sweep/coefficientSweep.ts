import { userError } from '../../core/errors/userError.ts';
import type { Evaluated, Evaluator, EvaluateOptions, Setting } from '../evaluator/evaluator.ts';
import type { DataRequest } from '../evaluator/headTask.ts';

/** A coefficient that is varied: of which SFT of the setting, by number, and the values that it takes. */
export interface SweepAxis {
  readonly target: number;
  readonly values: readonly number[];
}

/** The figure at one choice of coefficients, in the axes' order. */
export interface SweepPoint {
  readonly coefficients: readonly number[];
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface SweepResult {
  readonly metric: string;
  readonly examples: number;
  /** The first axis varies slowest. */
  readonly points: readonly SweepPoint[];
  readonly warnings: Evaluated['warnings'];
  readonly notes: readonly string[];
}

export interface SweepOptions {
  readonly sample?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told after each point, how many of how many that were. */
  readonly tell?: ((point: SweepPoint, metric: string, done: number, of: number) => void) | undefined;
  readonly progress?: EvaluateOptions['progress'];
  /** Adds an evaluation to the record of results, as one by which coefficients are chosen. */
  readonly record?: ((setting: Setting, found: Evaluated) => Promise<void>) | undefined;
}

/** More points, and a sweep would be a search. */
const MOST_POINTS = 1000;

/**
 * Evaluates a composition at all choices of coefficients, one after the other. Whoever then picks the best has tuned on this file.
 * @throws UserError `sweep-too-large`, and as `Evaluator.evaluate`; the signal's reason
 */
export async function sweepCoefficients(
  evaluator: Evaluator,
  setting: Setting,
  axes: readonly SweepAxis[],
  request: DataRequest,
  { sample, signal, tell, progress, record }: SweepOptions,
): Promise<SweepResult> {
  const of = axes.reduce((product, { values }) => product * values.length, 1);
  if (of > MOST_POINTS) throw userError('sweep-too-large', { points: of, limit: MOST_POINTS });
  const points: SweepPoint[] = [];
  let last: Evaluated | undefined;
  for (const coefficients of choices(axes)) {
    const sfts = setting.sfts.map((one, i) => {
      const at = axes.findIndex(({ target }) => target === i);
      return at < 0 ? one : { ...one, coefficient: coefficients[at] };
    });
    const chosen = { ...setting, sfts };
    last = await evaluator.evaluate(chosen, request, { sample, signal, progress });
    await record?.(chosen, last);
    const { low, high } = last.interval();
    const point = { coefficients, value: last.metrics[last.metric], low, high };
    points.push(point);
    tell?.(point, last.metric, points.length, of);
  }
  if (last === undefined) throw new RangeError('a sweep needs an axis with a value');
  const { metric, examples, warnings, notes } = last;
  return { metric, examples, points, warnings, notes };
}

/** All choices of one value an axis. */
function choices(axes: readonly SweepAxis[]): number[][] {
  return axes.reduce<number[][]>(
    (all, { values }) => all.flatMap((chosen) => values.map((value) => [...chosen, value])),
    [[]],
  );
}

/** The point with the best figure; of equal ones the first. Losses are best when they are small. */
export function bestPoint(metric: string, points: readonly SweepPoint[]): SweepPoint {
  const sign = metric === 'loss' || metric === 'perplexity' ? -1 : 1;
  return points.reduce((best, point) => (sign * point.value > sign * best.value ? point : best));
}
