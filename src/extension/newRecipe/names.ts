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

/**
 * Where the user goes on in a new recipe, counted from 0: at the end of its data, so that a new line there gets their
 * indentation, or at the beginning. Never before a comment, which a new line would push away.
 */
export function placeToEdit(recipe: string): { readonly line: number; readonly character: number } {
  const lines = recipe.split('\n');
  const data = lines.findIndex((line) => line.startsWith('data:'));
  if (data < 0) return { line: 0, character: 0 };
  const after = lines.findIndex((line, i) => i > data && !line.startsWith(' '));
  const line = (after < 0 ? lines.length : after) - 1;
  return { line, character: lines[line].length };
}
