import { basename } from 'node:path';
import { userError } from '../core/errors/userError.ts';
import { readSftHeader } from '../formats/sftFile.ts';
import type { LoadedRecipe } from '../recipe/load.ts';
import type { ResolvedRecipe, Task } from '../recipe/types.ts';

/**
 * A recipe that goes on with the head of an SFT (`head: true`) has that head's labels, in the order of its outputs: few data seldom
 * have all of them. An SFT that says none is taken at the recipe's word.
 * @throws UserError `recipe-head-task`, `recipe-head-labels`; of reading
 */
export async function withHeadBefore<R extends ResolvedRecipe>(
  recipe: R,
  place: LoadedRecipe['place'],
): Promise<R> {
  const at = recipe.apply.findIndex(({ head }) => head);
  if (at < 0) return recipe;
  const { sft: file } = recipe.apply[at];
  const { kind, task: itsTask, labels } = (await readSftHeader(file)).metadata;
  const sft = basename(file);
  const trained = kind === 'language' ? kind : itsTask;
  const wanted = recipe.kind === 'language' ? recipe.kind : recipe.task.type;
  if (trained !== undefined && trained !== wanted)
    throw userError('recipe-head-task', { sft, trained, wanted }, place(['apply', at, 'head']));
  if (labels === undefined || recipe.kind === 'language') return recipe;
  const { task } = recipe;
  const field = labelsField(task);
  if (field === undefined) return recipe;
  const own =
    task.type === 'parsing' ? task.relations : task.type === 'questionAnswering' ? null : task.labels;
  if (own !== null && JSON.stringify(own) !== JSON.stringify(labels))
    throw userError('recipe-head-labels', { field: `task.${field}`, sft, labels }, place(['task', field]));
  return { ...recipe, task: { ...task, [field]: labels } };
}

/** Where a task says its labels. */
function labelsField({ type }: Task): 'labels' | 'relations' | undefined {
  if (type === 'questionAnswering') return undefined;
  return type === 'parsing' ? 'relations' : 'labels';
}
