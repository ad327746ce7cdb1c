import { count, metricText } from '../core/texts.ts';
import type { MatrixCell, SweepMatrix } from './sweep.ts';

/** A matrix as people read it: settings down, evaluations across. */
export interface MatrixRows {
  /** Names of the settings. */
  readonly fields: readonly string[];
  /** Evaluations, each with its metric. */
  readonly columns: readonly string[];
  /** One a setting: its values in the order of `fields`, then a mean with its deviation for each column; '' where there is none. */
  readonly rows: readonly (readonly string[])[];
}

/** The runs that a matrix lacks, a line each: so many of them, and how many more there are. `shown` makes names fit for where they stand. */
export function missingLines(
  missing: SweepMatrix['missing'],
  most: number,
  shown: (text: string) => string = (text) => text,
): string[] {
  const lines = missing
    .slice(0, most)
    .map(
      ({ run, state, note }) => `${shown(run)}: ${shown(state)}${note === null ? '' : `, ${shown(note)}`}`,
    );
  return missing.length > most ? [...lines, moreLine(missing.length - most)] : lines;
}

/** What a list that is too long ends with. */
export function moreLine(more: number): string {
  return `and ${count(more)} more`;
}

/** The rows of a matrix, in the order in which settings come first. */
export function matrixRows(cells: readonly MatrixCell[]): MatrixRows {
  const fields = [...new Set(cells.flatMap(({ settings }) => Object.keys(settings)))];
  const columns = [...new Set(cells.map(columnOf))];
  const rows = new Map<string, { settings: MatrixCell['settings']; reached: Map<string, string> }>();
  for (const cell of cells) {
    const { settings } = cell;
    const key = JSON.stringify(settings);
    const row = rows.get(key) ?? { settings, reached: new Map<string, string>() };
    row.reached.set(columnOf(cell), reachedText(cell));
    rows.set(key, row);
  }
  return {
    fields,
    columns,
    rows: [...rows.values()].map(({ settings, reached }) => [
      ...fields.map((field) => settings[field] ?? ''),
      ...columns.map((column) => reached.get(column) ?? ''),
    ]),
  };
}

function reachedText({ metric, mean, sd, seeds }: MatrixCell): string {
  return `${metricText(metric, mean)}${sd === null ? '' : ` ± ${metricText(metric, sd)} (${seeds})`}`;
}

function columnOf({ evaluation, metric }: MatrixCell): string {
  return `${evaluation} ${metric}`;
}
