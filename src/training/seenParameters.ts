/** Says of each run of a phase's graph which parameters hold what they held in the run before. */
export type SeenParameters = (run: {
  /** Whether the run before belonged to the same optimiser step. */
  readonly sameStep: boolean;
  /** Whether values of a source are added to the parameters for this run. */
  readonly source: boolean;
}) => ReadonlySet<string>;

const NONE: ReadonlySet<string> = new Set();

/** `moving`: what an optimiser step changes; the rest of `names` is as it was all through the phase. */
export function seenParameters(names: Iterable<string>, moving: ReadonlySet<string>): SeenParameters {
  const all = new Set(names);
  const still = new Set([...all].filter((name) => !moving.has(name)));
  let isPlain = false;
  return ({ sameStep, source }) => {
    const hadPlain = isPlain;
    isPlain = !source;
    if (!hadPlain || source) return NONE;
    return sameStep ? all : still;
  };
}
