import type { MatrixCell } from '../protocol/sweep.ts';
import { valueText } from '../recipe/sweep/names.ts';

/** A number that a run of a sweep has reached. */
export interface Score {
  /** What the run is, its seed apart: table rows and varied fields, by name. */
  readonly settings: Readonly<Record<string, string>>;
  /** Of the full phase from which its mask comes: runs that have it in common are no independent repetitions. */
  readonly fullPhase: string | null;
  readonly run: string;
  /** Column of the matrix. */
  readonly evaluation: string;
  readonly metric: string;
  readonly value: number;
}

/** Means and deviations over seeds, in the order in which settings and evaluations come first. */
export function matrixOf(scores: readonly Score[]): MatrixCell[] {
  const cells = new Map<string, Score[]>();
  for (const score of scores) {
    const key = JSON.stringify([score.settings, score.evaluation, score.metric]);
    cells.set(key, [...(cells.get(key) ?? []), score]);
  }
  return [...cells.values()].map((found): MatrixCell => {
    const [{ settings, evaluation, metric }] = found;
    const groups = new Map<string, number[]>();
    for (const { fullPhase, run, value } of found) {
      const key = fullPhase ?? `run ${run}`;
      groups.set(key, [...(groups.get(key) ?? []), value]);
    }
    const values = [...groups.values()].map(meanOf);
    return {
      settings,
      evaluation,
      metric,
      mean: meanOf(values),
      sd: deviationOf(values),
      seeds: values.length,
      runs: found.map(({ run }) => run),
    };
  });
}

/** The settings of a run as the matrix shows them. */
export function settingsText(
  rows: Readonly<Record<string, string>>,
  varied: Readonly<Record<string, unknown>>,
): Record<string, string> {
  return {
    ...rows,
    ...Object.fromEntries(Object.entries(varied).map(([field, value]) => [field, valueText(value)])),
  };
}

/** The matrix as CSV (RFC 4180): a line a cell. */
export function matrixCsv(cells: readonly MatrixCell[]): string {
  const fields = [...new Set(cells.flatMap(({ settings }) => Object.keys(settings)))];
  const lines = [
    [...fields, 'evaluation', 'metric', 'mean', 'sd', 'seeds', 'runs'],
    ...cells.map(({ settings, evaluation, metric, mean, sd, seeds, runs }) => [
      ...fields.map((field) => settings[field] ?? ''),
      evaluation,
      metric,
      String(mean),
      sd === null ? '' : String(sd),
      String(seeds),
      runs.join(' '),
    ]),
  ];
  return lines.map((line) => `${line.map(csvField).join(',')}\r\n`).join('');
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviationOf(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}
