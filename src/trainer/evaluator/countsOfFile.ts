import { metricOf } from './metricOf.ts';
import { userError } from '../../core/errors/userError.ts';
import { haveSameGold, macroF1CountsOver } from '../../core/metrics/tagging.ts';
import { countTable, type CountTable } from '../../core/statistics/countTable.ts';
import { bySeed, type Score } from '../../core/statistics/systems.ts';
import type { Evaluation, UnitCounts } from '../../training/evaluation.ts';

/** What systems did on one file, in the same columns. */
export interface FileCounts {
  /** For each system, the counts of its seeds. */
  readonly systems: readonly (readonly CountTable[])[];
  readonly score: Score;
}

/**
 * Counts of systems that were evaluated on the same file, so that they can be compared column by column. Where labels have columns
 * of their own, they are those of all labels that any of the models has: the order and the choice of labels are each model's own.
 * @param systems for each system the evaluations of its models
 * @param groups to which seed each model belongs; by default each is one of its own
 * @throws UserError `compare-metric`; `compare-examples` where examples or gold labels are not the same
 */
export function countsOfFile(
  systems: readonly (readonly Evaluation[])[],
  metric: string,
  groups?: readonly number[],
): FileCounts {
  for (const [model] of systems) metricOf(model, metric);
  const counts = systems.map((models) => models.map((model) => model.counts(metric)));
  const all = counts.flat();
  const labels = [...new Set(all.flatMap((one) => one.labels ?? []))].sort();
  const tables = counts.map((models) => models.map((one) => countTable(rowsOver(one, labels))));
  const [{ score, labels: own }] = all;
  const [first] = tables.flat();
  const alike = (table: CountTable, model: UnitCounts): boolean =>
    table.units === first.units &&
    table.width === first.width &&
    (model.labels === undefined) === (own === undefined) &&
    (own === undefined || haveSameGold(table.rows, first.rows));
  if (!tables.flat().every((table, i) => alike(table, all[i])))
    throw userError('compare-examples', { metric });
  return { score, systems: tables.map((models) => seedTables(models, groups)) };
}

function rowsOver({ rows, labels }: UnitCounts, wanted: readonly string[]): readonly Float64Array[] {
  return labels === undefined || labels.length === wanted.length
    ? rows
    : macroF1CountsOver(rows, labels, wanted);
}

function seedTables(
  models: readonly CountTable[],
  groups: readonly number[] | undefined,
): readonly CountTable[] {
  const runs = models.map((counts, i) => ({
    seed: String(models.length === 1 ? 0 : (groups?.[i] ?? i)),
    counts,
  }));
  return [...bySeed(runs).values()];
}
