import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import type { ChosenNode } from '../../home/nodes/nodes.ts';

/** What `sft` says with `--json` when something is the user's to mend. */
export class SftProblem extends Error {
  readonly code: string;
  readonly what: string;
  readonly advice: string;
  readonly file: string | undefined;
  readonly line: number | undefined;

  constructor(told: {
    code: string;
    what?: string;
    advice?: string;
    message: string;
    file?: string;
    line?: number;
  }) {
    super(told.message);
    this.name = 'SftProblem';
    this.code = told.code;
    this.what = told.what ?? told.message;
    this.advice = told.advice ?? '';
    this.file = told.file;
    this.line = told.line;
  }
}

export interface RunProgramOptions {
  readonly cwd?: string | undefined;
  /** Variables beside those that the program inherits. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Ends the program as Ctrl-C does. */
  readonly signal?: AbortSignal | undefined;
  /** Called with every line of JSON as it comes. */
  readonly onJson?: ((value: unknown) => void) | undefined;
  /** Called with what is said to people. */
  readonly onText?: ((line: string) => void) | undefined;
}

/** Runs commands of `sft`, which do everything that the extension's host must not. */
export interface Programs {
  /**
   * Runs `sft <args> --json` and gives the last object that it prints.
   * @throws SftProblem with the sentence that it says, or with what it said last where it is a bug
   */
  sft(args: readonly string[], options?: RunProgramOptions): Promise<unknown>;
  /** The Node that trains, found at first use. @throws UserError where there is none */
  node(): Promise<ChosenNode>;
}

const lastWords = 5;

/** `folder` is that of our bundles; `node` chooses the Node in which they run. */
export function newPrograms(folder: string, node: () => Promise<ChosenNode>): Programs {
  return {
    node,
    async sft(args, options = {}) {
      const { path, electron } = await node();
      // Looking for a Node takes its time at first use.
      options.signal?.throwIfAborted();
      const child = spawn(path, [join(folder, 'cli.js'), ...args, '--json'], {
        cwd: options.cwd,
        env: { ...childEnvironment(electron), ...options.env },
        stdio: ['ignore', 'pipe', 'pipe'],
        windowsHide: true,
      });
      const interrupt = () => child.kill('SIGTERM');
      options.signal?.addEventListener('abort', interrupt, { once: true });
      try {
        return await outcome(child, options);
      } finally {
        options.signal?.removeEventListener('abort', interrupt);
      }
    },
  };
}

/** The environment of our programs: without what the editor put there for its own processes. */
export function childEnvironment(electron: boolean): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => name !== 'NODE_OPTIONS' && name !== 'ELECTRON_RUN_AS_NODE' && !name.startsWith('VSCODE_'),
  );
  return { ...Object.fromEntries(inherited), ...(electron ? { ELECTRON_RUN_AS_NODE: '1' } : {}) };
}

async function outcome(child: ChildProcess, { onJson, onText }: RunProgramOptions): Promise<unknown> {
  let last: unknown;
  const said: string[] = [];
  if (child.stdout !== null)
    createInterface({ input: child.stdout }).on('line', (line) => {
      last = parse(line);
      onJson?.(last);
    });
  if (child.stderr !== null)
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line);
      if (said.length > lastWords) said.shift();
      onText?.(line);
    });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  const error = errorOf(last);
  if (error !== undefined) throw new SftProblem(error);
  if (code !== 0) {
    throw new SftProblem({
      code: 'internal',
      message: said.join('\n') || `sft ended with exit code ${code ?? ''}`,
    });
  }
  return last;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

type Told = ConstructorParameters<typeof SftProblem>[0];

function errorOf(value: unknown): Told | undefined {
  if (typeof value !== 'object' || value === null || !('error' in value)) return undefined;
  return value.error as Told;
}
