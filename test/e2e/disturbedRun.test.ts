import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { settings } from '../../demo/settings.ts';
import { makeWorkspace } from '../../demo/workspace.ts';
import { hash32 } from '../../src/core/random.ts';
import { repository } from '../support/vscode/places.ts';
import { runCommand, pick } from '../support/vscode/driver/palette.ts';
import { runProcess, shownStep, told } from '../support/vscode/driver/runs.ts';
import { webview } from '../support/vscode/driver/webview.ts';
import { killExtensionHosts } from '../support/vscode/extensionHost.ts';
import { giveWay } from '../support/vscode/processes.ts';
import { until } from '../support/vscode/until.ts';
import { reload, type Window } from '../support/vscode/window.ts';
import { windowTest } from '../support/vscode/windowTest.ts';

const DISTURBANCES = 20;
/** One row a step in the panel's table; longer series reach a page reduced. */
const STEPS = 900;

/** A demo workspace whose first language trains slowly enough to be disturbed all the while. */
function slowWorkspace(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sft-slow-'));
  makeWorkspace(settings.world, join(repository, 'demo/base'), folder);
  rmSync(join(folder, '.sft-demo'), { force: true }); // it opens the walkthrough
  const file = join(folder, 'qha.sft.yaml');
  const recipe = readFileSync(file, 'utf8')
    .replaceAll(/steps: \d+/g, `steps: ${STEPS}`)
    .replace(/batchSize: \d+/, 'batchSize: 1280');
  writeFileSync(file, `${recipe}report: { everySteps: 100 }\n`);
  return folder;
}

const steps = (run: string) => told(run).filter(({ type }) => type === 'step');

async function isShown(page: Page): Promise<boolean> {
  const tab = page.locator('.tab').filter({ hasText: 'qha-1' });
  return tab.waitFor({ timeout: 2000 }).then(
    () => true,
    () => false,
  );
}

windowTest(
  'a run goes on, and its panel is right, whatever happens to the window: reloads, kills of its host, closing',
  async ({ open }) => {
    const files = slowWorkspace();
    const first = await open({ files });
    let window: Window = first;
    rmSync(files, { recursive: true, force: true });
    await runCommand(window.page, 'SFT: Train');
    await pick(window.page, /^qha/);
    const run = join(window.folder, 'runs/qha-1');
    await until('the run is under way', async () => (await shownStep(window.page)) > 3);
    giveWay(await runProcess(first.home, run)); // while it trains, windows load
    let before = steps(run).length;
    for (let i = 0; i < DISTURBANCES; i++) {
      // At a random moment, whatever the panel is doing.
      const wanted = before + 1 + (hash32(7, i) % 12);
      await until('some more steps', () => steps(run).length >= wanted || isOver(run));
      expect(isOver(run), `the run has ended before disturbance ${i}`).toBe(false);
      if (i % 3 === 0) await reload(window);
      else if (i % 3 === 1) {
        await killExtensionHosts(window.server);
        await reload(window);
      } else {
        await window.closePage();
        window = await first.another();
      }
      // The editor keeps what is open now and then: a panel that it had no time to keep is opened again.
      if (!(await isShown(window.page))) {
        await runCommand(window.page, 'SFT: Open Run');
        await pick(window.page, /^qha-1/);
      }
      const written = steps(run);
      const last = written.at(-1);
      await until(`the panel catches up after disturbance ${i}`, async () => {
        const shown = await shownStep(window.page);
        const now = steps(run).at(-1);
        return now?.phase !== last?.phase || (shown >= (last?.step ?? 0) && shown <= (now?.step ?? 0));
      });
      expect(written.length).toBeGreaterThanOrEqual(before);
      before = written.length;
    }
    expect(isOver(run), 'the run has ended in the last disturbance').toBe(false);
    await runCommand(window.page, 'SFT: Stop and Keep');
    await until('the run is over', () => isOver(run), 60);

    // Every step once, in order.
    const all = steps(run).map(({ phase, step }) => `${phase} ${step}`);
    const full = all.filter((one) => one.startsWith('full')).map((_, n) => `full ${n + 1}`);
    const sparse = all.filter((one) => one.startsWith('sparse')).map((_, n) => `sparse ${n + 1}`);
    expect(all).toEqual([...full, ...sparse]);
    // And the panel has one row for each.
    const panel = webview(window.page);
    await panel.getByRole('tab', { name: 'Table' }).click();
    const rows = panel.getByRole('table', { name: /All series/ }).locator('tbody tr');
    await until('the table is whole', async () => (await rows.count()) === all.length);
  },
  600_000,
);

function isOver(run: string): boolean {
  return /"type":"(done|stopped|failed)"/.test(readFileSync(join(run, 'events.jsonl'), 'utf8').slice(-2000));
}
