import { userError } from '../core/errors/userError.ts';
import type { PhaseLength } from './types.ts';

/** Optimiser steps of one epoch: full batches of accumulated gradients, and never none. */
export function stepsPerEpoch(examples: number, batchSize: number, accumulate: number): number {
  return Math.max(Math.floor(Math.ceil(examples / batchSize) / accumulate), 1);
}

/**
 * Optimiser steps of a phase. `steps` are taken as they are; otherwise epochs count, held between minSteps and
 * maxSteps; without epochs it is maxSteps. As in the reference, the epochs are compared with the bounds by
 * examples, but run by batches, so that a phase can be a few steps longer than maxSteps.
 * Throws training-length where the length is not determined.
 */
export function phaseSteps(
  length: PhaseLength,
  examples: number,
  batchSize: number,
  accumulate: number,
): number {
  if (length.steps !== null) return length.steps;
  const { epochs, minSteps, maxSteps } = length;
  if (epochs === null && maxSteps === null) {
    throw userError('training-length', { reason: 'neither steps, epochs nor maxSteps are given' });
  }
  if (minSteps !== null && maxSteps !== null && minSteps > maxSteps) {
    throw userError('training-length', { reason: `minSteps (${minSteps}) is above maxSteps (${maxSteps})` });
  }
  if (epochs === null) return maxSteps ?? 0;
  if (examples < 1) throw userError('training-length', { reason: 'there are no training examples' });
  const byExamples = Math.floor((epochs * examples) / (batchSize * accumulate));
  if (maxSteps !== null && byExamples >= maxSteps) return maxSteps;
  if (minSteps !== null && byExamples < minSteps) return minSteps;
  return Math.ceil(epochs * stepsPerEpoch(examples, batchSize, accumulate));
}
