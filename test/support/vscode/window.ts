import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import type { CodeServer } from './codeServer.ts';
import { freshHost } from './extensionHost.ts';
import { repository } from './places.ts';
import { startServer, type Server } from './server.ts';
import { quietSettings } from './settings.ts';
import type { Theme } from './theme.ts';

/** What a window needs of this machine. */
export interface Machine {
  readonly codeServer: CodeServer;
  /** Path of the browser. */
  readonly chromium: string;
  /** A folder of extensions in which the VSIX is installed; undefined where none was asked for. */
  readonly installed?: string | undefined;
}

export interface WindowOptions {
  /** `installed`: from the VSIX, as users have it. `development`: this checkout; toasts are suppressed then. */
  readonly extension?: 'installed' | 'development' | 'none';
  /** Files of the workspace, by relative path; or a folder to copy. */
  readonly files?: Readonly<Record<string, string>> | string;
  /** Opens the window on nothing, or on a `.code-workspace` file among `files`; on the workspace's folder by default. */
  readonly open?: 'folder' | 'nothing' | { readonly workspaceFile: string } | undefined;
  /** Name of the workspace's folder. The default is as bad as names get. */
  readonly folderName?: string;
  /** Opens the workspace through a link to its folder. */
  readonly linked?: boolean;
  readonly theme?: Theme;
  /** Starts untrusted: restricted mode. */
  readonly restricted?: boolean;
  /** More user settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** More variables for the extension host. */
  readonly env?: Readonly<Record<string, string>>;
  readonly size?: { readonly width: number; readonly height: number };
}

/** A page of VS Code. Several may be open on one server. */
export interface Window {
  readonly page: Page;
  readonly server: Server;
  /** The workspace's folder. */
  readonly folder: string;
  /** SFT_HOME of this window. */
  readonly home: string;
  readonly theme: Theme;
  /** A second page on the same server, with storage of its own: what another computer would see. */
  another(): Promise<Window>;
  /** The window as the same user opens it again, with what their browser has kept; it is closed while something else happens. */
  reopened(meanwhile: () => Promise<void>): Promise<Window>;
  /** Closes the page alone, as a user closes a window. */
  closePage(): Promise<void>;
  /** Closes the page; for the first window of a server also the server, with all that was started in it. */
  close(): Promise<void>;
}

/** A browser, with what it needs to run as root and without a screen. */
export function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
    ],
  });
}

/** Starts a server with folders of its own and opens a page of it, until its workbench stands. */
export async function openWindow(
  machine: Machine,
  browser: Browser,
  options: WindowOptions = {},
): Promise<Window> {
  const { extension = 'installed', theme = 'Dark Modern', restricted = false } = options;
  if (extension === 'installed' && machine.installed === undefined)
    throw new Error('No VSIX is installed for this test');
  const parent = mkdtempSync(join(tmpdir(), 'sft-workspace-'));
  const folder = join(parent, options.folderName ?? `it's a "wörk" space #1 字`);
  const place = options.linked === true ? join(parent, 'disk') : folder;
  writeFiles(place, options.files ?? {});
  if (place !== folder) symlinkSync(place, folder, 'junction');
  const server = await startServer(machine.codeServer, {
    settings: { ...quietSettings({ theme, restricted }), ...options.settings },
    extensions: extension === 'installed' ? machine.installed : undefined,
    restricted,
    smokeTestDriver: extension === 'development',
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  const stop = async () => {
    await server.stop();
    rmSync(parent, { recursive: true, force: true, maxRetries: 5 });
  };
  const address = windowAddress(server.host, folder, { ...options, extension });
  try {
    return await openPage({ browser, server, folder, theme, options, address, stop });
  } catch (error) {
    await stop();
    throw error;
  }
}

interface PageOptions {
  readonly browser: Browser;
  readonly server: Server;
  readonly folder: string;
  readonly theme: Theme;
  readonly options: WindowOptions;
  readonly address: string;
  readonly stop?: () => Promise<void>;
}

async function openPage(all: PageOptions): Promise<Window> {
  const { browser, options } = all;
  const context = await browser.newContext({ viewport: options.size ?? { width: 1280, height: 800 } });
  return openPageIn(context, all);
}

async function openPageIn(context: BrowserContext, all: PageOptions): Promise<Window> {
  const { server, folder, theme, address, stop } = all;
  const page = await context.newPage();
  const closePage = () => context.close();
  try {
    await freshHost(server, () => page.goto(address));
    await workbench(page);
  } catch (error) {
    await closePage();
    throw error;
  }
  return {
    page,
    server,
    folder,
    home: server.home,
    theme,
    async another() {
      const { stop: _, ...others } = all;
      return openPage(others);
    },
    async reopened(meanwhile) {
      await page.close();
      await meanwhile();
      return openPageIn(context, all);
    },
    closePage,
    close: async () => {
      await closeQuietly(context);
      await stop?.();
    },
  };
}

/** Loads the window's page anew, as *Developer: Reload Window* does, until extensions run again. */
export async function reload({ page, server }: Window): Promise<void> {
  await freshHost(server, () => page.reload());
  await workbench(page);
}

/** Opens something else in a window: nothing, or another folder or workspace file beneath its own. */
export async function openInstead(
  { page, server }: Window,
  folder: string,
  open?: WindowOptions['open'],
): Promise<void> {
  const address = windowAddress(server.host, folder, { open, extension: 'installed' });
  await freshHost(server, () => page.goto(address));
  await workbench(page);
}

/** Changes user settings. They are in force after the next reload; those in `.vscode/settings.json` are at once. */
export function changeSettings({ server }: Window, settings: Readonly<Record<string, unknown>>): void {
  const file = join(server.userData, 'User/settings.json');
  const old = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  writeFileSync(file, JSON.stringify({ ...old, ...settings }, null, 2));
}

/** Waits until the workbench has its parts. What extensions contribute comes later. */
export async function workbench(page: Page): Promise<void> {
  await page.locator('.monaco-workbench .part.editor').waitFor();
  await page.locator('.monaco-workbench .part.statusbar .statusbar-item').first().waitFor();
}

/** A page whose test has closed it already, or whose browser is gone, is closed. */
async function closeQuietly(context: BrowserContext): Promise<void> {
  await context.close().catch(() => undefined);
}

function writeFiles(folder: string, files: Readonly<Record<string, string>> | string): void {
  mkdirSync(folder, { recursive: true });
  if (typeof files === 'string') {
    cpSync(files, folder, { recursive: true });
    return;
  }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** Address of a window's page. */
export function windowAddress(
  host: string,
  folder: string,
  { open = 'folder', extension }: Pick<WindowOptions, 'open' | 'extension'>,
  payload: readonly (readonly [string, string])[] = [],
): string {
  const remote = (path: string) => `vscode-remote://${host}${encodeURI(path)}`;
  const all =
    extension === 'development' ? [['extensionDevelopmentPath', remote(repository)], ...payload] : payload;
  const query = new URLSearchParams();
  if (open === 'folder') query.set('folder', folder);
  else if (open === 'nothing') query.set('ew', 'true');
  else query.set('workspace', join(folder, open.workspaceFile));
  if (all.length > 0) query.set('payload', JSON.stringify(all));
  return `http://${host}/?${query.toString().replaceAll('+', '%20')}`;
}
