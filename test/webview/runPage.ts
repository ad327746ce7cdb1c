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
function pageText(theme: ThemeKind): string {
  const csp = [
    "default-src 'none'",
    "img-src 'self' data: blob:",
    `style-src 'self' 'nonce-${nonce}'`,
    "font-src 'self'",
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Run</title>
<meta http-equiv="Content-Security-Policy" content="${csp}">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/dist/webview/run.css"></head>
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
    postMessage: (message) => window.posted.push(message),
    getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
    setState: (state) => sessionStorage.setItem('state', JSON.stringify(state)),
  });
</script>
<script type="module" nonce="${nonce}" src="/dist/webview/run.js"></script></body></html>`;
}

export interface Pages {
  open(options?: {
    readonly theme?: ThemeKind;
    readonly width?: number;
    readonly height?: number;
  }): Promise<RunPage>;
  close(): Promise<void>;
}

/** A browser and a server on the loopback. */
export async function openPages(): Promise<Pages> {
  const server = await serve();
  const browser = await launchBrowser(chromiumPath);
  const { port } = server.address() as AddressInfo;
  const contexts: BrowserContext[] = [];
  return {
    async open({ theme = 'vscode-dark', width = 1400, height = 1000 } = {}) {
      const context = await browser.newContext({ viewport: { width, height } });
      contexts.push(context);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      await page.goto(`http://127.0.0.1:${port}/?theme=${theme}`);
      return runPage(page, complaints);
    },
    async close() {
      await Promise.all(contexts.map((context) => context.close()));
      await browser.close();
      await new Promise((closed) => server.close(closed));
    },
  };
}

export interface RunPage {
  readonly page: Page;
  /** Sends messages as the host would. */
  send(...messages: readonly ToRunPanel[]): Promise<void>;
  /** Anything at all, for messages that are wrong. */
  sendAnything(message: unknown): Promise<void>;
  posted(): Promise<readonly FromRunPanel[]>;
  /** Waits until a message of this sort has come, and gives all that did. */
  postedOf<T extends FromRunPanel['type']>(
    type: T,
    least?: number,
  ): Promise<readonly Extract<FromRunPanel, { type: T }>[]>;
  state(): Promise<unknown>;
  /** Errors of the page, and what its security policy refused. */
  readonly complaints: () => Promise<readonly string[]>;
}

interface TestWindow {
  postMessage(message: unknown, origin: string): void;
  readonly posted: FromRunPanel[];
  readonly violations: string[];
  readonly sessionStorage: { getItem(name: string): string | null };
}

function runPage(page: Page, errors: readonly string[]): RunPage {
  const sendAnything = (message: unknown) =>
    page.evaluate((data) => (globalThis as unknown as TestWindow).postMessage(data, '*'), message);
  const posted = () => page.evaluate(() => (globalThis as unknown as TestWindow).posted);
  return {
    page,
    sendAnything,
    posted,
    async send(...messages) {
      for (const message of messages) await sendAnything(message);
    },
    async postedOf<T extends FromRunPanel['type']>(type: T, least = 1) {
      await page.waitForFunction(
        ({ type, least }) =>
          (globalThis as unknown as TestWindow).posted.filter((one) => one.type === type).length >= least,
        { type, least },
      );
      return (await posted()).filter((one) => one.type === type) as Extract<FromRunPanel, { type: T }>[];
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
      response.end(pageText((searchParams.get('theme') ?? 'vscode-dark') as ThemeKind));
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
