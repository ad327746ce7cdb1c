import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { makeFolder } from '../formats/makeFolder.ts';
import { userError } from '../core/errors/userError.ts';
import type { Engine } from '../engine/engine.ts';
import { writeTextAtomically } from '../formats/atomicFile.ts';
import { readError, writeError } from '../formats/fileErrors.ts';
import { readJsonFile } from '../formats/jsonFile.ts';
import { locateSft } from '../formats/sftLocation.ts';
import { readSftHeader } from '../formats/sftFile.ts';
import { homePaths } from '../home/home.ts';
import type { SweepMatrix } from '../protocol/sweep.ts';
import { shortHash } from '../recipe/sweep/names.ts';
import { runPaths } from '../runs/runFolder.ts';
import { loadBase } from '../trainer/base.ts';
import { type Evaluator, newEvaluator, type Setting } from '../trainer/evaluator/evaluator.ts';
import { predictionCache } from '../trainer/evaluator/predictionCache.ts';
import { recordResult } from '../trainer/evaluator/recordResult.ts';
import { readingOptions } from '../trainer/evaluator/unusedOptions.ts';
import { evaluationsOf, type PlannedEvaluation } from './evaluations.ts';
import { matrixOf, type Score, settingsText } from './matrix.ts';
import { runFolder } from './paths.ts';
import type { PlannedRun, SweepPlan } from './plan.ts';
import { type FoundState, stateOf } from './states.ts';

export interface CollectOptions {
  readonly engine: Engine;
  /** Told before each evaluation. */
  readonly onEvaluation?: ((run: string, evaluation: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const resultFile = z.object({
  version: z.literal(1),
  results: z.record(z.string(), z.object({ metric: z.string(), value: z.number() })),
});

type Result = z.infer<typeof resultFile>['results'][string];

/**
 * Evaluates the runs of a plan that are done, as `sft evaluate` would, and takes means over seeds. What was evaluated before, of the same
 * files, is not evaluated again.
 * @throws UserError of reading and evaluating; the signal's reason
 */
export async function collectSweep(
  { loaded, paths, runs }: SweepPlan,
  { engine, onEvaluation, signal }: CollectOptions,
): Promise<SweepMatrix> {
  const scores: Score[] = [];
  const missing: (FoundState & { run: string })[] = [];
  let evaluator: Evaluator | undefined;
  try {
    for (const run of runs) {
      signal?.throwIfAborted();
      const folder = runFolder(paths, run.name);
      const found = await stateOf(folder);
      if (found.state !== 'done') {
        missing.push({ run: run.name, ...found });
        continue;
      }
      const { sft } = runPaths(folder, run.name);
      const { metadata } = await readSftHeader(sft);
      const score = (evaluation: string, { metric, value }: Result): Score => ({
        settings: settingsOf(run),
        fullPhase: metadata.fullPhase ?? null,
        run: run.name,
        evaluation,
        metric,
        value,
      });
      const evaluations = evaluationsOf(loaded, run);
      if (evaluations.length === 0) {
        const told = Object.entries(metadata.metrics ?? {});
        for (const [metric, value] of told) scores.push(score('validation', { metric, value }));
        continue;
      }
      const file = join(paths.results, `${run.name}.json`);
      const known = (await readJsonFile(file, resultFile))?.results ?? {};
      for (const evaluation of evaluations) {
        signal?.throwIfAborted();
        const key = await keyOf(sft, evaluation);
        let result = known[key];
        if (result === undefined) {
          onEvaluation?.(run.name, evaluation.name);
          if (evaluator?.base.folder !== run.recipe.base) {
            await evaluator?.release();
            evaluator = newEvaluator(await loadBase(run.recipe.base), {
              engine,
              cache: predictionCache(homePaths().predictions),
            });
          }
          result = await evaluate(evaluator, run, { sft, evaluation, signal });
          known[key] = result;
          await writeResults(paths.results, file, known);
        }
        scores.push(score(evaluation.name, result));
      }
    }
  } finally {
    await evaluator?.release();
  }
  return { cells: matrixOf(scores), missing };
}

/** Evaluates a run's SFT with those that are added, as `sft evaluate` does, and adds that to the record of results. */
async function evaluate(
  evaluator: Evaluator,
  { recipe, made }: PlannedRun,
  {
    sft,
    evaluation,
    signal,
  }: {
    readonly sft: string;
    readonly evaluation: PlannedEvaluation;
    readonly signal: AbortSignal | undefined;
  },
): Promise<Result> {
  const { name: _, add, ...read } = evaluation;
  // Of several tasks each takes what is for it.
  const request = made.task === null ? read : { ...read, mayBeUnused: readingOptions };
  const sfts = [{ sft, coefficient: 1 }, ...add];
  // Of several heads of tasks, the run's own is meant.
  const setting: Setting = recipe.kind === 'task' ? { sfts, headFrom: 0 } : { sfts };
  const found = await evaluator.evaluate(setting, request, { signal });
  await recordResult(homePaths().results, evaluator, setting, request.data, { found, role: 'test' });
  return { metric: found.metric, value: found.metrics[found.metric] };
}

function settingsOf({ made }: PlannedRun): Record<string, string> {
  const { task, language, settings } = made;
  return settingsText(
    {
      ...(task === null ? {} : { task: task.label }),
      ...(language === null ? {} : { language: language.label }),
    },
    settings,
  );
}

/** Tells an evaluation from others: by the files, their sizes and times, and how they are read. */
async function keyOf(sft: string, evaluation: PlannedEvaluation): Promise<string> {
  const { name: _, ...told } = evaluation;
  const files = [sft, evaluation.data];
  for (const one of evaluation.add) files.push((await locateSft(one.sft)).file);
  const stamps: unknown[] = [];
  for (const file of files) {
    const { size, mtimeMs } = await stat(file).catch((error: unknown) => {
      throw readError(error, file);
    });
    stamps.push([file, size, mtimeMs]);
  }
  return shortHash(JSON.stringify([told, stamps]));
}

async function writeResults(
  folder: string,
  file: string,
  results: Readonly<Record<string, Result>>,
): Promise<void> {
  await makeFolder(folder).catch((error: unknown) => {
    throw writeError(error, folder);
  });
  await writeTextAtomically(file, `${JSON.stringify({ version: 1, results }, null, 1)}\n`);
}

/** @throws UserError `sweep-not-planned` where nothing of a sweep has been started */
export async function refuseUnplanned({ paths, loaded }: SweepPlan): Promise<void> {
  const found = await stat(paths.plan).catch(() => undefined);
  if (found === undefined) throw userError('sweep-not-planned', undefined, { file: loaded.file });
}
