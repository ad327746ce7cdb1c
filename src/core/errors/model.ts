import type { Problem } from './problem.ts';

export const modelErrors = {} satisfies Record<string, (details: never) => Problem>;
