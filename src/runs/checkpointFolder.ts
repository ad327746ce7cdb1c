import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { UserError, userError } from '../core/errors/userError.ts';
import { temporaryWriter, writeTextAtomically } from '../formats/atomicFile.ts';
import { readError, systemCode, writeError } from '../formats/fileErrors.ts';

/** Version of what is written; a higher one is refused. */
const formatVersion = 1;

const arraysName = /^(?:state|best)-[\w-]+\.safetensors$/;
const count = z.number().int().nonnegative();
const arraysFile = z.string().regex(arraysName);

/** Where training stands in a text that it reads as it goes: `index` examples of a phase have been made of it. */
const stream = z.object({
  /** Examples of an epoch, as they were estimated at the beginning. */
  examples: count,
  phase: count,
  index: count,
  /** How often all lines have been gone through, the line that comes next, and how many of its pieces are used up. */
  pass: count,
  line: count,
  skip: count,
});
export type StreamState = z.infer<typeof stream>;

const schema = z.object({
  position: z.object({
    iteration: count,
    phase: z.enum(['full', 'sparse']),
    step: count,
    ended: z.boolean().optional(),
  }),
  /** As text, since JSON has no infinite numbers. */
  lossScale: z.object({ scale: z.number().positive(), finite: count }).optional(),
  best: z.object({ value: z.string(), step: count }).nullable(),
  /** Files with the arrays of the state, and of the best values where a phase keeps them. */
  arrays: arraysFile,
  bestArrays: arraysFile.nullable(),
  recipeHash: z.string(),
  engine: z.record(z.string(), z.string()),
  eventsLength: count,
  seconds: z.number().nonnegative(),
  examples: count.optional(),
  stream: stream.optional(),
});

/** `state.json` of a checkpoint folder: the checkpoint is what it names, and all else there is on its way in or out. */
export type StateRecord = z.infer<typeof schema>;

/** The path of the record in a checkpoint folder. */
export function recordPath(folder: string): string {
  return join(folder, 'state.json');
}

/** A file name for arrays that was never used before. */
export function newArraysFile(kind: 'state' | 'best', ...parts: readonly (string | number)[]): string {
  return `${[kind, ...parts, randomBytes(4).toString('hex')].join('-')}.safetensors`;
}

/** Writes the record, whole and onto the disk. @throws UserError as `writeTextAtomically` does */
export async function writeRecord(folder: string, record: StateRecord): Promise<void> {
  const text = JSON.stringify({ version: formatVersion, ...record }, null, 2);
  await writeTextAtomically(recordPath(folder), `${text}\n`);
}

/**
 * Reads the record; undefined where there is no checkpoint.
 * @throws UserError `checkpoint-broken`, `checkpoint-newer`, `file-unreadable`
 */
export async function readRecord(folder: string): Promise<StateRecord | undefined> {
  const file = recordPath(folder);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw readError(error, file);
  }
  return parseRecord(text, file);
}

/**
 * Makes the folder where there is none, and tidies it. A run folder that was deleted is not made anew for it.
 * @throws UserError `file-unwritable`, `file-disk-full`
 */
export async function prepareFolder(folder: string, inUse: string | null): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const isThere = systemCode(error) === 'EEXIST' && (await stat(folder)).isDirectory();
    if (!isThere) throw writeError(error, folder);
  }
  await tidy(folder, inUse);
}

/**
 * Removes what the record does not name and is not `inUse`: earlier checkpoints, and what a killed process left half
 * written; nothing where the record cannot be read. Only the owner of the run may call it, and not while it writes there.
 */
export async function tidy(folder: string, inUse: string | null): Promise<void> {
  let record: StateRecord | undefined;
  try {
    record = await readRecord(folder);
  } catch (error) {
    if (error instanceof UserError) return;
    throw error;
  }
  const kept = new Set([record?.arrays, record?.bestArrays, inUse]);
  for (const name of await readdir(folder)) {
    if (isOurs(name) && !kept.has(name)) await removeIfPossible(join(folder, name));
  }
}

/** Removes a checkpoint: first what makes it valid, then the rest. Other files in the folder stay. */
export async function removeCheckpoint(folder: string): Promise<void> {
  await rm(recordPath(folder), { force: true });
  const names = await readdir(folder).catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw error;
    return [];
  });
  const others = names.filter((name) => !isOurs(name));
  for (const name of names) if (isOurs(name)) await removeIfPossible(join(folder, name));
  if (others.length === 0) await rm(folder, { recursive: true, force: true });
}

function parseRecord(text: string, file: string): StateRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw userError('checkpoint-broken', { reason: 'it is not JSON' }, { file });
  }
  const { data: versioned } = z.object({ version: z.number() }).safeParse(value);
  if (versioned !== undefined && versioned.version > formatVersion) {
    throw userError('checkpoint-newer', { version: versioned.version, supported: formatVersion }, { file });
  }
  const { data, error } = schema.safeParse(value);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  throw userError('checkpoint-broken', { reason: `${issue.path.join('.')}: ${issue.message}` }, { file });
}

/** A file that some other program holds goes at the next checkpoint: it is in nobody's way but the disk's. */
async function removeIfPossible(file: string): Promise<void> {
  try {
    await rm(file, { force: true });
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
  }
}

function isOurs(name: string): boolean {
  return arraysName.test(name) || temporaryWriter(name) !== undefined;
}
