import { readFile } from 'node:fs/promises';
import type * as z from 'zod';
import { systemCode } from './fileErrors.ts';

/** What a small JSON file of ours says; undefined where there is none, or one that cannot be read or understood. */
export async function readJsonFile<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  try {
    return schema.safeParse(JSON.parse(await readFile(file, 'utf8'))).data;
  } catch (error) {
    if (systemCode(error) !== undefined || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
