import type { Task } from '../../recipe/types.ts';
import { classification } from './classification.ts';
import type { TaskModule } from './module.ts';
import { parsing } from './parsing.ts';
import { questionAnswering } from './questionAnswering.ts';
import { tagging } from './tagging.ts';

/** Every task, by its type. */
const modules = { tagging, classification, parsing, questionAnswering };

/** The module of a task. */
export function taskModule<T extends Task>({ type }: Pick<T, 'type'>): TaskModule<T> {
  // Each type has the module of its own type, which the compiler cannot follow through a lookup.
  return modules[type] as unknown as TaskModule<T>;
}
