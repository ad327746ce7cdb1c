import type { Problem } from './problem.ts';

export const trainingErrors = {
  'training-diverged': (d: { step: number; phase: string; loss: number }): Problem => ({
    what: `The loss became ${d.loss} at step ${d.step} of the ${d.phase} phase.`,
    advice:
      'Lower optimizer.learningRate or add warmupSteps. If a checkpoint was saved before, the last good checkpoint is kept.',
  }),
  'training-k-range': (d: { k: number; free: number }): Problem => ({
    what: `select.k asks for ${d.k} entries, but ${d.free} can be chosen.`,
    advice: `Give a k between 1 and ${d.free}, or a density between 0 and 1.`,
  }),
  'training-length': (d: { reason: string }): Problem => ({
    what: `The length of a phase is not clear: ${d.reason}.`,
    advice: 'Give epochs or steps for the phase, and a minSteps that is not above maxSteps.',
  }),
} satisfies Record<string, (details: never) => Problem>;
