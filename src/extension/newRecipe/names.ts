import { isAbsolute, relative, sep } from 'node:path';
import type { RecipeTemplate } from '../../recipe/templates.ts';

/** A path as a recipe in this folder names it: relative with `/` where it lies within, and as it is elsewhere. */
export function pathInRecipe(folder: string, path: string): string {
  const inside = relative(folder, path);
  if (inside === '' || isAbsolute(inside) || inside.split(sep)[0] === '..') return path;
  return inside.split(sep).join('/');
}

/** A name for a recipe: of the task and the language, and not taken. */
export function suggestedName(
  template: RecipeTemplate,
  language: string | null,
  data: string,
  taken: (name: string) => boolean,
): string {
  const about =
    language ??
    (data
      .replace(/\.[^.]*$/, '')
      .replaceAll(/[^\p{L}\p{N}_.+-]+/gu, '-')
      .replaceAll(/^[^\p{L}\p{N}]+|\.+$/gu, '') ||
      'new');
  const name = template === 'language' ? about : `${template}-${about}`;
  if (!taken(name)) return name;
  for (let number = 2; ; number++) if (!taken(`${name}-${number}`)) return `${name}-${number}`;
}

/** The line of a new recipe at which the user goes on, counted from 0: where a preset may be chosen, or the first. */
export function firstLineToEdit(recipe: string): number {
  return Math.max(
    0,
    recipe.split('\n').findIndex((line) => line.startsWith('# preset:')),
  );
}
