import type { SharedRun } from '../share.ts';

/** A job array: an element a run. */
export interface JobArray {
  /** Runs by their index in the array; null where an index has none. */
  readonly elements: readonly (string | null)[];
  /** Index (in the list of arrays) of the one whose element of the same index must be done first. */
  readonly after: number | null;
}

type Wanted = Pick<SharedRun, 'name' | 'needs'>;

/**
 * Arrays for runs that are to be submitted. Runs that take the full phase of another stand in further arrays, at the index of that
 * other, so that Slurm's own dependencies between the elements of arrays (aftercorr) start each as soon as its full phase is there.
 * Left out are those whose full phase is neither there nor among these.
 * @param isDone whether a run is done
 * @param longest elements of an array at most
 */
export function jobArrays(
  runs: readonly Wanted[],
  isDone: (name: string) => boolean,
  longest: number,
): JobArray[] {
  const heads = runs.filter(({ needs }) => needs === null || isDone(needs));
  const isHead = new Set(heads.map(({ name }) => name));
  const forks = new Map<string, string[]>();
  for (const { name, needs } of runs) {
    if (needs === null || isHead.has(name)) continue;
    forks.set(needs, [...(forks.get(needs) ?? []), name]);
  }
  const arrays: JobArray[] = [];
  for (let from = 0; from < heads.length; from += longest) {
    const elements = heads.slice(from, from + longest).map(({ name }) => name);
    const first = arrays.push({ elements, after: null }) - 1;
    const most = Math.max(...elements.map((name) => forks.get(name)?.length ?? 0));
    for (let rank = 0; rank < most; rank++) {
      arrays.push({ elements: elements.map((name) => forks.get(name)?.[rank] ?? null), after: first });
    }
  }
  return arrays;
}

/** Indices as Slurm writes them: `0-3,7`. */
export function indexText({ elements }: Pick<JobArray, 'elements'>): string {
  const parts: string[] = [];
  for (let i = 0; i < elements.length; i++) {
    if (elements[i] === null) continue;
    const from = i;
    while (i + 1 < elements.length && elements[i + 1] !== null) i++;
    parts.push(from === i ? String(i) : `${from}-${i}`);
  }
  return parts.join(',');
}

/**
 * How many elements of each array may run at a time, so that of all together there are no more than `jobs`: by their numbers of elements,
 * and one of each at the least, however few there are to be. Slurm itself counts within an array alone.
 */
export function arrayLimits(
  jobs: number | undefined,
  arrays: readonly Pick<JobArray, 'elements'>[],
): (number | undefined)[] {
  if (jobs === undefined) return arrays.map(() => undefined);
  const sizes = arrays.map(({ elements }) => elements.filter((name) => name !== null).length);
  const all = sizes.reduce((sum, size) => sum + size, 0);
  const more = Math.max(0, jobs - arrays.length);
  const limits = sizes.map((size) => 1 + Math.floor((more * size) / Math.max(1, all)));
  const left = Math.max(0, jobs - limits.reduce((sum, limit) => sum + limit, 0));
  // What rounding leaves is less than one an array; on the first ones others wait.
  return limits.map((limit, i) => (i < left ? limit + 1 : limit));
}
