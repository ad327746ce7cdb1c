import { largest } from './largest.ts';

/** 12.3 % */
export function percent(fraction: number, digits = 1): string {
  return `${(100 * fraction).toFixed(digits)} %`;
}

/** 14,155,776 */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Columns of text, aligned; numbers to the right. The first row is the heading. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => largest(rows.map((row) => row[column].length)));
  const numeric = widths.map((_, column) =>
    rows.slice(1).every((row) => /^[-+]?[\d.,]/.test(row[column] || '0')),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (numeric[column] ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return rows.length === 0 ? '' : [line(rows[0]), rule, ...rows.slice(1).map(line)].join('\n');
}

/** Whether a metric is a fraction, from 0 to 1. */
export function isFraction(metric: string): boolean {
  return metric !== 'loss' && metric !== 'perplexity';
}

/** A metric as people read it: fractions in percent, losses and perplexities as they are. */
export function metricText(name: string, value: number): string {
  return name === 'loss' || name === 'perplexity'
    ? value.toFixed(name === 'loss' ? 4 : 2)
    : percent(value, 2);
}

/** A difference of two values of a metric, with its sign: fractions in points (+0.16 points), losses and perplexities as they are. */
export function differenceText(name: string, value: number): string {
  if (Number.isNaN(value)) return '-';
  const sign = value > 0 ? '+' : '';
  return name === 'loss' || name === 'perplexity'
    ? `${sign}${metricText(name, value)}`
    : `${sign}${(100 * value).toFixed(2)} points`;
}

/** A probability as one writes it. */
export function probabilityText(p: number): string {
  if (Number.isNaN(p)) return '-';
  return p < 0.001 ? p.toExponential(0) : p.toFixed(3);
}
