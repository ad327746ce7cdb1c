import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { median } from './statistics.ts';

/** What one activation takes; in milliseconds as `host/activations.ts` tells it, in seconds in the result. */
interface ActivationTimes {
  /** Reading and compiling the bundle. */
  readonly loading: number;
  /** The call of its `activate`. */
  readonly call: number;
  /** Processor time of the host's own thread until the call is over. */
  readonly processor: number;
}

/** What activating the extension takes in a host that has just started, in seconds: medians of several hosts. */
export interface ActivationResult extends ActivationTimes {
  readonly hosts: number;
}

const HOSTS = 5;

/** Activates the extension in fresh extension hosts of code-server. Needs Linux and a Chromium, as the tests in a window do. */
export function timeActivation(): ActivationResult {
  // The program is run as it stands, beside the tests whose windows it opens: this one is bundled.
  const program = join(import.meta.dirname, '../bench/host/activations.ts');
  const lines = execFileSync(process.execPath, [program, String(HOSTS)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const timed = lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ActivationTimes);
  const seconds = (what: keyof ActivationTimes) => median(timed.map((one) => one[what])) / 1000;
  return {
    hosts: timed.length,
    loading: seconds('loading'),
    call: seconds('call'),
    processor: seconds('processor'),
  };
}
