import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { type Probe, readFacts } from './judge.ts';

export interface ProbeOptions {
  /** Our program `probe.js`. */
  readonly program: string;
  /** Milliseconds until a candidate that does not answer is given up. */
  readonly patience?: number;
  readonly env?: NodeJS.ProcessEnv;
}

const PATIENCE = 5000;
/** A program that is no Node may print without end. */
const MOST_OUTPUT = 65_536;

/** Runs the probe with a candidate. Never throws: a program that is no Node, or hangs, is a failure. */
export function probeNode(path: string, options: ProbeOptions): Promise<Probe> {
  const { program, patience = PATIENCE, env = process.env } = options;
  return new Promise((resolve) => {
    const child = spawn(path, [program], {
      // Not the current folder: a program may look for its settings there.
      cwd: dirname(program),
      env: probeEnvironment(env),
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      timeout: patience,
      killSignal: 'SIGKILL',
    });
    const output = { out: '', err: '' };
    const collect = (stream: NodeJS.ReadableStream, into: 'out' | 'err') =>
      stream.setEncoding('utf8').on('data', (text: string) => {
        output[into] = (output[into] + text).slice(-MOST_OUTPUT);
      });
    collect(child.stdout, 'out');
    collect(child.stderr, 'err');
    const settle = (probe: Probe) => {
      clearTimeout(timer);
      // What it has started may live on and hold the pipes.
      child.stdout.destroy();
      child.stderr.destroy();
      resolve(probe);
    };
    const late = { failure: `it did not answer within ${Math.round(patience / 1000)} s` };
    const timer = setTimeout(() => settle(late), patience + 500);
    child.once('error', (error) => settle({ failure: startFailure(error) }));
    child.once('exit', (_, signal) => {
      if (signal === 'SIGKILL') settle(late);
    });
    child.once('close', (code, signal) => {
      const facts = code === 0 ? readFacts(output.out) : undefined;
      settle(facts === undefined ? { failure: endFailure(code, signal, output.err) } : { facts });
    });
  });
}

/** Without what is meant for other processes; an Electron becomes a Node. */
function probeEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => name !== 'NODE_OPTIONS' && !name.startsWith('VSCODE_'));
  return { ...Object.fromEntries(kept), ELECTRON_RUN_AS_NODE: '1' };
}

function startFailure(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return 'it is not there';
  if (error.code === 'EACCES') return 'it is not a program that may be run';
  return `it cannot be started (${error.code ?? error.message})`;
}

function endFailure(code: number | null, signal: NodeJS.Signals | null, errors: string): string {
  if (signal !== null) return `it was ended by ${signal}`;
  if (code === 0) return 'it is no Node';
  const line = errors.split('\n').find((text) => text.trim() !== '');
  return `it ended with code ${code}${line === undefined ? '' : ` (${line.trim().slice(0, 200)})`}`;
}
