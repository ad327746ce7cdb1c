import type { Place } from '../../core/errors/problem.ts';
import { userError } from '../../core/errors/userError.ts';
import type { TrainedFor } from '../../recipe/taskNames.ts';
import type { Task } from '../../recipe/types.ts';
import type { Purpose } from '../tasks/module.ts';
import { taskModule } from '../tasks/tasks.ts';
import type { DataRequest, ReadingOption } from './headTask.ts';

/** All of them. */
export const readingOptions: readonly ReadingOption[] = Object.keys({
  column: true,
  text: true,
  pair: true,
  label: true,
  rename: true,
  decoding: true,
  language: true,
  blockSize: true,
} satisfies Record<ReadingOption, true>) as ReadingOption[];

/**
 * Refuses what was said of how a file is read where it says nothing for the head in use, so that nobody believes that it was heard.
 * @param type what the head was trained for
 * @throws UserError `evaluate-option-unused`
 */
export function refuseUnused(request: DataRequest, type: TrainedFor, purpose: Purpose, place: Place): void {
  const used: readonly ReadingOption[] =
    type === 'language' ? ['blockSize'] : taskModule<Task>({ type }).options[purpose];
  const { mayBeUnused = [] } = request;
  const unused = readingOptions.find(
    (option) => request[option] !== undefined && !used.includes(option) && !mayBeUnused.includes(option),
  );
  if (unused === undefined) return;
  throw userError(
    'evaluate-option-unused',
    { option: flagOf(unused), type, purpose, used: used.map(flagOf) },
    place,
  );
}

/** As the command line writes it. */
function flagOf(option: ReadingOption): string {
  return `--${option === 'blockSize' ? 'block-size' : option}`;
}
