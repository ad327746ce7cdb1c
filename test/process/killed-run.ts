import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { uniform } from '../../src/core/random.ts';
import { readSft } from '../../src/formats/sftFile.ts';
import { startSft } from '../support/cli.ts';

/** Everything of a finished run that must not depend on when it was interrupted. */
export interface RunResult {
  /** SHA-256 of every array of the SFT, by name. */
  readonly sft: Readonly<Record<string, string>>;
  readonly metrics: unknown;
  readonly reproducible: unknown;
  /** `events.jsonl`, less times, and less checkpoints, of which an interrupted run has more. */
  readonly events: readonly Readonly<Record<string, unknown>>[];
  /** What lies in the folder, less hidden files. */
  readonly files: readonly string[];
}

/** Reads what a finished run left. */
export async function runResult(folder: string): Promise<RunResult> {
  const files = readdirSync(folder).filter((name) => !name.startsWith('.'));
  const file = files.find((name) => name.endsWith('.sft.safetensors')) ?? 'no SFT';
  const { metadata } = await readSft(join(folder, file));
  return {
    sft: await sftBits(join(folder, file)),
    metrics: metadata.metrics,
    reproducible: metadata.reproducible,
    events: eventsOf(folder)
      .filter(({ type }) => type !== 'checkpoint')
      // When statistics of the mask are due depends on the clock.
      .filter(({ type }) => type !== 'mask' && type !== 'movement')
      .map(({ time: _time, seconds: _seconds, file: _file, ...event }) => event),
    files,
  };
}

/** SHA-256 of every array of an SFT file. */
export async function sftBits(file: string): Promise<Record<string, string>> {
  const { sft } = await readSft(file);
  const bits: Record<string, string> = {};
  for (const [name, { indices, values }] of sft.diffs) {
    bits[`${name} indices`] = hash(indices);
    bits[`${name} values`] = hash(values);
  }
  for (const [name, { values }] of sft.abs) bits[name] = hash(values);
  return bits;
}

/** Lines of `events.jsonl`. */
export function eventsOf(folder: string): Record<string, unknown>[] {
  const lines = readFileSync(join(folder, 'events.jsonl'), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>);
}

function hash({ buffer, byteOffset, byteLength }: Uint32Array | Float32Array): string {
  return createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex');
}

export interface KilledRun {
  readonly cwd: string;
  /** Arguments of `sft` that start the run; --resume is added afterwards. */
  readonly args: readonly string[];
  readonly signal: NodeJS.Signals;
  readonly seed: number;
  /** How often it is interrupted at most. */
  readonly times: number;
  /** Lines of an undisturbed run, over which the interruptions are spread. */
  readonly lines: number;
  /** Whether it is resumed after the last interruption. */
  readonly resume?: boolean;
}

/**
 * Runs `sft train --json`, interrupts it at a random moment, resumes it and interrupts it again, until it ends by itself.
 * A moment is so many lines of output and then up to 30 ms, or the next line if that comes sooner. Returns how
 * often it was interrupted.
 */
export async function runInterrupted(options: KilledRun): Promise<number> {
  const { cwd, args, signal, seed, times, lines, resume = true } = options;
  for (let spawned = 0; ; spawned++) {
    // Not before the first line of a new run: until then there is nothing to resume.
    const least = spawned === 0 ? 1 : 0;
    const after = Math.max(least, Math.floor((uniform(seed, spawned) * lines) / times));
    const child = startSft([...args, '--json', ...(spawned > 0 ? ['--resume'] : [])], { cwd });
    const output: string[] = [];
    child.stdout?.setEncoding('utf8').on('data', (text: string) => output.push(text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => output.push(text));
    const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
    let seen = 0;
    let timer: NodeJS.Timeout | undefined;
    let interrupted = false;
    const interrupt = () => {
      clearTimeout(timer);
      if (!interrupted) child.kill(signal);
      interrupted = true;
    };
    const count = () => {
      if (spawned >= times || seen > after) return;
      if (seen === after) timer = setTimeout(interrupt, 30 * uniform(seed, spawned, 1));
    };
    if (child.stdout !== null) {
      createInterface({ input: child.stdout }).on('line', () => {
        if (timer !== undefined) interrupt();
        seen++;
        count();
      });
    }
    count();
    const [code, by] = await ended;
    clearTimeout(timer);
    if (code === 0) return spawned;
    if (by !== signal && code !== 130)
      throw new Error(`sft ended with ${code ?? by} after ${spawned} interruptions:\n${output.join('')}`);
    if (!resume && spawned + 1 === times) return times;
  }
}
