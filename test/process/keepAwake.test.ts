import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cliFile } from '../support/cli.ts';
import { tinyWorkspace, type TinyWorkspace } from '../support/tinyWorkspace.ts';

let folder: string;
let workspace: TinyWorkspace;
let children: ChildProcess[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sft-awake-'));
  workspace = await tinyWorkspace(folder);
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** `sft train RECIPE --keep-awake`, with a systemd-inhibit of ours first on the PATH. */
function train(recipe: string, script: string): ChildProcess {
  const program = join(folder, 'systemd-inhibit');
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
  const child = spawn(process.execPath, [cliFile, 'train', recipe, '--yes', '--json', '--keep-awake'], {
    cwd: folder,
    env: {
      ...process.env,
      PATH: `${folder}${delimiter}${process.env.PATH ?? ''}`,
      SFT_HOME: join(folder, 'home'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  child.stdout?.resume();
  return child;
}

/** Notes its process and its options, and becomes the program that it is given. */
const faithful = (pid: string, args: string) =>
  `echo "$@" > '${args}'; while [ "\${1#--}" != "$1" ]; do shift; done; echo $$ > '${pid}'; exec "$@"`;

async function until(what: string, test: () => boolean): Promise<void> {
  for (const end = Date.now() + 30_000; !test(); await wait(20))
    if (Date.now() > end) throw new Error(`Waited in vain: ${what}`);
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const numberIn = (file: string) => (existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0);

describe.runIf(process.platform === 'linux')('sft train --keep-awake', () => {
  it('holds off sleep while it trains, and lets go with the run, even when that is killed', async () => {
    const pid = join(folder, 'pid');
    const args = join(folder, 'args');
    const recipe = workspace.task('long', { full: { steps: 100_000 }, sparse: { steps: 10 } });
    const child = train(recipe, faithful(pid, args));
    await until('sleep is held off', () => numberIn(pid) > 0);
    expect(readFileSync(args, 'utf8')).toContain('--what=sleep:idle');
    expect(lives(numberIn(pid))).toBe(true);
    child.kill('SIGKILL');
    await until('nothing is left behind', () => !lives(numberIn(pid)));
  });

  it('lets go at the end of a run', async () => {
    const pid = join(folder, 'pid');
    const child = train(workspace.task('short'), faithful(pid, join(folder, 'args')));
    const [code] = (await once(child, 'close')) as [number | null];
    expect(code).toBe(0);
    expect(numberIn(pid)).toBeGreaterThan(0);
    await until('nothing is left behind', () => !lives(numberIn(pid)));
  });

  it('trains all the same where it may not, and says why in one line', async () => {
    const child = train(workspace.task('short'), 'echo "Failed to inhibit: Access denied" >&2; exit 1');
    const said: string[] = [];
    child.stderr?.setEncoding('utf8').on('data', (text: string) => said.push(text));
    const [code] = (await once(child, 'close')) as [number | null];
    expect(code).toBe(0);
    const lines = said
      .join('')
      .split('\n')
      .filter((line) => line.includes('kept awake'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('Access denied');
  });
});
