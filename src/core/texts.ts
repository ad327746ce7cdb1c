import { largest } from './largest.ts';

/** 12.3 %; 99.96 %, not 100.0 %, of what is not all. */
export function percent(fraction: number, digits = 1): string {
  return `${(100 * fraction).toFixed(shareDigits(fraction, digits))} %`;
}

/** Digits of a share in percent: more than wanted where it would look like all, or like nothing, and is not. */
export function shareDigits(fraction: number, digits: number): number {
  const shown = (places: number) => Number((100 * fraction).toFixed(places));
  if (fraction <= 0 || fraction >= 1) return digits;
  return enough(digits, (places) => shown(places) > 0 && shown(places) < 100);
}

/** Digits of a number are no more than this. */
const mostDigits = 6;

/** As many digits as are needed, from those that are wanted on; those where no number of them is enough. */
function enough(wanted: number, isEnough: (digits: number) => boolean): number {
  for (let digits = wanted; digits <= mostDigits; digits++) if (isEnough(digits)) return digits;
  return wanted;
}

/** 14,155,776 */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** `1 example`, `500 examples`; `many` where the plural has no s alone. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${Math.round(value) === 1 ? one : many}`;
}

/** Columns of text, aligned; numbers to the right. The first row is the heading. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => largest(rows.map((row) => row[column].length)));
  const numeric = widths.map((_, column) =>
    rows.slice(1).every((row) => /^(< )?[-+]?[\d.,]/.test(row[column] || '0')),
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
  if (!isFraction(name)) return signed(value, name === 'loss' ? 4 : 2);
  return `${signed(100 * value, 2)} points`;
}

/** A difference that is not 0 does not look like one: +0.004, not +0.00. What is 0 has no sign. */
function signed(value: number, digits: number): string {
  const places = enough(digits, (more) => Number(value.toFixed(more)) !== 0);
  const text = value.toFixed(places);
  if (Number(text) === 0) return text.replace('-', '');
  return value > 0 ? `+${text}` : text;
}

/** What a probability is held against: none is written as one that it is not, nor as one on its other side. */
const levels = [0.001, 0.01, 0.05];

/** A probability as one writes it, with at least three digits: 0.012, 0.0496, 0.00096, < 0.0001. */
export function probabilityText(p: number): string {
  if (Number.isNaN(p)) return '-';
  if (p < 0.0001) return '< 0.0001';
  const isRight = (digits: number) => {
    const shown = Number(p.toFixed(digits));
    return shown > 0 && levels.every((level) => Math.sign(shown - level) === Math.sign(p - level));
  };
  return p.toFixed(enough(3, isRight));
}

/** The same in a sentence: `p = 0.012`, `p < 0.0001`. */
export function probabilityWords(p: number): string {
  const text = probabilityText(p);
  return text.startsWith('<') ? `p ${text}` : `p = ${text}`;
}
