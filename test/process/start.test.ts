import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { installCodeServer } from '../support/vscode/codeServer.ts';
import { Missing } from '../support/vscode/missing.ts';

const root = resolve(import.meta.dirname, '../..');
let folder: string;
let started: Started[];

interface Started {
  readonly child: ChildProcess;
  /** What it printed so far, on both streams. */
  said(): string;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sft start's é-"));
  mkdirSync(join(folder, 'tmp'));
  started = [];
});
afterEach(async () => {
  for (const { child } of started) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = once(child, 'close');
    child.kill('SIGTERM');
    await gone;
  }
  rmSync(folder, { recursive: true, force: true });
});

/** `npm start` with these arguments; temporary folders of its own, and no display unless one is given. */
function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Started {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(VSCODE_|WSL_|DISPLAY$|WAYLAND_|SFT_HOME$|NODE_OPTIONS$)/.test(name),
  );
  const child = spawn(process.execPath, [join(root, 'start.mjs'), ...args], {
    cwd: root,
    env: { ...Object.fromEntries(inherited), TMPDIR: join(folder, 'tmp'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const one = { child, said: () => said.join('') };
  started.push(one);
  return one;
}

async function until(what: string, test: () => boolean): Promise<void> {
  for (const end = Date.now() + 40_000; !test(); await wait(20))
    if (Date.now() > end) throw new Error(`Waited in vain: ${what}`);
}

async function ended({ child }: Started): Promise<number | null> {
  if (child.exitCode === null) await once(child, 'close');
  return child.exitCode;
}

const leftovers = () => readdirSync(join(folder, 'tmp')).filter((name) => name.startsWith('sft-'));

/** A `code` of this version that notes how it was called. */
function fakeCode(version: string): NodeJS.ProcessEnv {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const script = `#!/bin/sh
if [ "$1" = --version ]; then echo ${version}; exit 0; fi
printf '%s\\n' "$@" > "$FAKE_CALL"
echo "home=$SFT_HOME" >> "$FAKE_CALL"
`;
  writeFileSync(join(bin, 'code'), script);
  chmodSync(join(bin, 'code'), 0o755);
  return { PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`, FAKE_CALL: call(), DISPLAY: ':99' };
}

const call = () => join(folder, 'call.txt');

describe.runIf(process.platform === 'linux')('npm start, with VS Code', () => {
  it('opens a new window with the extension under development on a copy of the demo, and removes it at Ctrl-C', async () => {
    const run = start([], fakeCode('1.139.0'));
    await until('it says where the demo is', () => run.said().includes('It is removed'));
    const [window, extension, demo, home] = readFileSync(call(), 'utf8').split('\n');
    expect(window).toBe('--new-window');
    expect(extension).toBe(`--extensionDevelopmentPath=${root}`);
    expect(existsSync(join(demo, 'base/config.json'))).toBe(true);
    expect(existsSync(join(demo, '.sft-demo'))).toBe(true);
    expect(home).toMatch(/^home=.*sft-studio-/);
    // A run that was started in the window, and goes on without it.
    const training = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
    const live = join(home.replace('home=', ''), 'state/live');
    mkdirSync(live, { recursive: true });
    writeFileSync(join(live, 'a.json'), JSON.stringify({ pid: training.pid }));
    const over = once(training, 'exit');
    run.child.kill('SIGINT');
    expect(await ended(run)).toBe(130);
    expect(leftovers()).toEqual([]);
    await over;
  });

  it('keeps the demo in the folder that is given, opens it again as it was, and takes no other', async () => {
    const kept = join(folder, 'my demo');
    const env = fakeCode('1.140.2');
    expect(await ended(start(['--folder', kept], env))).toBe(0);
    writeFileSync(join(kept, 'mine.txt'), 'mine');
    expect(await ended(start(['--folder', kept], env))).toBe(0);
    expect(existsSync(join(kept, 'mine.txt'))).toBe(true);
    expect(readFileSync(call(), 'utf8')).toMatch(/home=\n/);
    const refused = start(['--folder', folder], env);
    expect(await ended(refused)).toBe(1);
    expect(refused.said()).toContain('holds something else');
    expect(leftovers()).toEqual([]);
  });

  it('says what it does not know', async () => {
    const run = start(['--window']);
    expect(await ended(run)).toBe(2);
    expect(run.said()).toContain('npm start -- --headless');
  });
});

describe.runIf(process.platform === 'linux')('npm start, without VS Code', () => {
  let missing: string | undefined;
  beforeAll(async () => {
    try {
      await installCodeServer();
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
      missing = error.message;
    }
  }, 600_000);

  it.for<[string, () => NodeJS.ProcessEnv]>([
    ['there is no display', () => ({})],
    ['VS Code 1.80.1 is older', () => fakeCode('1.80.1')],
    ['that of a remote window', () => ({ ...fakeCode('1.139.0'), VSCODE_IPC_HOOK_CLI: '/x' })],
  ])('opens in the browser, behind a password: %s', async ([reason, env], { skip }) => {
    if (missing !== undefined) skip(missing);
    const run = start([], env());
    await until('it says where it is', () => run.said().includes('Ctrl-C ends it'));
    expect(run.said()).toContain(reason);
    const [, address] = /(http:\/\/127\.0\.0\.1:\d+)\//.exec(run.said()) ?? [];
    const [, password] = /Password +(\S+)/.exec(run.said()) ?? [];
    expect(run.said()).toContain(`ssh -L ${new URL(address).port}:127.0.0.1:${new URL(address).port} `);
    const page = async (cookie?: string) =>
      fetch(`${address}/`, { redirect: 'manual', headers: cookie === undefined ? {} : { cookie } });
    expect((await page()).headers.get('location')).toContain('login');
    const login = async (text: string) =>
      fetch(`${address}/login`, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams({ password: text, base: '.' }),
      });
    expect((await login('guess')).status).toBe(200);
    const cookie = (await login(password)).headers.get('set-cookie')?.split(';')[0];
    const text = await (await page(cookie)).text();
    expect(text).toContain('workbench');
    run.child.kill('SIGINT');
    expect(await ended(run)).toBe(130);
    expect(leftovers()).toEqual([]);
    await expect(page()).rejects.toThrow();
  });
});
