// `npm run screenshots [-- NAME...]`: makes the pictures of `shots.ts` in media/screenshots, all of them or those named.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { prepareMachineWithVsix } from '../support/vscode/machine.ts';
import { repository } from '../support/vscode/places.ts';
import { launchBrowser, openWindow } from '../support/vscode/window.ts';
import { shots } from './shots.ts';

const folder = join(repository, 'media/screenshots');
const wanted = process.argv.slice(2);
const { prepared, remove } = await prepareMachineWithVsix();
try {
  if (!('machine' in prepared)) throw new Error('missing' in prepared ? prepared.missing : prepared.broken);
  mkdirSync(folder, { recursive: true });
  const browser = await launchBrowser(prepared.machine.chromium);
  try {
    for (const { name, theme, window: options, prepare } of shots) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      const size = { width: 1280, height: 800 };
      const window = await openWindow(prepared.machine, browser, { size, ...options, theme });
      try {
        await prepare(window);
        const path = join(folder, `${name}.png`);
        await window.page.screenshot({ path, animations: 'disabled', caret: 'hide' });
        process.stdout.write(`${path}\n`);
      } finally {
        await window.close();
      }
    }
  } finally {
    await browser.close();
  }
} finally {
  remove();
}
