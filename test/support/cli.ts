import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** The bundled command line; SFT_CLI names another build of it. */
export const cliFile = process.env.SFT_CLI ?? resolve(import.meta.dirname, '../../dist/cli.js');

export interface CliOptions {
  /** Working folder. */
  readonly cwd: string;
  /** The Node that runs it; that of the test by default. */
  readonly node?: string;
  /** Variables in place of, or beside, those of the test. */
  readonly env?: NodeJS.ProcessEnv;
  /** Called with every line of standard output as it comes. */
  readonly onLine?: (line: string, child: ChildProcess) => void;
}

export interface CliResult {
  /** null where a signal ended the process. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `sft` with these arguments, its standard input closed, until it ends. */
export async function sft(args: readonly string[], options: CliOptions): Promise<CliResult> {
  return finished(startSft(args, options), options);
}

/** The object that `sft ... --json` prints last. @throws Error with what it printed where it fails */
export async function sftJson(
  args: readonly string[],
  options: CliOptions,
): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await sft([...args, '--json'], options);
  if (code !== 0) throw new Error(`sft ended with ${code}: ${stdout}${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
}

/** Starts `sft`; its outputs are pipes, so that it does not believe to be on a terminal. */
export function startSft(
  args: readonly string[],
  { cwd, node = process.execPath, env: changed }: CliOptions,
): ChildProcess {
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  // A queue of its own, so that tests do not wait for each other.
  const env = { ...inherited, SFT_HOME: join(cwd, '.sft-home'), ...changed };
  return spawn(node, [cliFile, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function finished(child: ChildProcess, { onLine }: CliOptions): Promise<CliResult> {
  const out: string[] = [];
  const err: string[] = [];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => out.push(text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => err.push(text));
  if (onLine !== undefined && child.stdout !== null)
    createInterface({ input: child.stdout }).on('line', (line) => onLine(line, child));
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, stdout: out.join(''), stderr: err.join('') };
}
