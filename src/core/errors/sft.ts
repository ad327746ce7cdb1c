import type { Problem } from './problem.ts';

export const sftErrors = {} satisfies Record<string, (details: never) => Problem>;
