import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import type { RunEvent } from '../../src/protocol/events.ts';
import type { LiveState } from '../../src/protocol/liveRun.ts';
import type { FromRunPanel, RunHeading, RunPresence, ToRunPanel } from '../../src/protocol/runPanel.ts';
import { foldEvent, newRunView, type RunView } from '../../src/protocol/runView.ts';
import { findChromium } from '../support/vscode/chromium.ts';
import { launchBrowser } from '../support/vscode/window.ts';
import { themeVariables, type ThemeKind } from './themes.ts';

const found = findChromium();
/** Debian's browser, or another; where there is none, these tests are skipped. */
export const chromiumPath = found ?? '/usr/bin/chromium';
export const hasChromium = found !== undefined;

const root = join(import.meta.dirname, '../..');
const nonce = 'bm9uY2Utb2YtdGVzdHM';
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.ttf': 'font/ttf',
};

/** A page as the extension's host makes it, with an editor that records what it is sent and keeps the state. */
function pageText(view: string, theme: ThemeKind): string {
  const csp = [
    "default-src 'none'",
    "img-src 'self' data: blob:",
    `style-src 'self' 'nonce-${nonce}'`,
    "font-src 'self'",
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Page</title>
<meta http-equiv="Content-Security-Policy" content="${csp}">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/dist/webview/${view}.css"></head>
<body class="${theme}"><div id="app"></div>
<script nonce="${nonce}">
  window.posted = [];
  window.violations = [];
  addEventListener('securitypolicyviolation', (event) =>
    window.violations.push(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample));
  for (const [name, value] of Object.entries(${JSON.stringify(themeVariables(theme))})) {
    document.documentElement.style.setProperty(name, value);
  }
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => {
      window.posted.push(message);
      window.take?.(message);
    },
    getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
    setState: (state) => sessionStorage.setItem('state', JSON.stringify(state)),
  });
</script>
<script type="module" nonce="${nonce}" src="/dist/webview/${view}.js"></script></body></html>`;
}

interface Message {
  readonly type: string;
}

/** Pages of a view that is sent messages `To` and sends messages `From`. */
export interface ViewPages<To, From extends Message> {
  open(options?: {
    readonly theme?: ThemeKind;
    readonly width?: number;
    readonly height?: number;
    /** Is given what the page sends, as it comes. */
    readonly take?: (message: From) => void;
  }): Promise<ViewPage<To, From>>;
  close(): Promise<void>;
}

export type Pages = ViewPages<ToRunPanel, FromRunPanel>;

/** A browser and a server on the loopback. */
export const openPages = (): Promise<Pages> => openViews<ToRunPanel, FromRunPanel>('run');

/** The same for any view: its bundle's name in `dist/webview`. */
export async function openViews<To, From extends Message>(view: string): Promise<ViewPages<To, From>> {
  const server = await serve();
  const browser = await launchBrowser(chromiumPath);
  const { port } = server.address() as AddressInfo;
  const contexts: BrowserContext[] = [];
  return {
    async open({ theme = 'vscode-dark', width = 1400, height = 1000, take } = {}) {
      const context = await browser.newContext({ viewport: { width, height } });
      contexts.push(context);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      if (take !== undefined) await page.exposeFunction('take', take);
      await page.goto(`http://127.0.0.1:${port}/?view=${view}&theme=${theme}`);
      return viewPage<To, From>(page, complaints);
    },
    async close() {
      await Promise.all(contexts.map((context) => context.close()));
      await browser.close();
      await new Promise((closed) => server.close(closed));
    },
  };
}

export interface ViewPage<To, From extends Message> {
  readonly page: Page;
  /** Sends messages as the host would. */
  readonly send: (...messages: readonly To[]) => Promise<void>;
  /** Anything at all, for messages that are wrong. */
  readonly sendAnything: (message: unknown) => Promise<void>;
  readonly posted: () => Promise<readonly From[]>;
  /** Waits until a message of this sort has come, and gives all that did. */
  readonly postedOf: <T extends From['type']>(
    type: T,
    least?: number,
  ) => Promise<readonly Extract<From, { type: T }>[]>;
  readonly state: () => Promise<unknown>;
  /** Errors of the page, and what its security policy refused. */
  readonly complaints: () => Promise<readonly string[]>;
}

export type RunPage = ViewPage<ToRunPanel, FromRunPanel>;

interface TestWindow {
  postMessage(message: unknown, origin: string): void;
  readonly posted: Message[];
  readonly violations: string[];
  readonly sessionStorage: { getItem(name: string): string | null };
}

function viewPage<To, From extends Message>(page: Page, errors: readonly string[]): ViewPage<To, From> {
  const sendAnything = (message: unknown) =>
    page.evaluate((data) => (globalThis as unknown as TestWindow).postMessage(data, '*'), message);
  const posted = async () =>
    (await page.evaluate(() => (globalThis as unknown as TestWindow).posted)) as unknown as readonly From[];
  return {
    page,
    sendAnything,
    posted,
    async send(...messages) {
      for (const message of messages) await sendAnything(message);
    },
    async postedOf<T extends From['type']>(type: T, least = 1) {
      await page.waitForFunction(
        ({ type, least }) =>
          (globalThis as unknown as TestWindow).posted.filter((one) => one.type === type).length >= least,
        { type, least },
      );
      return (await posted()).filter((one) => one.type === type) as Extract<From, { type: T }>[];
    },
    state: async () => {
      const text = await page.evaluate(() =>
        (globalThis as unknown as TestWindow).sessionStorage.getItem('state'),
      );
      return JSON.parse(text ?? 'null') as unknown;
    },
    complaints: async () => [
      ...errors,
      ...(await page.evaluate(() => (globalThis as unknown as TestWindow).violations)),
    ],
  };
}

export const heading: RunHeading = {
  name: 'pos-en',
  folder: '/runs/pos-en-1',
  kind: 'task',
  task: 'tagging',
  base: 'xlm-roberta-base',
  metric: 'accuracy',
  size: null,
};

/** A run that a process works on. */
export function live(part: Partial<LiveState> = {}): RunPresence {
  const state: LiveState = {
    status: 'running',
    position: null,
    memory: 3.1e9,
    node: 'plain Node 24.21.0',
    pid: 4711,
    k: null,
  };
  return { kind: 'live', live: { ...state, ...part } };
}

/** The view that these events lead to. */
export function viewOf(events: Iterable<RunEvent>): RunView {
  const view = newRunView();
  for (const event of events) foldEvent(view, event);
  return view;
}

/** The message that brings a run. */
export function viewMessage(
  events: Iterable<RunEvent>,
  presence: RunPresence = live(),
  more: Partial<RunHeading> = {},
): ToRunPanel {
  return { type: 'view', heading: { ...heading, ...more }, view: viewOf(events), presence };
}

async function serve(): Promise<Server> {
  const server = createServer(({ url = '/' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
    if (pathname === '/') {
      response.setHeader('content-type', 'text/html');
      response.end(
        pageText(searchParams.get('view') ?? '', (searchParams.get('theme') ?? 'vscode-dark') as ThemeKind),
      );
      return;
    }
    const file = join(root, pathname);
    if (!pathname.startsWith('/dist/webview/') || !existsSync(file)) {
      response.statusCode = 404;
      response.end();
      return;
    }
    response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream');
    response.end(readFileSync(file));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}
