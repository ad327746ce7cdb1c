import { createHash } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import * as z from 'zod';
import { UserError } from '../../core/errors/userError.ts';
import { writeTextAtomically } from '../../formats/atomicFile.ts';
import { readError, systemCode } from '../../formats/fileErrors.ts';
import { readJsonFile } from '../../formats/jsonFile.ts';
import type { TestTexts } from './evaluationData.ts';
import { countShared, type LookOptions, type SharedTexts } from './sharedTexts.ts';

/** Raised whenever the same texts would be counted otherwise. */
const VERSION = 1;
/** So many counts are kept, the latest. */
const MOST_KEPT = 2000;

const unit = z.enum(['sentences', 'texts', 'paragraphs', 'questions', 'lines']);
const schema = z.record(
  z.string(),
  z.object({
    counts: z.array(z.object({ unit, shared: z.number(), of: z.number() })),
    isCut: z.boolean(),
  }),
);

/**
 * `countShared`, whose counts are kept in the file `memory`: a text of a gigabyte is not gone through at every evaluation. A text that
 * has changed since is looked through again. @throws UserError as `countShared`
 */
export async function rememberedShared(
  memory: string,
  tests: readonly TestTexts[],
  files: readonly string[],
  options: LookOptions = {},
): Promise<SharedTexts> {
  const key = await keyOf(tests, files, options.most);
  const known = (await readJsonFile(memory, schema))?.[key];
  if (known !== undefined) return known;
  const found = await countShared(tests, files, options);
  await keep(memory, key, found);
  return found;
}

async function keyOf(
  tests: readonly TestTexts[],
  files: readonly string[],
  most: number | undefined,
): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([VERSION, most]));
  for (const { unit: name, texts } of tests) hash.update(JSON.stringify([name, texts]));
  for (const file of files) hash.update(await stateOf(file));
  return hash.digest('hex');
}

async function stateOf(file: string): Promise<string> {
  try {
    const { size, mtimeMs, ino } = await stat(file);
    return JSON.stringify([resolve(file), size, mtimeMs, ino]);
  } catch (error) {
    throw readError(error, file);
  }
}

/** A disk that takes no more is no error: it is counted again next time. */
async function keep(memory: string, key: string, found: SharedTexts): Promise<void> {
  const kept = Object.entries((await readJsonFile(memory, schema)) ?? {}).slice(1 - MOST_KEPT);
  try {
    await mkdir(dirname(memory), { recursive: true });
    await writeTextAtomically(memory, `${JSON.stringify(Object.fromEntries([...kept, [key, found]]))}\n`);
  } catch (error) {
    if (!(error instanceof UserError) && systemCode(error) === undefined) throw error;
  }
}
