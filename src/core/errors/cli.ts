import type { Problem } from './problem.ts';

export const cliErrors = {} satisfies Record<string, (details: never) => Problem>;
