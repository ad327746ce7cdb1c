import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import { homePaths } from '../../home/home.ts';
import { readResults } from '../../home/resultsRecord.ts';
import {
  examplesText,
  isWanted,
  resultName,
  type ResultFilter,
  type ResultRecord,
} from '../../protocol/results.ts';
import { sortedResults, sortKeys } from '../../protocol/resultOrder.ts';
import { resultsCsv, resultsLatex } from '../../protocol/resultTables.ts';
import { table } from '../format.ts';
import { print, printJson } from '../output.ts';
import { metricText } from '../../core/texts.ts';
import { resultFilter } from '../values.ts';

interface ResultsFlags {
  readonly filter?: ResultFilter;
  readonly sort: string;
  readonly ascending?: boolean;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly latex?: boolean;
}

export function resultsCommand(program: Command): void {
  program
    .command('results')
    .description('list the evaluations that were made')
    .option(
      '--filter <field=text>',
      'those whose sft, base or data has this in its name, or whose metric or role is this; may be given once for each',
      resultFilter,
    )
    .addOption(
      new Option('--sort <column>', 'by which column, the largest first')
        .choices(sortKeys.map((key) => key.toLowerCase()))
        .default('date'),
    )
    .option('--ascending', 'the smallest first')
    .option('--json', 'print one JSON object')
    .option('--csv', 'print them as CSV')
    .option('--latex', 'print them as a table of LaTeX')
    .action(async ({ filter = {}, sort, ascending, json, csv, latex }: ResultsFlags) => {
      const all = await readResults(homePaths().results);
      const wanted = all.filter((result) => isWanted(result, filter)).reverse();
      const by = sortKeys.find((key) => key.toLowerCase() === sort) ?? 'date';
      const results = sortedResults(wanted, { by, descending: ascending !== true });
      if (json === true) printJson({ results });
      else if (csv === true) print(resultsCsv(results));
      else if (latex === true) print(resultsLatex(results));
      else if (results.length === 0) print('No evaluation has been made that is so.');
      else print(resultsTable(results));
    });
}

/** `2026-11-28 09:00`, on this machine's clock. */
function localTime(date: string): string {
  return new Date(date).toLocaleString('sv-SE').slice(0, 16);
}

function resultsTable(results: readonly ResultRecord[]): string {
  const rows = results.map((result) => {
    const { date, base, data, metric, value, low, high, role, tuned } = result;
    const show = (x: number | null) => (x === null ? '-' : metricText(metric, x));
    return [
      localTime(date),
      resultName(result),
      base.name,
      `${basename(data.file)}${tuned ? ' (tuned on it)' : role === null ? '' : ` (${role})`}`,
      metric,
      show(value),
      `${show(low)} to ${show(high)}`,
      examplesText(result),
    ];
  });
  return table([['date', 'SFTs', 'base', 'data', 'metric', 'value', '95 % interval', 'examples'], ...rows]);
}
