// `node windowPaint.ts`: how long a user waits in a window of VS Code, from the choice in a list until what was chosen is painted: the
// panel of a run of 100,000 steps, and the inspector of an SFT of 14.2 million entries; prints milliseconds of each time as JSON.
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { writeSft } from '../../src/formats/sftFile.ts';
import { writeRun } from '../../test/support/inventedFolders.ts';
import { eventsOf } from '../../test/support/inventedRun.ts';
import { pick, runCommand } from '../../test/support/vscode/driver/palette.ts';
import { webview } from '../../test/support/vscode/driver/webview.ts';
import { prepareMachineWithVsix } from '../../test/support/vscode/machine.ts';
import { launchBrowser, openWindow } from '../../test/support/vscode/window.ts';
import { evenSft } from '../support/evenSft.ts';

/** The first one also waits for the process that reads. */
const OPENED = 6;
/** Milliseconds in which a window that was just opened starts its other extensions. */
const SETTLED = 20_000;

const { prepared, remove } = await prepareMachineWithVsix();
try {
  if (!('machine' in prepared)) throw new Error('missing' in prepared ? prepared.missing : prepared.broken);
  const browser = await launchBrowser(prepared.machine.chromium);
  const window = await openWindow(prepared.machine, browser);
  const { page, folder } = window;
  try {
    writeRun(
      join(folder, 'runs/long-1'),
      'long',
      eventsOf({ full: 60_000, sparse: 40_000, layers: 12 }).whole(),
    );
    await writeSft(join(folder, 'large.sft.safetensors'), evenSft(1), {});
    await new Promise((done) => setTimeout(done, SETTLED));
    const panel = await opened(page, 'SFT: Open Run', 'long-1', (pane) =>
      pane.locator('figure canvas').first(),
    );
    const inspector = await opened(page, 'SFT: Inspect SFT', 'large', (pane) =>
      pane.getByRole('gridcell').last(),
    );
    process.stdout.write(`${JSON.stringify({ panel, inspector })}\n`);
  } finally {
    await window.close();
    await browser.close();
  }
} finally {
  remove();
}

/** Milliseconds of each time. */
async function opened(
  page: Page,
  command: string,
  name: string,
  painted: (pane: ReturnType<typeof webview>) => Locator,
): Promise<number[]> {
  const found: number[] = [];
  for (let time = 0; time < OPENED; time++) {
    await runCommand(page, 'View: Close All Editors');
    await runCommand(page, command, name);
    const began = performance.now();
    await pick(page, new RegExp(`^${name}`));
    await painted(webview(page)).waitFor({ timeout: 60_000 });
    found.push(performance.now() - began);
  }
  return found;
}
