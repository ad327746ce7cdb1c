import { userError } from '../core/errors/userError.ts';
import { measureSpeed } from '../trainer/estimate.ts';
import { evaluationSeconds } from '../trainer/evaluator/evaluationCost.ts';
import type { Evaluator } from '../trainer/evaluator/evaluator.ts';
import type { LargeText } from '../trainer/evaluator/largeText.ts';
import { defaultThreads } from '../trainer/job.ts';
import { LONG_SECONDS } from './commands/train.ts';
import { confirm } from './confirm.ts';
import type { EvaluationFlags } from './evaluation.ts';
import { count, duration } from './format.ts';
import { EXIT } from './output.ts';

/** Of a text that would take too long, so many examples are proposed. */
const PROPOSED_SAMPLE = 2000;

/** The user does not want it after all. */
class Declined extends Error {}

/** Whether one may be asked, and need not be. */
interface AskFlags {
  readonly yes?: boolean;
  readonly json?: boolean;
}

/**
 * Called before a large text is evaluated by so many models. Where that would take hours the user is asked first, or --yes is wanted
 * where nobody can answer. @throws UserError `evaluate-confirm`; what `unlessDeclined` takes
 */
export function askIfLong(
  { base, engine }: Evaluator,
  flags: EvaluationFlags & AskFlags,
  models = 1,
): ((text: LargeText) => Promise<void>) | undefined {
  if (flags.yes === true) return undefined;
  return async (text) => {
    const machine = {
      flopsPerSecond: await measureSpeed(engine),
      threads: flags.threads ?? defaultThreads(),
    };
    const examples = Math.min(flags.sample ?? Infinity, text.examples);
    const seconds = models * evaluationSeconds(text, examples, base.config, machine);
    if (seconds < LONG_SECONDS) return;
    const details = { duration: duration(seconds), examples, sample: PROPOSED_SAMPLE };
    const place = { file: flags.data };
    if (flags.json === true || !process.stdin.isTTY) throw userError('evaluate-confirm', details, place);
    const question = `The text has about ${count(examples)} examples, and evaluating them will take about ${details.duration}; --sample ${PROPOSED_SAMPLE} takes some of them. Start it?`;
    if (!(await confirm(question))) throw new Declined();
  };
}

/** The exit code of work that the user may decline. */
export async function unlessDeclined(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Declined) return EXIT.problem;
    throw error;
  }
}
