// SFT Studio in the browser, where there is no desktop: code-server with a password, for as long as this process runs.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { root } from './prepare.mjs';

/** The workbench of VS Code 1.139.1. */
const version = '4.139.1';
const megabytes = 520;

/** What the extension is made of. Copies: an editor takes code behind a link for that of no extension. */
const copied = [
  'package.json',
  'package.nls.json',
  'README.md',
  'LICENSE',
  'dist',
  'media',
  'l10n',
  'demo/base',
];

const settings = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  // The folder is a copy that was just made of what lies in this clone.
  'security.workspace.trust.enabled': false,
};

/** Starts the server, says where it is, and returns when it can be used; `started` gets its process. Throws a sentence. */
export async function openInBrowser({ demo, temporary, env }, started) {
  const node = nodeForServer();
  const entry = codeServer();
  const password = randomBytes(12).toString('base64url');
  const inside = (name) => join(temporary, name);
  mkdirSync(inside('user/User'), { recursive: true });
  writeFileSync(inside('user/User/settings.json'), JSON.stringify(settings));
  writeFileSync(inside('config.yaml'), `auth: password\npassword: '${password}'\n`, { mode: 0o600 });
  installExtension(inside('extensions'));
  const places = {
    config: inside('config.yaml'),
    'bind-addr': '127.0.0.1:0',
    'user-data-dir': inside('user'),
    'extensions-dir': inside('extensions'),
  };
  const args = Object.entries(places).flatMap(([name, value]) => [`--${name}`, value]);
  const quiet = ['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'];
  const child = spawn(node, [entry, ...args, ...quiet, '--ignore-last-opened'], {
    cwd: temporary,
    env: { ...plainEnvironment(), ...env, XDG_CONFIG_HOME: inside('config'), XDG_DATA_HOME: inside('data') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started(child);
  const port = await portOf(child);
  child.once('exit', () => process.kill(process.pid, 'SIGTERM'));
  process.stdout.write(`
SFT Studio   http://127.0.0.1:${port}/?folder=${encodeURIComponent(demo)}
Password     ${password}

From another computer, first: ssh -L ${port}:127.0.0.1:${port} ${userInfo().username}@${hostname()}
Ctrl-C ends it.
`);
}

/** A folder as if it were installed. */
function installExtension(extensions) {
  const { publisher, name, version: own } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const folder = join(extensions, `${publisher}.${name}-${own}`);
  mkdirSync(folder, { recursive: true });
  for (const part of copied)
    if (existsSync(join(root, part)))
      cpSync(join(root, part), join(folder, part), { recursive: true, filter: isWanted });
  // The engine, which is loaded by the programs alone.
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
}

function isWanted(path) {
  return !path.endsWith('.map');
}

/** code-server runs on Node 24 alone, which is among our own dependencies. */
function nodeForServer() {
  if (process.versions.node.startsWith('24.')) return process.execPath;
  return join(root, 'node_modules', 'node', 'bin', 'node');
}

/** The program of code-server: the one that tests have fetched, or our own, fetched once. */
function codeServer() {
  const entry = 'node_modules/code-server/out/node/entry.js';
  const cache = join(root, '.cache', `code-server-${version}`);
  const tests = process.env.SFT_VSCODE_CACHE ?? join(root, '.vscode-test');
  const fetched = existsSync(tests) ? readdirSync(tests) : [];
  const whole = fetched.find((name) => name.startsWith(`code-server-${version}-`) && !name.endsWith('.part'));
  if (whole !== undefined) return join(tests, whole, entry);
  if (!existsSync(cache)) fetchCodeServer(cache);
  return join(cache, entry);
}

function fetchCodeServer(folder) {
  process.stdout.write(
    `Fetching code-server ${version} from npm's registry (once; ${megabytes} MB on disk) ...\n`,
  );
  const part = `${folder}.${process.pid}`;
  try {
    mkdirSync(part, { recursive: true });
    writeFileSync(join(part, 'package.json'), '{ "private": true }\n');
    npm(part, `code-server@${version}`);
    const workbench = join(part, 'node_modules/code-server/lib/vscode');
    npm(workbench, '--omit=dev');
    removeUnused(workbench);
    if (!existsSync(folder)) renameSync(part, folder);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

function npm(cwd, ...args) {
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, stderr, error } = spawnSync('npm', ['install', ...quiet, ...args], {
    cwd,
    encoding: 'utf8',
  });
  if (status === 0) return;
  const reason = (error?.message ?? stderr).trim().split('\n').at(-1);
  throw new Error(
    `code-server could not be fetched: ${reason}. Install VS Code, or run the demo in the terminal: npm start -- --headless`,
  );
}

/** Half of it is for what the demo has no use for. */
function removeUnused(workbench) {
  const github = join(workbench, 'node_modules/@github');
  const names = existsSync(github)
    ? readdirSync(github).filter((name) => name.startsWith('copilot-sdk'))
    : [];
  const unused = [
    ...names.map((name) => join(github, name)),
    ...['node_modules/@microsoft/mxc-sdk', 'extensions/copilot', 'extensions/mermaid-markdown-features'].map(
      (name) => join(workbench, name),
    ),
  ];
  for (const path of unused) rmSync(path, { recursive: true, force: true });
}

/** Without what npm, or an editor around this terminal, put there for its own processes. */
function plainEnvironment() {
  const names = Object.keys(process.env).filter(
    (name) => !/^(VSCODE_|ELECTRON_|npm_|NODE_OPTIONS$|PASSWORD$)/.test(name),
  );
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}

/** The port that the server says it listens on. */
function portOf(child) {
  const said = [];
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => {
        said.push(line);
        if (said.length > 20) said.shift();
        const port = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
        if (port !== undefined) resolve(port);
      });
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`code-server ended (exit code ${code}):\n${said.join('\n')}`)),
    );
  });
}
