import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { engineNames } from '../../core/engineNames.ts';
import { UserError } from '../../core/errors/userError.ts';
import { writeTextAtomically } from '../../formats/atomicFile.ts';
import { systemCode } from '../../formats/fileErrors.ts';

const measured = z.object({
  name: z.enum(engineNames),
  /** Of a step; null where it does not work. */
  seconds: z.number().positive().nullable(),
  problem: z.string().nullable(),
});

const entry = z.object({
  /** The machine with the engines that it has; another one is measured anew. */
  machine: z.string(),
  /** Milliseconds since 1970. */
  time: z.number(),
  engines: z.array(measured),
});

export type MeasuredEngine = z.infer<typeof measured>;
export type SpeedEntry = z.infer<typeof entry>;

/** What has been measured on this machine, by shape. */
export type Speeds = Readonly<Record<string, SpeedEntry>>;

/** Shapes that are remembered, the latest. */
const MOST_SHAPES = 100;

/** What is remembered; nothing where the file is missing or cannot be understood. */
export async function readSpeeds(file: string): Promise<Speeds> {
  try {
    const parsed = z.record(z.string(), entry).safeParse(JSON.parse(await readFile(file, 'utf8')));
    return parsed.success ? parsed.data : {};
  } catch (error) {
    if (systemCode(error) === undefined && !(error instanceof SyntaxError)) throw error;
    return {};
  }
}

/** Keeps it for the next time; where that cannot be, the next time measures again. */
export async function rememberSpeeds(file: string, key: string, found: SpeedEntry): Promise<void> {
  const all = { ...(await readSpeeds(file)), [key]: found };
  const latest = Object.entries(all)
    .sort(([, a], [, b]) => b.time - a.time)
    .slice(0, MOST_SHAPES);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeTextAtomically(file, `${JSON.stringify(Object.fromEntries(latest))}\n`);
  } catch (error) {
    if (systemCode(error) === undefined && !(error instanceof UserError)) throw error;
  }
}
