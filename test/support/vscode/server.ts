import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { until } from './until.ts';
import type { CodeServer } from './codeServer.ts';
import { killProcessesOf } from './processes.ts';

export interface ServerOptions {
  /** User settings. */
  readonly settings: Record<string, unknown>;
  /** A folder of installed extensions, of which the server gets a copy; none by default. */
  readonly extensions?: string | undefined;
  /** Whether VS Code knows workspace trust at all. */
  readonly restricted: boolean;
  /** Whether pages may name an extension under development. It suppresses toasts. */
  readonly smokeTestDriver: boolean;
  /** More variables for the server, and with it for the extension host. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A server with folders of its own. */
export interface Server {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** SFT_HOME of everything that runs in its windows. */
  readonly home: string;
  readonly userData: string;
  /** What the server printed so far. */
  output(): string;
  /** Ends it and everything that was started in its windows, and removes its folders. */
  stop(): Promise<void>;
}

/** Starts code-server on a port that the system chooses, and waits until it answers. */
export async function startServer(codeServer: CodeServer, options: ServerOptions): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'sft-vscode-'));
  const inside = (name: string) => join(folder, name);
  const [home, userData, extensions] = [inside('home'), inside('user'), inside('extensions')];
  for (const path of [home, join(userData, 'User'), inside('hub')]) mkdirSync(path, { recursive: true });
  mkdirSync(inside('run'), { mode: 0o700 });
  if (options.extensions === undefined) mkdirSync(extensions);
  else cpSync(options.extensions, extensions, { recursive: true });
  writeFileSync(join(userData, 'User/settings.json'), JSON.stringify(options.settings, null, 2));
  writeFileSync(inside('config.yaml'), '{}\n');

  const lines: string[] = [];
  const env = {
    ...plainEnvironment(),
    EXTENSIONS_GALLERY: '{}',
    XDG_CONFIG_HOME: inside('config'),
    XDG_DATA_HOME: inside('data'),
    XDG_CACHE_HOME: inside('cache'),
    XDG_RUNTIME_DIR: inside('run'),
    HF_HOME: inside('hub'),
    ...options.env,
    SFT_HOME: home,
  };
  const child = spawn(codeServer.node, [codeServer.entry, ...serverArguments(folder, options)], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = async () => {
    await killProcessesOf(home);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const host = await listening(child, lines);
    await until('code-server answers', async () => (await fetch(`http://${host}/healthz`)).ok);
    return { host, home, userData, output: () => lines.join('\n'), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function serverArguments(folder: string, { restricted, smokeTestDriver }: ServerOptions): string[] {
  const values = {
    config: join(folder, 'config.yaml'),
    auth: 'none',
    'bind-addr': '127.0.0.1:0',
    'user-data-dir': join(folder, 'user'),
    'extensions-dir': join(folder, 'extensions'),
    'reconnection-grace-time': '5',
  };
  return [
    ...Object.entries(values).flatMap(([name, value]) => [`--${name}`, value]),
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-getting-started-override',
    '--ignore-last-opened',
    ...(restricted ? [] : ['--disable-workspace-trust']),
    ...(smokeTestDriver ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
}

/** Without what a test runner or a terminal in an editor adds, which would change what children do. */
function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(VSCODE_|ELECTRON_|VITEST|npm_|NODE_OPTIONS$|NODE_ENV$|TEST$|SFT_)/.test(name),
    ),
  );
}

/** The address that the server says it listens on. */
async function listening(child: ChildProcess, lines: string[]): Promise<string> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('code-server has no outputs');
  return new Promise((resolve, reject) => {
    for (const stream of [stdout, stderr])
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        const found = /HTTP server listening on http:\/\/([\d.:]+)\//.exec(line);
        if (found?.[1] !== undefined) resolve(found[1]);
      });
    void once(child, 'exit').then(
      ([code]) => reject(new Error(`code-server ended with ${String(code)}:\n${lines.join('\n')}`)),
      reject,
    );
  });
}
