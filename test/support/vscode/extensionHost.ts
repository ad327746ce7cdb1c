import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './places.ts';
import { kill, processesOf } from './processes.ts';
import type { Server } from './server.ts';
import { until } from './until.ts';

/** How VS Code names the extension. */
export const extensionId = (() => {
  const { publisher, name } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
    readonly publisher: string;
    readonly name: string;
  };
  return `${publisher}.${name}`;
})();

/** What each extension host of a server has logged, in the order in which they started. */
function hostLogs({ userData }: Server): string[] {
  return globSync('logs/*/exthost*/remoteexthost.log', { cwd: userData })
    .map((name) => join(userData, name))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((file) => (existsSync(file) ? readFileSync(file, 'utf8') : ''));
}

const countOf = (server: Server, text: string) => hostLogs(server).filter((log) => log.includes(text)).length;

/** What the extension hosts of a server have logged as errors of this extension: what it throws and nobody catches. */
export function complaints(server: Server): string[] {
  return hostLogs(server)
    .flatMap((log) => log.split(/^(?=\d{4}-\d\d-\d\d )/m))
    .filter((entry) => /\[error\]/.test(entry) && entry.includes(extensionId));
}

/** Does what starts an extension host, and waits until that has started the extensions that start with it. */
export async function freshHost(server: Server, start: () => Promise<unknown>): Promise<void> {
  const text = 'Eager extensions activated';
  const before = countOf(server, text);
  await start();
  await until('a new extension host is ready', () => countOf(server, text) > before, 60);
}

/** In how many extension hosts of this server the extension has been activated. */
export function activations(server: Server): number {
  return countOf(server, `_doActivateExtension ${extensionId},`);
}

/** Waits until the extension has been activated, in so many extension hosts. */
export async function activated(server: Server, times = 1): Promise<void> {
  await until(`${extensionId} is activated`, () => activations(server) >= times);
}

/** The extension hosts that run now: one a page. */
export function extensionHosts({ home }: Server): number[] {
  return processesOf(home)
    .filter(({ args }) => args.includes('--type=extensionHost'))
    .map(({ pid }) => pid);
}

/** Ends all extension hosts with SIGKILL. Reload the page after it: VS Code gives up after three in five minutes. */
export async function killExtensionHosts(server: Server): Promise<void> {
  const killed = extensionHosts(server);
  if (killed.length === 0) throw new Error('No extension host is running');
  for (const pid of killed) kill(pid);
  await until('they are gone', () => !extensionHosts(server).some((pid) => killed.includes(pid)));
}
