import type { Problem } from './problem.ts';

/** Machines on which the engine cannot run. */
export const engineErrors = {
  'engine-missing': (d: { reason: string }): Problem => ({
    what: d.reason,
    advice:
      'Train on another machine, for example over SSH or in a container with Linux; looking at runs and SFTs works here too.',
  }),
  'engine-other-package': (d: { target: string }): Problem => ({
    what: `This copy of SFT Studio has no engine for ${d.target}: it was packed for another platform.`,
    advice: `Install the package whose name has ${d.target} in it.`,
  }),
  'engine-windows-runtime': (d: { reason: string }): Problem => ({
    what: `Windows could not load the engine (${d.reason}). Most often the Microsoft Visual C++ runtime is missing or old.`,
    advice:
      'Install the newest "Microsoft Visual C++ Redistributable" for this processor from Microsoft, then start again.',
  }),
} satisfies Record<string, (details: never) => Problem>;
