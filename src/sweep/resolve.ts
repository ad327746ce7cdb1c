import { UserError } from '../core/errors/userError.ts';
import { namedPath } from '../formats/hubCache.ts';
import { missingPaths } from '../recipe/paths.ts';
import type { SweepRun } from '../recipe/sweep/expand.ts';
import { type BaseFrame, loadBaseFrame } from '../trainer/base.ts';
import { resolveWithFacts, spanFacts, type SpanFacts } from '../trainer/prepare.ts';
import type { ResolvedRun } from './share.ts';

/** Bases that were read already, by folder. */
export type BaseFrames = (folder: string) => Promise<BaseFrame>;

/** Reads each base once. */
export function newBaseFrames(): BaseFrames {
  const known = new Map<string, Promise<BaseFrame>>();
  return (folder) => remember(known, folder, () => loadBaseFrame(folder));
}

/**
 * Gives every field of the runs' recipes its value. What several runs name is looked at once.
 * @throws UserError of files that are missing, of reading, of recipes that do not fit their base; with the place in the sweep where it
 * is the sweep's
 */
export async function resolveRuns(runs: readonly SweepRun[], frames: BaseFrames): Promise<ResolvedRun[]> {
  const spans = new Map<string, Promise<SpanFacts>>();
  const looked = new Set<string>();
  const resolved: ResolvedRun[] = [];
  for (const run of runs) {
    await refuseMissing(run, looked);
    const { loaded, name } = run;
    const base = await frames(namedPath(loaded.folder, loaded.recipe.base, 'base'));
    const recipe = await resolveWithFacts(loaded, base, (tagged) =>
      remember(spans, JSON.stringify([tagged.task, tagged.data.train]), () => spanFacts(tagged)),
    );
    resolved.push({ name, recipe });
  }
  return resolved;
}

async function refuseMissing({ loaded, value, place }: SweepRun, looked: Set<string>): Promise<void> {
  const { base, data, apply, sources, full } = value;
  const key = JSON.stringify([loaded.folder, base, data, apply, sources, full]);
  if (looked.has(key)) return;
  looked.add(key);
  const [first] = await missingPaths(value, loaded.folder);
  if (first !== undefined) throw new UserError(first.code, first.problem, place(first.path));
}

function remember<T>(known: Map<string, Promise<T>>, key: string, find: () => Promise<T>): Promise<T> {
  const before = known.get(key);
  if (before !== undefined) return before;
  const found = find();
  known.set(key, found);
  return found;
}
