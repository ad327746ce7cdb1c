import type { PhasePlan } from '../protocol/events.ts';

/** A sentence on each kind of phase that is over before its learning rate has risen to the top. */
export function warmupNotes(
  phases: readonly Pick<PhasePlan, 'phase' | 'steps'>[],
  { warmupSteps }: { readonly warmupSteps: number },
): string[] {
  const short = phases.filter(({ steps }) => steps > 0 && steps <= warmupSteps);
  const lengths = new Map(short.map(({ phase, steps }) => [phase, steps]));
  return [...lengths].map(
    ([phase, steps]) =>
      `The ${phase} phase has ${steps} steps, and optimizer.warmupSteps is ${warmupSteps}: its learning rate only rises and never gets to optimizer.learningRate.`,
  );
}
