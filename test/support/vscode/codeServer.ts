import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { command } from './command.ts';
import { withLock } from './lock.ts';
import { Missing } from './missing.ts';
import { cacheFolder, repository } from './places.ts';

/** The workbench and the extension host of VS Code 1.139.1. */
const VERSION = '4.139.1';
/** Counts what we do to it after installing. */
const REVISION = 3;

/** Half a gigabyte less: what no test of ours uses. */
const unused = [
  'lib/vscode/node_modules/@github/copilot-sdk-linux-x64',
  'lib/vscode/node_modules/@github/copilot-sdk',
  'lib/vscode/node_modules/@microsoft/mxc-sdk',
  'lib/vscode/extensions/copilot',
  'lib/vscode/extensions/mermaid-markdown-features',
];

/** How npm says that it could not reach a registry. */
const unreachable =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT|E403|E407|E50\d|ENOTCACHED)\b/;

export interface CodeServer {
  /** A Node that code-server runs on, and with it the extension host. */
  readonly node: string;
  readonly entry: string;
}

/**
 * code-server in the cache folder, installed there if it is not yet: whole or not at all, so that an installation that
 * broke off is begun anew (from npm's own cache).
 * @throws Missing where it cannot be had: no Linux, no registry.
 */
export async function installCodeServer(): Promise<CodeServer> {
  if (process.platform !== 'linux')
    throw new Missing(
      'code-server is used on Linux only; elsewhere there is npm run test:host -- --electron',
    );
  const folder = join(cacheFolder, `code-server-${VERSION}-${REVISION}`);
  const installed = () => existsSync(folder);
  if (!installed()) {
    await withLock(join(cacheFolder, 'install.lock'), async () => {
      if (!installed()) await install(folder);
    });
  }
  return { node: node24(), entry: join(folder, 'node_modules/code-server/out/node/entry.js') };
}

async function install(folder: string): Promise<void> {
  process.stdout.write(
    `Installing code-server ${VERSION} for the tests in a window (once, about 20 s) ...\n`,
  );
  const part = `${folder}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true });
  await removeOtherVersions(part);
  await writeFile(join(part, 'package.json'), '{ "private": true }\n');
  // Its install scripts would build native modules, which the tests can do without.
  const npmInstall = [
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--fetch-retries=1',
    '--fetch-timeout=120000',
  ];
  await npm([...npmInstall, `code-server@${VERSION}`], part);
  const codeServer = join(part, 'node_modules/code-server');
  await npm([...npmInstall, '--omit=dev'], join(codeServer, 'lib/vscode'));
  for (const path of unused) await rm(join(codeServer, path), { recursive: true, force: true });
  for (const [ours, theirs] of [
    ['plainLogger.cjs', 'spdlog'],
    ['plainWatchdog.cjs', 'native-watchdog'],
  ] as const)
    await copyFile(
      join(import.meta.dirname, ours),
      join(codeServer, 'lib/vscode/node_modules/@vscode', theirs, 'index.js'),
    );
  await rename(part, folder);
}

async function removeOtherVersions(part: string): Promise<void> {
  for (const name of await readdir(cacheFolder))
    if (name.startsWith('code-server-') && name !== basename(part))
      await rm(join(cacheFolder, name), { recursive: true, force: true });
}

async function npm(args: readonly string[], cwd: string): Promise<void> {
  const { code, output } = await command('npm', args, { cwd, seconds: 300 });
  if (code === 0) return;
  const reason = code === null ? 'npm did not end' : unreachable.exec(output)?.[0];
  if (reason !== undefined)
    throw new Missing(`code-server ${VERSION} could not be fetched from npm's registry: ${reason}`);
  throw new Error(`code-server ${VERSION} could not be installed:\n${output}`);
}

/** VS Code's extension host runs on this major version. */
function node24(): string {
  const own = join(repository, 'node_modules/node/bin/node');
  if (process.versions.node.startsWith('24.')) return process.execPath;
  if (existsSync(own)) return own;
  throw new Missing(
    `code-server needs Node 24; this is ${process.version}, and node_modules/node is missing`,
  );
}
