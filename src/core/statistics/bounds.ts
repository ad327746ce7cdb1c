import { isFraction } from '../texts.ts';
import type { Interval } from './intervals.ts';

/** An interval of a metric without what that can never be: over two or three seeds it would go beyond. */
export function figureBounds(metric: string, interval: Interval): Interval {
  return within(interval, 0, isFraction(metric) ? 1 : Infinity);
}

/** The same of a difference of two such figures. */
export function differenceBounds(metric: string, interval: Interval): Interval {
  return isFraction(metric) ? within(interval, -1, 1) : interval;
}

function within({ low, high }: Interval, least: number, most: number): Interval {
  return { low: Math.max(least, low), high: Math.min(most, high) };
}
