import type { Problem } from './problem.ts';

export const dataErrors = {} satisfies Record<string, (details: never) => Problem>;
