import type { Task } from '../../recipe/types.ts';
import { classification } from './classification.ts';
import type { TaskModule } from './module.ts';
import { tagging } from './tagging.ts';

/** Every task, by its type. */
const modules = { tagging, classification };

export const taskTypes = Object.keys(modules) as Task['type'][];

/** The module of a task. */
export function taskModule<T extends Task>({ type }: Pick<T, 'type'>): TaskModule<T> {
  // Each type has the module of its own type, which the compiler cannot follow through a lookup.
  return modules[type] as unknown as TaskModule<T>;
}
