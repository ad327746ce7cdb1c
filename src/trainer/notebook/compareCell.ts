import { referencesOf } from '../../notebook/cells/paths.ts';
import type { CellValue, WrittenComposition } from '../../notebook/cells/schema.ts';
import type { CellOutput } from '../../protocol/notebook.ts';
import {
  cellEvaluator,
  type CellContext,
  type CellEvaluation,
  cellFiles,
  evaluateInCell,
  located,
  saidOf,
  settingOf,
  sharedLines,
} from './cellContext.ts';
import { metricOf } from '../evaluator/metricOf.ts';
import { seedGroups, seedSfts } from '../evaluator/seeds.ts';
import { MEAN, meanNotes, meanRow, type MeanRow } from './meanRow.ts';
import { type TableRow, tableStatistics } from './significance.ts';
import { tableBlocks, tableFigures } from './tableBlocks.ts';
import { textBlock } from './textBlock.ts';

/** Systems against each other on data files, and on the mean over them. */
export async function compareCell(context: CellContext, value: CellValue<'compare'>): Promise<CellOutput> {
  const evaluator = await cellEvaluator(context, value);
  const systems = Object.keys(value.systems);
  const files = cellFiles(context, [value.data].flat(), [MEAN]);
  const models = Object.values(value.systems).reduce((sum, written) => sum + seedsOf(written).length, 0);
  context.meter.expect(models * files.length);
  // By system, file and model.
  const found: CellEvaluation[][][] = [];
  for (const [system, written] of Object.entries(value.systems)) {
    const seeds = seedsOf(written);
    const ofFiles: CellEvaluation[][] = [];
    for (const data of files) {
      const models: CellEvaluation[] = [];
      for (const [i, seed] of seeds.entries()) {
        const setting = settingOf(located(context, referencesOf(seed)), value);
        const what = `${system}${seeds.length > 1 ? `, seed ${i + 1},` : ''} on ${data.name}`;
        models.push(await evaluateInCell(context, evaluator, setting, data, { sample: value.sample, what }));
      }
      ofFiles.push(models);
    }
    found.push(ofFiles);
  }
  const mean = meanRow(files);
  const names = {
    rows: rowNames(
      files.map(({ name }) => name),
      mean,
    ),
    systems,
  };
  const all = found.flat(2).map((one) => one.found);
  const metric = metricOf(all[0], value.metric);
  const rows = rowsOf(names.rows, found, metric, mean);
  context.meter.say('comparing');
  const groups = seedGroups(found.map(([models]) => models.map((one) => seedSfts(one.found))));
  const statistics = await tableStatistics(rows, { groups, signal: context.signal });
  const examples = rows.map((row) => row.systems[0].reduce((sum, [first]) => sum + first.examples, 0));
  const { notes, warnings } = saidOf(all);
  const shared = await sharedLines(context, found.flat(2));
  return {
    kind: 'compare',
    blocks: [
      ...tableBlocks({ ...names, title: metric, rowsAre: 'file', examples }, statistics),
      ...textBlock('warning', warnings),
      ...textBlock('note', [...meanNotes(files, mean), ...shared, ...notes]),
    ],
    ...tableFigures(names, statistics),
  };
}

function seedsOf(written: CellValue<'compare'>['systems'][string]): readonly WrittenComposition[] {
  return typeof written === 'object' && 'seeds' in written ? written.seeds : [written];
}

/** What rows are called: the files, and the mean where there is one. */
export function rowNames(files: readonly string[], mean: MeanRow | undefined): string[] {
  return mean === undefined ? [...files] : [...files, MEAN];
}

/** A row for each file, and one for their mean. `found`: by system, file and model. */
export function rowsOf(
  names: readonly string[],
  found: readonly (readonly (readonly CellEvaluation[])[])[],
  metric: string,
  mean: MeanRow | undefined,
): TableRow[] {
  const files = found[0].length;
  return names.map((on, row) => {
    const isMean = row >= files;
    const chosen = isMean ? (mean?.files ?? []) : [row];
    const ofSystem = found.map((ofFiles) => chosen.map((file) => ofFiles[file]));
    return {
      on,
      metric,
      systems: ofSystem.map((ofFiles) => ofFiles.map((models) => models.map((one) => one.found))),
      tuned: ofSystem.map((ofFiles) => ofFiles.flat().some(({ tuned }) => tuned)),
      ...(isMean ? { weights: mean?.weights } : {}),
    };
  });
}
