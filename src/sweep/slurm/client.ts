import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { userError } from '../../core/errors/userError.ts';
import { nearest } from '../../recipe/nearest.ts';

const execute = promisify(execFile);

/** An element of a job array that Slurm has not done with. */
export interface QueuedElement {
  /** Of the array, as `--comment` gave it. */
  readonly array: string;
  readonly index: number;
  /** PENDING, RUNNING, COMPLETING ... */
  readonly state: string;
  /** Why it waits. */
  readonly reason: string;
}

/** How an element of an array ended, as far as Slurm still knows. */
export interface ElementEnd {
  readonly state: string;
  readonly exitCode: number | null;
  readonly node: string;
}

/** A program of Slurm that answered with an error. */
class SlurmRefusal extends Error {}

const patience = 60_000;
const mostOutput = 64 * 2 ** 20;

/** @throws UserError `slurm-missing`; SlurmRefusal with what it said */
async function ask(program: string, args: readonly string[], cwd?: string): Promise<string> {
  try {
    const options = { timeout: patience, maxBuffer: mostOutput, ...(cwd === undefined ? {} : { cwd }) };
    return (await execute(program, args, options)).stdout;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if ('code' in error && error.code === 'ENOENT') throw userError('slurm-missing', { program });
    const said = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr : '';
    throw new SlurmRefusal(sentence(said === '' ? error.message : said));
  }
}

/** The last line that a program said, without its name before it. */
function sentence(said: string): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  const line = lines.find((one) => /error/.test(one)) ?? lines.at(-1) ?? 'it says nothing';
  return line.replace(/^(?:s\w+: )?(?:fatal: |error: )*/, '').replace(/\.$/, '');
}

/** The same, where any error means that Slurm does not work here. @throws UserError `slurm-missing`, `slurm-silent` */
async function demand(program: string, args: readonly string[]): Promise<string> {
  try {
    return await ask(program, args);
  } catch (error) {
    if (error instanceof SlurmRefusal) throw userError('slurm-silent', { reason: error.message });
    throw error;
  }
}

/**
 * Checks that Slurm is there and has the partition; gives how many elements an array may have.
 * @throws UserError `slurm-missing`, `slurm-silent`, `slurm-partition`
 */
export async function checkSlurm(partition: string | undefined): Promise<{ longestArray: number }> {
  const known = (await demand('sinfo', ['--noheader', '--format=%R']))
    .split('\n')
    .filter((name) => name !== '');
  if (partition !== undefined) {
    const unknown = partition.split(',').find((one) => !known.includes(one));
    if (unknown !== undefined) {
      const near = nearest(unknown, known);
      const details = { partition: unknown, known: [...new Set(known)] };
      throw userError('slurm-partition', near === undefined ? details : { ...details, near });
    }
  }
  const config = await demand('scontrol', ['show', 'config']);
  const size = Number(/^MaxArraySize\s*=\s*(\d+)/m.exec(config)?.[1] ?? 1001);
  // Indices stay below it.
  return { longestArray: Math.max(1, size - 1) };
}

/**
 * Submits a script from the folder in which it lies; gives the number of the job.
 * @param after job whose element of the same index must be done first
 * @throws UserError `slurm-missing`, `slurm-refused`
 */
export async function submit(folder: string, script: string, after: string | null): Promise<string> {
  const dependency = after === null ? [] : [`--dependency=aftercorr:${after}`, '--kill-on-invalid-dep=yes'];
  try {
    const said = await ask('sbatch', ['--parsable', ...dependency, script], folder);
    return said.trim().split(';')[0];
  } catch (error) {
    if (error instanceof SlurmRefusal) throw userError('slurm-refused', { reason: error.message });
    throw error;
  }
}

/**
 * The elements of the jobs of a name that Slurm has not done with; undefined where it does not answer now.
 * @throws UserError `slurm-missing`
 */
export async function queued(jobName: string): Promise<QueuedElement[] | undefined> {
  try {
    const said = await ask('squeue', ['--noheader', '--array', `--name=${jobName}`, '--format=%k|%K|%T|%r']);
    return parseQueue(said);
  } catch (error) {
    if (error instanceof SlurmRefusal) return undefined;
    throw error;
  }
}

/** Reads what squeue prints: `COMMENT|INDEX|STATE|REASON`. */
export function parseQueue(said: string): QueuedElement[] {
  return said.split('\n').flatMap((line) => {
    const [array = '', index = '', state = '', reason = ''] = line.split('|');
    return /^\d+$/.test(index) ? [{ array, index: Number(index), state, reason }] : [];
  });
}

/** How an element ended: from the controller's memory, or else from the accounting where there is one. */
export async function elementEnd(job: string, index: number): Promise<ElementEnd | undefined> {
  const element = `${job}_${index}`;
  const shown = await ask('scontrol', ['show', 'job', '--oneliner', element]).catch(unlessRefused);
  if (shown !== undefined) return parseShownJob(shown);
  const args = ['--noheader', '--parsable2', '--format=State,ExitCode,NodeList', `--jobs=${element}`];
  const accounted = await ask('sacct', args).catch(unlessRefused);
  const [state = '', code = '', node = ''] = accounted?.split('\n')[0].split('|') ?? [];
  return state === '' ? undefined : { state, exitCode: exitCodeOf(code), node };
}

/** Reads what `scontrol show job` prints of one. */
export function parseShownJob(shown: string): ElementEnd {
  const field = (name: string) => new RegExp(`(?:^|\\s)${name}=(\\S*)`).exec(shown)?.[1] ?? '';
  return {
    state: field('JobState'),
    exitCode: exitCodeOf(field('ExitCode')),
    node: field('BatchHost') || field('NodeList'),
  };
}

function exitCodeOf(text: string): number | null {
  const code = /^(\d+):/.exec(text)?.[1];
  return code === undefined ? null : Number(code);
}

function unlessRefused(error: unknown): undefined {
  if (!(error instanceof SlurmRefusal)) throw error;
  return undefined;
}
