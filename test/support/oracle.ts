import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '../..');

/** Folder with real data, models and tokenizers; it is not part of the project, so tests on it may be skipped. */
export const shared = process.env.SFT_SHARED ?? resolve(repository, '../shared');
export const hasShared = existsSync(shared);

/** Folder with what the reference implementation computed; SFT_ORACLE names another variant of the same files. */
export const oracle = process.env.SFT_ORACLE ?? resolve(shared, 'oracle');
export const hasOracle = existsSync(oracle);
