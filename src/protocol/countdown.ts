/** Tells from how far something is how many seconds the rest takes; undefined before that can be known. */
export type Countdown = (progress: { readonly done: number; readonly of: number }) => number | undefined;

/** A countdown for what goes on at an even pace. What is done at its first call came at once, and says nothing of the pace. `now`: seconds. */
export function newCountdown(now: () => number): Countdown {
  let first: { readonly done: number; readonly time: number } | undefined;
  return ({ done, of }) => {
    const time = now();
    first ??= { done, time };
    const fresh = done - first.done;
    return fresh > 0 ? ((time - first.time) / fresh) * (of - done) : undefined;
  };
}
