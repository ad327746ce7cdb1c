import { UserError } from '../../core/errors/userError.ts';
import { candidateOf } from '../../engine/choose/candidates.ts';
import { reasonOf } from '../../engine/engineFailure.ts';
import { measureSpeed } from '../estimate.ts';
import { timeSteps } from './timeSteps.ts';
import type { TrialRequest, TrialResult } from './trials.ts';

/** Tries an engine out in this process, which a crash of its driver ends: `tryOut` has one for it. */
export async function runTrial({ name, shape, ...setting }: TrialRequest): Promise<TrialResult> {
  try {
    const engine = await candidateOf(name).open(setting);
    if (shape === undefined) return { flopsPerSecond: await measureSpeed(engine) };
    return { seconds: await timeSteps(engine, shape) };
  } catch (error) {
    if (error instanceof UserError) return { problem: error.problem.what.replace(/\.$/, '') };
    return { problem: reasonOf(error) };
  }
}
