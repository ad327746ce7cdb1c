import { open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { makeFolder } from '../formats/makeFolder.ts';
import { readError, systemCode, writeError } from '../formats/fileErrors.ts';
import type { ResultRecord } from '../protocol/results.ts';

const number = z.number().nullable();
const schema: z.ZodType<ResultRecord> = z.object({
  date: z.string(),
  base: z.object({ name: z.string(), fingerprint: z.string() }),
  sfts: z.array(
    z.object({
      name: z.string(),
      file: z.string(),
      hash: z.string(),
      made: z.string().optional(),
      coefficient: z.number(),
      form: z.object({ name: z.string(), of: z.string() }).optional(),
    }),
  ),
  rule: z.string(),
  data: z.object({ file: z.string(), sha256: z.string() }),
  metric: z.string(),
  value: number,
  low: number,
  high: number,
  metrics: z.record(z.string(), number),
  examples: z.number(),
  of: z.number(),
  units: z.number(),
  role: z.enum(['dev', 'test']).nullable(),
  tuned: z.boolean(),
});

const LINE_FEED = 0x0a;

/**
 * Appends to the record of evaluations. Several processes may do it at once: a line is written in one piece at the
 * file's end. What a process that was killed left of a line is closed first, so that nothing is written onto it.
 * @throws UserError `file-unwritable`, `file-disk-full`
 */
export async function appendResult(file: string, result: ResultRecord): Promise<void> {
  try {
    await makeFolder(dirname(file));
    const handle = await open(file, 'a+');
    try {
      const { size } = await handle.stat();
      const last = Buffer.alloc(1);
      if (size > 0) await handle.read(last, 0, 1, size - 1);
      const broken = size > 0 && last[0] !== LINE_FEED;
      await handle.write(`${broken ? '\n' : ''}${JSON.stringify(result)}\n`);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw writeError(error, file);
  }
}

/**
 * All evaluations, the oldest first, or those that name a data file of this content. Lines that are not whole, or of another version,
 * are passed over. @throws UserError `file-unreadable`
 */
export async function readResults(file: string, sha256?: string): Promise<ResultRecord[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return '';
    throw readError(error, file);
  });
  return text.split('\n').flatMap((line) => {
    // A long record is read at every evaluation: few of its lines need be understood then.
    if (sha256 !== undefined && !line.includes(sha256)) return [];
    const parsed = schema.safeParse(parseLine(line));
    return parsed.success ? [parsed.data] : [];
  });
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
