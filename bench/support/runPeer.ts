import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

/**
 * Runs a script of `bench/peer` and gives back what it printed; `input` is written to it as fast as it reads.
 * @throws Error if it fails: what it said went to this process's error output.
 */
export async function runPeer(
  python: string,
  args: readonly string[],
  input: Iterable<Uint8Array> = [],
): Promise<string> {
  const child = spawn(python, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close') as Promise<[number | null]>;
  const [printed, fed, [code]] = await Promise.all([
    text(child.stdout),
    // A script that fails closes its end early; its exit code says more than that.
    pipeline(Readable.from(input), child.stdin).catch((error: unknown) => error),
    ended,
  ]);
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}.`);
  if (fed instanceof Error) throw fed;
  return printed;
}
