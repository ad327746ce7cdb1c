import { shareDigits } from '../../src/protocol/numberTexts.ts';

const missing = '–';
// Made once: a number a call would cost more than what it is for.
const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 9 });

/** 14,155,776 */
export function count(value: number | null): string {
  return isNumber(value) ? grouped.format(Math.round(value)) : missing;
}

/** 12.3 %; 99.96 %, not 100.0 %, of what is not all. */
export function percent(fraction: number | null, digits = 1): string {
  return isNumber(fraction) ? `${(100 * fraction).toFixed(shareDigits(fraction, digits))} %` : missing;
}

/** A measured number with four significant digits, so that it keeps its width: 0.03125, 1.200, 1,234, 2.500e-7. */
export function figure(value: number | null): string {
  if (!isNumber(value)) return missing;
  const size = Math.abs(value);
  if (value === 0) return '0';
  if (size < 1e-3 || size >= 1e7) return value.toExponential(3).replace('e+', 'e');
  return size >= 1000 ? count(value) : value.toPrecision(4);
}

/** A number on an axis or of a threshold, with at most three digits: 3.2e-5, 0.25, 40k. */
export function short(value: number | null): string {
  if (!isNumber(value)) return missing;
  const size = Math.abs(value);
  if (value === 0) return '0';
  if (size < 1e-3 || size >= 1e9)
    return value
      .toExponential(2)
      .replace(/\.?0+e/, 'e')
      .replace('e+', 'e');
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  if (size >= 1e4) return `${Number((value / 1e3).toPrecision(3))}k`;
  return grouped.format(Number(value.toPrecision(3)));
}

/** 3.1 GB, 56.6 MB (powers of 1,000). */
export function bytes(value: number | null): string {
  if (!isNumber(value)) return missing;
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)));
  const scaled = value / 1000 ** power;
  return `${power === 0 ? String(scaled) : scaled.toFixed(1)} ${units[power]}`;
}

/** 2 d 3 h, 1 h 05 min, 12 min, 40 s */
export function duration(seconds: number | null): string {
  if (!isNumber(seconds)) return missing;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** 14:32, or with the weekday where it is not today. `time` and `now` are milliseconds since 1970. */
export function clock(time: number, now: number): string {
  const when = new Date(time);
  const text = `${String(when.getHours()).padStart(2, '0')}:${String(when.getMinutes()).padStart(2, '0')}`;
  const today = new Date(now);
  if (when.toDateString() === today.toDateString()) return text;
  const far = Math.abs(time - now) > 6 * 24 * 3600 * 1000;
  const options: Intl.DateTimeFormatOptions = far ? { day: 'numeric', month: 'short' } : { weekday: 'short' };
  return `${when.toLocaleDateString('en-GB', options)} ${text}`;
}

function isNumber(value: number | null): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
