import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Starts an invented live run (inventedLiveRun.ts), called `live`, that ends with the server of its window. Gives its folder.
 * @param home SFT_HOME
 */
export function startLiveRun(
  run: string,
  home: string,
  how?: { readonly steps: number; readonly done: number; readonly seconds: number },
): string {
  mkdirSync(run, { recursive: true });
  const numbers = how === undefined ? [] : [how.steps, how.done, how.seconds].map(String);
  spawn(process.execPath, [join(import.meta.dirname, 'inventedLiveRun.ts'), run, 'live', ...numbers], {
    stdio: 'ignore',
    env: { ...process.env, SFT_HOME: home },
  });
  return run;
}
