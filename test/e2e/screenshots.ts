// `npm run screenshots [-- NAME...]`: makes the pictures of `shots.ts` in media/screenshots, all of them or those named.
// `npm run screenshots -- --all FOLDER [NAME...]`: every view in every theme, at 100 % and as a column, into a folder, to be judged.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterGallery, fillGallery, gallery, type View } from '../support/vscode/gallery.ts';
import { sftGallery, sftGalleryDemo } from '../support/vscode/sftGallery.ts';
import {
  emptyGallery,
  fillStates,
  furtherDemo,
  furtherGallery,
  restrictedGallery,
  stateGallery,
} from '../support/vscode/stateGallery.ts';
import { setTheme } from '../support/vscode/driver/theme.ts';
import { prepareMachineWithVsix } from '../support/vscode/machine.ts';
import { withDemo } from '../support/vscode/demo.ts';
import { repository } from '../support/vscode/places.ts';
import { themes, themeSlug } from '../support/vscode/theme.ts';
import {
  launchBrowser,
  openWindow,
  type Machine,
  type Window,
  type WindowOptions,
} from '../support/vscode/window.ts';
import { shots } from './shots.ts';

/** How large a window is looked at; a wide one at 200 % has half of its width in the page's own pixels. */
const sizes = { '': { width: 1400, height: 900 }, '.narrow': { width: 700, height: 900 } } as const;

const { values, positionals } = parseArgs({ options: { all: { type: 'string' } }, allowPositionals: true });
const isWanted = (name: string) => positionals.length === 0 || positionals.includes(name);
const { prepared, remove } = await prepareMachineWithVsix();
try {
  if (!('machine' in prepared)) throw new Error('missing' in prepared ? prepared.missing : prepared.broken);
  const browser = await launchBrowser(prepared.machine.chromium);
  try {
    if (values.all === undefined)
      await takeShots(prepared.machine, browser, join(repository, 'media/screenshots'));
    else await takeGallery(prepared.machine, browser, values.all);
  } finally {
    await browser.close();
  }
} finally {
  remove();
}

/** The pictures of the README. */
async function takeShots(machine: Machine, browser: Browser, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const { name, theme, demo = {}, prepare } of shots) {
    if (!isWanted(name)) continue;
    await withDemo(demo, async (files) => {
      const size = { width: 1280, height: 800 };
      const window = await openWindow(machine, browser, { size, files, folderName: 'demo', theme });
      const path = join(folder, `${name}.png`);
      try {
        await prepare(window);
        await window.page.screenshot({ path, animations: 'disabled', caret: 'hide' });
        process.stdout.write(`${path}\n`);
      } catch (error) {
        await window.page.screenshot({ path: join(repository, '.vscode-test/failed-shot.png') });
        throw error;
      } finally {
        await window.close();
      }
    });
  }
}

/** Every view in every theme and size. */
async function takeGallery(machine: Machine, browser: Browser, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const options = { size: sizes[''], folderName: 'gallery' };
  const take = async (views: readonly View[], more: WindowOptions = {}, fill?: Fill) => {
    if (!views.some((view) => isWanted(view.name))) return;
    await takeViews(await openWindow(machine, browser, { ...options, ...more }), folder, views, fill);
  };
  await take(gallery, {}, fillGallery);
  await take(emptyGallery);
  await take(restrictedGallery, { restricted: true }, fillGallery);
  await take(stateGallery, {}, fillStates);
  if (sftGallery.some((view) => isWanted(view.name)))
    await withDemo(sftGalleryDemo, async (files) => take(sftGallery, { files }));
  if (furtherGallery.some((view) => isWanted(view.name)))
    await withDemo(furtherDemo, async (files) => take(furtherGallery, { files }));
}

type Fill = (window: Window) => Promise<void>;

/** The views of one window, which is closed afterwards. */
async function takeViews(window: Window, folder: string, views: readonly View[], fill?: Fill): Promise<void> {
  const wanted = views.filter((view) => isWanted(view.name));
  try {
    await fill?.(window);
    for (const theme of themes) {
      await setTheme(window, theme);
      for (const { name, show } of wanted) {
        await show(window);
        for (const [ending, size] of Object.entries(sizes)) {
          await window.page.setViewportSize(size);
          const path = join(folder, `${name}.${themeSlug(theme)}${ending}.png`);
          await window.page.screenshot({ path, animations: 'disabled', caret: 'hide' });
          process.stdout.write(`${path}\n`);
        }
        await window.page.setViewportSize(sizes['']);
      }
      await afterGallery(window);
    }
  } catch (error) {
    await window.page.screenshot({ path: join(folder, 'failed.png') });
    throw error;
  } finally {
    await window.close();
  }
}
