import type { ModelConfig } from '../../formats/modelFolder.ts';
import { validationSeconds } from '../runCosts.ts';
import type { TimedMachine } from '../timeModel.ts';
import type { LargeText } from './largeText.ts';

/** Examples that a run of the engine has at most, for the estimate. */
const MOST_IN_RUN = 256;

/** About how many seconds it takes to predict so many examples of a large text. */
export function evaluationSeconds(
  { length, outputs, probability }: Pick<LargeText, 'length' | 'outputs' | 'probability'>,
  examples: number,
  config: ModelConfig,
  machine: TimedMachine,
): number {
  const model = { config, outputs, reads: probability, trainsOutput: false, trainsEncoder: false };
  const lengths = Array.from({ length: MOST_IN_RUN }, () => Math.ceil(length));
  return validationSeconds({ lengths, count: examples }, model, { config, machine });
}
