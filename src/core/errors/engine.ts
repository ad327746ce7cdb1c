import type { Problem } from './problem.ts';

/** Machines on which the engine cannot run. */
export const engineErrors = {
  'engine-missing': (d: { reason: string }): Problem => ({
    what: d.reason,
    advice:
      'Train on another machine, for example over SSH or in a container with Linux; looking at runs and SFTs works here too.',
  }),
} satisfies Record<string, (details: never) => Problem>;
