import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { EngineName } from '../../core/engineNames.ts';
import type { EngineSetting } from '../../engine/choose/candidate.ts';
import type { TrialShape } from './trialShape.ts';

export interface TrialRequest extends EngineSetting {
  readonly name: EngineName;
  /** Steps of this shape are timed; without it, a large matrix product. */
  readonly shape?: TrialShape | undefined;
}

export interface TrialResult {
  readonly seconds?: number;
  readonly flopsPerSecond?: number;
  /** Why it does not work. */
  readonly problem?: string;
}

export type TryOut = (request: TrialRequest, patience: number) => Promise<TrialResult>;

const MOST_OUTPUT = 2 ** 20;

/** Tries an engine out in a process of its own, for so many milliseconds at the most. Never throws: what fails is a problem. */
export function tryOut(
  request: TrialRequest,
  patience: number,
  program = join(import.meta.dirname, 'cli.js'),
): Promise<TrialResult> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program, 'engine', 'trial', JSON.stringify(request)],
      {
        timeout: patience,
        killSignal: 'SIGKILL',
        maxBuffer: MOST_OUTPUT,
        windowsHide: true,
        env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' },
      },
      (error, stdout, stderr) => {
        const found = readResult(stdout);
        if (found !== undefined) resolve(found);
        else if (error?.killed === true)
          resolve({ problem: `it did not finish within ${Math.round(patience / 1000)} s` });
        else resolve({ problem: endOf(error?.signal ?? null, stderr) });
      },
    );
  });
}

function readResult(output: string): TrialResult | undefined {
  const line = output.split('\n').findLast((text) => text.startsWith('{'));
  if (line === undefined) return undefined;
  try {
    const { seconds, flopsPerSecond, problem } = JSON.parse(line) as Record<string, unknown>;
    if (typeof seconds === 'number') return { seconds };
    if (typeof flopsPerSecond === 'number') return { flopsPerSecond };
    return typeof problem === 'string' ? { problem } : undefined;
  } catch {
    return undefined;
  }
}

function endOf(signal: string | null, errors: string): string {
  if (signal !== null) return `it was ended by ${signal}`;
  const line = errors.split('\n').find((text) => text.trim() !== '');
  return line === undefined ? 'it ended without a word' : line.trim().slice(0, 300);
}
