import type { Problem } from './problem.ts';

export const runErrors = {} satisfies Record<string, (details: never) => Problem>;
