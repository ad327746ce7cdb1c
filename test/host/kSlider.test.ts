import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { startLiveRun } from '../support/startLiveRun.ts';
import { pick, runCommand } from '../support/vscode/driver/palette.ts';
import { runPanel } from '../support/vscode/driver/runs.ts';
import { screenshot } from '../support/vscode/driver/screenshot.ts';
import { until } from '../support/vscode/until.ts';
import { windowTest } from '../support/vscode/windowTest.ts';

windowTest(
  'K of a live run is changed in its panel: it waits for statistics of it, goes back, and says what the run refuses',
  async ({ open }) => {
    const { page, folder, home } = await open({ extension: 'development', files: { 'x.txt': '' } });
    // Statistics come every two seconds.
    const run = startLiveRun(join(folder, 'runs/live-1'), home, { steps: 2000, done: 30, seconds: 0.2 });
    await until('the run lives', () => existsSync(join(run, 'events.jsonl')));
    await until('its entry is there', () => liveEntries(home) > 0);
    await runCommand(page, 'SFT: Open Run', 'live');
    await pick(page, /^live/);
    const panel = await runPanel(page, 'live-1');
    const number = panel.getByRole('spinbutton', { name: 'K as a number' });
    const foot = panel.locator('.k-foot');
    await number.waitFor();
    const before = await number.inputValue();
    await number.fill('20000');
    await foot.getByText(/^threshold about/).waitFor();
    await number.press('Enter');
    await foot.getByText('waiting for the next statistics').waitFor();
    await screenshot(page, 'k-slider');
    await panel.locator('.about').getByText('20,000').waitFor();
    await foot.getByText('waiting for the next statistics').waitFor({ state: 'detached' });

    await panel.getByRole('button', { name: 'Back to K =' }).click();
    await expect.poll(() => number.inputValue()).toBe(before);
    await foot.getByText('waiting for the next statistics').waitFor();
    await foot.getByText('waiting for the next statistics').waitFor({ state: 'detached' });

    // In the editor, whose own way to select all takes a message: what is typed at once is all that is there.
    await number.focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('7');
    expect(await number.inputValue()).toBe('7');
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Enter');
    await panel.getByRole('alert').getByText('K must be a whole number from 1 on').waitFor();
    expect(await number.inputValue()).toBe('');
    await page.keyboard.press('Escape');
    await expect.poll(() => number.inputValue()).toBe(before);

    await number.fill('999999999');
    await number.press('Enter');
    await panel.getByRole('alert').getByText('K must be a whole number from 1 to').waitFor();
    await expect.poll(() => number.inputValue()).toBe(before);
  },
  120_000,
);

/** Runs that live, by their entries in SFT_HOME. */
function liveEntries(home: string): number {
  return readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((name) => /live.*\.json$/.test(name))
    .length;
}
