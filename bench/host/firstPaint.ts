// `node firstPaint.ts`: opens the panel of a run of 100,000 steps, from its folder, as the editor does; prints a line of JSON.
import { statSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newSession } from '../../src/extension/programs/session.ts';
import type { ToRunPanel } from '../../src/protocol/runPanel.ts';
import { writeRun } from '../../test/support/inventedFolders.ts';
import { eventsOf } from '../../test/support/inventedRun.ts';
import { repository } from '../../test/support/vscode/places.ts';
import { openPages } from '../../test/webview/runPage.ts';

const folder = mkdtempSync(join(tmpdir(), 'sft-paint-'));
const session = newSession(join(repository, 'dist'), (line) => process.stderr.write(`${line}\n`));
const pages = await openPages();
try {
  const run = join(folder, 'long-1');
  writeRun(run, 'long', eventsOf({ full: 60_000, sparse: 40_000, layers: 12 }).whole());
  // A window has its session, and the editor a page, before somebody opens a run.
  await session.ask('hello');
  const { page } = await pages.open();
  const began = performance.now();
  const { heading, view, end } = await session.ask('openRun', { folder: run });
  const read = performance.now() - began;
  const message: ToRunPanel = {
    type: 'view',
    heading,
    view,
    presence: end === null ? { kind: 'gone' } : { kind: 'ended', end },
  };
  // As text, as the editor sends it from process to process.
  const text = JSON.stringify(message);
  await page.evaluate((text) => {
    const window = globalThis as unknown as { postMessage(message: unknown, to: string): void };
    window.postMessage(JSON.parse(text), '*');
  }, text);
  await page.locator('figure canvas').first().waitFor();
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  const painted = performance.now() - began;
  // As it is for a run that ended here, or was looked at before.
  const asked = performance.now();
  await session.ask('openRun', { folder: run });
  const again = performance.now() - asked;
  const bytes = text.length;
  const record = statSync(join(run, 'events.jsonl')).size;
  process.stdout.write(`${JSON.stringify({ read, painted, again, bytes, record })}\n`);
} finally {
  session.dispose();
  await pages.close();
  rmSync(folder, { recursive: true, force: true });
}
