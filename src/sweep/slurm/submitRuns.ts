import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../formats/makeFolder.ts';
import { writeTextAtomically } from '../../formats/atomicFile.ts';
import { writeError } from '../../formats/fileErrors.ts';
import { shortHash } from '../../recipe/sweep/names.ts';
import type { PlannedRun, SweepPlan } from '../plan.ts';
import { arrayLimits, indexText, type JobArray, jobArrays } from './arrays.ts';
import { submit } from './client.ts';
import { arrayScript, type JobOptions } from './script.ts';

export interface SubmitOptions extends JobOptions {
  /** Elements of an array at most. */
  readonly longestArray: number;
  /** Runs that may compute at a time, shared out as `arrayLimits` says; as many as Slurm starts unless given. */
  readonly jobs?: number | undefined;
  /** The Node that trains and our program, as the nodes see them. */
  readonly node: string;
  readonly program: string;
}

/** What was submitted in one array. */
export interface SubmittedArray extends JobArray {
  readonly array: string;
  /** Slurm's number. */
  readonly job: string;
}

/** By which name Slurm knows the jobs of a sweep: told from those of a sweep of the same name elsewhere. */
export function jobName({ loaded, paths }: SweepPlan): string {
  return `sft-${loaded.name.replaceAll(/[^\w.-]/g, '_')}-${shortHash(paths.folder)}`;
}

/**
 * Writes the scripts of arrays for these runs and submits them; a run whose full phase is neither there nor among them is left out.
 * @throws UserError `slurm-missing`, `slurm-refused`, of writing
 */
export async function submitRuns(
  plan: SweepPlan,
  runs: readonly PlannedRun[],
  isDone: (name: string) => boolean,
  options: SubmitOptions,
): Promise<SubmittedArray[]> {
  const { slurm, folder } = plan.paths;
  await makeFolder(slurm).catch((error: unknown) => {
    throw writeError(error, slurm);
  });
  const numbers = (await readdir(slurm)).map((name) => Number(/^array-(\d+)\.sh$/.exec(name)?.[1] ?? 0));
  let number = Math.max(0, ...numbers);
  const submitted: SubmittedArray[] = [];
  const arrays = jobArrays(runs, isDone, options.longestArray);
  const limits = arrayLimits(options.jobs, arrays);
  for (const [i, one] of arrays.entries()) {
    const array = `array-${++number}`;
    const { node, program } = options;
    const script = arrayScript({
      jobName: jobName(plan),
      array,
      indices: indexText(one),
      limit: limits[i],
      options,
      folder,
      node,
      program,
    });
    await writeTextAtomically(
      join(slurm, `${array}.txt`),
      one.elements.map((name) => `${name ?? ''}\n`).join(''),
    );
    await writeTextAtomically(join(slurm, `${array}.sh`), script);
    const after = one.after === null ? null : submitted[one.after].job;
    submitted.push({ ...one, array, job: await submit(slurm, `${array}.sh`, after) });
  }
  return submitted;
}
