import type { Problem } from './problem.ts';

export const recipeErrors = {} satisfies Record<string, (details: never) => Problem>;
