import type { Listed } from '../../protocol/session.ts';
import type { ProblemNode } from './nodes.ts';

const collator = new Intl.Collator('en', { numeric: true });

/** The order of names as people expect it: `run-2` before `run-10`. */
export function byName(a: string, b: string): number {
  return collator.compare(a, b);
}

/** Those that cannot be read. What has vanished meanwhile is none. */
export function problems(listings: readonly Listed<unknown>[]): ProblemNode[] {
  return listings
    .flatMap((one) => ('problem' in one && one.problem.code !== 'file-missing' ? [one] : []))
    .map(({ path, problem }) => ({
      kind: 'problem' as const,
      id: `problem:${path}`,
      path,
      what: withoutPlace(problem.what, path),
      advice: problem.advice,
    }))
    .sort((a, b) => byName(a.path, b.path));
}

/** The path stands in the item's label already. */
function withoutPlace(what: string, path: string): string {
  const end = what.startsWith(path) ? what.indexOf(': ', path.length) : -1;
  return end < 0 ? what : what.slice(end + 2);
}
