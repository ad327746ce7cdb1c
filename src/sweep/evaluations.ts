import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { userError } from '../core/errors/userError.ts';
import { namedPath } from '../formats/hubCache.ts';
import type { LoadedSweep } from '../recipe/sweep/load.ts';
import { fillText } from '../recipe/sweep/placeholders.ts';
import { joined, orNone } from '../recipe/sweep/rows.ts';
import type { SweepEvaluation } from '../recipe/sweep/schema.ts';
import { parseSftReference, type SftReference } from '../recipe/sftReference.ts';
import type { PlannedRun, SweepPlan } from './plan.ts';

/** Something that is evaluated of a run: its SFT with others, on a file. */
export interface PlannedEvaluation extends Pick<
  SweepEvaluation,
  'column' | 'text' | 'pair' | 'label' | 'language'
> {
  /** Column of the matrix. */
  readonly name: string;
  /** SFTs that are added to the run's own; absolute paths. */
  readonly add: readonly SftReference[];
  readonly data: string;
}

/**
 * Before days are spent on the runs: whether the files on which they are to be evaluated are there.
 * @throws UserError `file-missing` with the place in the sweep, and as `evaluationsOf`
 */
export function refuseMissingData({ loaded, runs }: Pick<SweepPlan, 'loaded' | 'runs'>): void {
  for (const run of runs) {
    placedEvaluations(loaded, run).forEach((evaluations, i) => {
      for (const { data } of evaluations)
        if (!existsSync(data))
          throw userError('file-missing', { path: data }, loaded.place(['evaluate', i, 'data']));
    });
  }
}

/** What a sweep evaluates of a run. @throws UserError `sweep-placeholder`; `hub-not-fetched` and the like for names of the Hub */
export function evaluationsOf(loaded: LoadedSweep, run: PlannedRun): PlannedEvaluation[] {
  return placedEvaluations(loaded, run).flat();
}

/** The same for each item of the sweep's `evaluate`. */
function placedEvaluations(loaded: LoadedSweep, { made }: PlannedRun): PlannedEvaluation[][] {
  const { sweep, folder, targets, place } = loaded;
  return (sweep.evaluate ?? []).map((written, i) =>
    orNone(targets[i]).map((target): PlannedEvaluation => {
      const columns = joined([made.language, made.task, target]);
      const text = (field: 'name' | 'data' | 'language', value: string) =>
        fillText(value, columns, ['evaluate', i, field], place);
      const data = text('data', written.data);
      const { column, text: textColumn, pair, label, language } = written;
      const add = typeof written.add === 'string' ? [written.add] : (written.add ?? []);
      return {
        name: written.name === undefined ? (target?.label ?? basename(data)) : text('name', written.name),
        data: resolve(folder, data),
        add: add.map((one) => {
          const { sft, coefficient } = parseSftReference(
            fillText(one, columns, ['evaluate', i, 'add'], place),
          );
          return { sft: namedPath(folder, sft, 'sft'), coefficient };
        }),
        ...(column === undefined ? {} : { column }),
        ...(textColumn === undefined ? {} : { text: textColumn }),
        ...(pair === undefined ? {} : { pair }),
        ...(label === undefined ? {} : { label }),
        ...(language === undefined ? {} : { language: text('language', language) }),
      };
    }),
  );
}
