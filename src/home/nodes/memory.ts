import { mkdir, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../../core/errors/userError.ts';
import { writeTextAtomically } from '../../formats/atomicFile.ts';
import { systemCode } from '../../formats/fileErrors.ts';
import { isFacts, type Probe } from './judge.ts';

/** What a probe's result depends on; another stamp, another probe. */
export interface ProbeStamp {
  readonly size: number;
  readonly modified: number;
  /** Version of the engine. */
  readonly engine: string;
  readonly program: string;
}

/** What a probe found, and when. */
export interface RememberedProbe {
  readonly stamp: ProbeStamp;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly probe: Probe;
  /** The binary that a stand-in led to, where it is another file. */
  readonly binary: { readonly size: number; readonly modified: number } | null;
}

/** Remembered probes by the candidate's path. */
export type ProbeMemory = Readonly<Record<string, RememberedProbe>>;

/** A failure may pass: a machine under load, a library that is installed later. */
const FAILURE_LASTS = 10 * 60_000;

/** Whether a remembered probe still tells how things are. */
export function isFresh(
  remembered: RememberedProbe,
  stamp: ProbeStamp,
  binary: RememberedProbe['binary'],
  now: number,
): boolean {
  if (!same(remembered.stamp, stamp)) return false;
  if ('failure' in remembered.probe) return now >= remembered.time && now - remembered.time < FAILURE_LASTS;
  return same(remembered.binary, binary);
}

/** Size and time of change of a file; undefined where there is none. */
export async function fileStamp(path: string): Promise<{ size: number; modified: number } | undefined> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { size, modified: Math.round(mtimeMs) };
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}

/** What is remembered; nothing where the file is missing or cannot be understood. */
export async function readMemory(file: string): Promise<ProbeMemory> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(Object.entries(value).filter((entry) => isRemembered(entry[1])));
  } catch (error) {
    if (systemCode(error) === undefined && !(error instanceof SyntaxError)) throw error;
    return {};
  }
}

/** Keeps it for the next time; where that cannot be, the next time is only slower. */
export async function writeMemory(file: string, memory: ProbeMemory): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeTextAtomically(file, `${JSON.stringify(memory)}\n`);
  } catch (error) {
    if (systemCode(error) === undefined && !(error instanceof UserError)) throw error;
  }
}

function isRemembered(value: unknown): value is RememberedProbe {
  if (typeof value !== 'object' || value === null) return false;
  const { stamp, time, probe, binary } = value as Record<string, unknown>;
  if (typeof stamp !== 'object' || typeof time !== 'number' || typeof binary !== 'object') return false;
  if (typeof probe !== 'object' || probe === null) return false;
  return 'facts' in probe ? isFacts(probe.facts) : 'failure' in probe && typeof probe.failure === 'string';
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
