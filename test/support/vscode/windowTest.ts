import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { inject, test } from 'vitest';
import { picturesFolder } from './places.ts';
import { launchBrowser, openWindow, type Machine, type Window, type WindowOptions } from './window.ts';

interface Fixtures {
  /** The machine and a browser; skips the test where this machine cannot have them. */
  readonly ready: { readonly machine: Machine; readonly browser: Browser };
  /** Opens a window that is closed when the test ends, and of which a picture is kept if it fails. */
  readonly open: (options?: WindowOptions) => Promise<Window>;
}

let browser: Promise<Browser> | undefined;

/**
 * `test` of vitest for tests in a window of VS Code: `windowTest('...', async ({ open }) => { ... })`. Windows are slow to
 * open (about 5 s): test a whole path in one.
 */
export const windowTest = test.extend<Fixtures>({
  ready: async ({ skip }, use) => {
    const prepared = inject('prepared');
    if ('missing' in prepared) skip(prepared.missing);
    else if ('broken' in prepared) throw new Error(prepared.broken);
    else {
      browser ??= launchBrowser(prepared.machine.chromium);
      await use({ machine: prepared.machine, browser: await browser });
    }
  },
  open: async ({ ready, task }, use) => {
    const windows: Window[] = [];
    try {
      await use(async (options) => {
        const window = await openWindow(ready.machine, ready.browser, options);
        windows.push(window);
        return window;
      });
      if (task.result?.state === 'fail')
        for (const [index, window] of windows.entries()) await keep(window, `failed ${task.name} ${index}`);
    } finally {
      for (const window of windows) await window.close();
    }
  },
});

/** What helps to understand a failure in a window: what all its pages show, and what the server said. */
async function keep({ page, server }: Window, name: string): Promise<void> {
  mkdirSync(picturesFolder, { recursive: true });
  const file = join(picturesFolder, name.replaceAll(/[^\p{L}\d]+/gu, '-'));
  writeFileSync(`${file}.log`, server.output());
  const pages =
    page
      .context()
      .browser()
      ?.contexts()
      .flatMap((context) => context.pages()) ?? [];
  for (const [index, one] of pages.entries())
    await one.screenshot({ path: `${file}-${index}.png`, timeout: 5000 }).catch(() => undefined);
  process.stderr.write(`Pictures and log of the window: ${file}*\n`);
}
