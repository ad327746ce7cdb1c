import type { Recipe } from './schema.ts';
import { type RecipeTemplate, recipeTemplates } from './templates.ts';
import { type Task, taskTypes } from './types.ts';

/** What a head was trained for: a task's type, or masked-language modelling. */
export type TrainedFor = Task['type'] | 'language';

/** What users call it: as templates and the list of published SFTs do, or by a task's type. */
export type TaskName = RecipeTemplate | Task['type'];

type WrittenTask = NonNullable<Extract<Recipe, { kind: 'task' }>['task']>;

/** The task of a recipe that each name stands for, with the columns that its template has. */
const written: Readonly<Record<Exclude<TaskName, 'language'>, WrittenTask>> = {
  pos: { type: 'tagging', column: 'upos' },
  ner: { type: 'tagging', column: 'tag' },
  parsing: { type: 'parsing' },
  nli: { type: 'classification', text: 'premise', pair: 'hypothesis', label: 'label' },
  sentiment: { type: 'classification', text: 'text', label: 'label' },
  qa: { type: 'questionAnswering' },
  tagging: { type: 'tagging' },
  classification: { type: 'classification' },
  questionAnswering: { type: 'questionAnswering' },
};

/** All names, each once. */
export const taskNames: readonly TaskName[] = [...new Set<TaskName>([...recipeTemplates, ...taskTypes])];

/** The name that a text is, if it is one. */
export function taskName(text: string | undefined): TaskName | undefined {
  return taskNames.find((name) => name === text);
}

/** The task as a recipe would have it; undefined for language modelling. */
export function writtenTask(name: TaskName): WrittenTask | undefined {
  return name === 'language' ? undefined : written[name];
}

/** What a name stands for. */
export function trainedFor(name: TaskName): TrainedFor {
  return writtenTask(name)?.type ?? 'language';
}
