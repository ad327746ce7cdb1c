import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface CommandResult {
  /** null where it could not be started, or was ended after its time. */
  readonly code: number | null;
  /** Both outputs. */
  readonly output: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Seconds after which it is ended. */
  readonly seconds: number;
}

/** Runs a program to its end. Never throws: a program that is missing has no exit code. */
export async function command(
  program: string,
  args: readonly string[],
  { cwd, env = process.env, seconds }: CommandOptions,
): Promise<CommandResult> {
  const child = spawn(program, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: seconds * 1000,
    killSignal: 'SIGKILL',
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => output.push(text));
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, output: output.join('') };
  } catch (error) {
    return { code: null, output: String(error) };
  }
}
