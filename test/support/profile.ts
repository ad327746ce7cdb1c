/** What V8's sampling profiler gives, as far as it is used here. */
export interface Profile {
  readonly nodes: readonly ProfileNode[];
  /** The node that was on top at each sample. */
  readonly samples?: readonly number[];
  /** Microseconds between a sample and the one before. */
  readonly timeDeltas?: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

export interface Stretch {
  /** Processor time: of a loaded machine, on which the clock says more. */
  readonly milliseconds: number;
  /** The outermost function of ours in it; empty if none of ours ran. */
  readonly name: string;
}

/** Microseconds between two samples of a thread that computes, as it is asked for (`Profiler.setSamplingInterval`). */
export const samplingInterval = 1000;

/**
 * The longest time for which files that are ours were on the stack in every sample. Handlers that follow on each other
 * without a sample in between count as one, so that it is never too short.
 *
 * Samples are counted, and not the time between them: a thread that the system held back takes none, and a longer gap is
 * that of a thread (or of the profiler's own) that had to wait for a processor. On two cores with a load of 13, 40 ms of
 * processor time in 184 ms count as 47.
 */
export function longestStretch(profile: Profile, ours: (url: string) => boolean): Stretch {
  const names = outermostOfOurs(profile.nodes, ours);
  let longest: Stretch = { milliseconds: 0, name: '' };
  let microseconds = 0;
  for (const [index, node] of (profile.samples ?? []).entries()) {
    const name = names.get(node);
    if (name === undefined) microseconds = 0;
    else {
      microseconds += Math.min(profile.timeDeltas?.[index] ?? 0, samplingInterval);
      if (microseconds > longest.milliseconds * 1000) longest = { milliseconds: microseconds / 1000, name };
    }
  }
  return longest;
}

/** For each node with a function of ours on its stack: the name of the outermost one. */
function outermostOfOurs(
  nodes: readonly ProfileNode[],
  ours: (url: string) => boolean,
): ReadonlyMap<number, string> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const inner = new Set(nodes.flatMap(({ children = [] }) => children));
  const names = new Map<number, string>();
  const visit = (id: number, outer: string | undefined) => {
    const node = byId.get(id);
    if (node === undefined) return;
    const { functionName, url } = node.callFrame;
    const name = outer ?? (ours(url) ? functionName || '(a function without a name)' : undefined);
    if (name !== undefined) names.set(id, name);
    for (const child of node.children ?? []) visit(child, name);
  };
  for (const { id } of nodes) if (!inner.has(id)) visit(id, undefined);
  return names;
}
