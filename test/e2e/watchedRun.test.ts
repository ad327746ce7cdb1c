import { appendFileSync, cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { editorTab, openFile } from '../support/vscode/driver/editor.ts';
import { untilKept } from '../support/vscode/driver/kept.ts';
import { pick, runCommand } from '../support/vscode/driver/palette.ts';
import {
  panelIsDone,
  pickSeveral,
  runPanel,
  runProcess,
  shownStep,
  told,
  train,
} from '../support/vscode/driver/runs.ts';
import { webview, webviews } from '../support/vscode/driver/webview.ts';
import { withDemo } from '../support/vscode/demo.ts';
import { kill } from '../support/vscode/processes.ts';
import { until } from '../support/vscode/until.ts';
import { reload } from '../support/vscode/window.ts';
import { windowTest } from '../support/vscode/windowTest.ts';

windowTest(
  'a run is watched: hidden and shown again, killed and resumed, compared, reloaded, deleted',
  async ({ open }) => {
    const window = await withDemo({ steps: 400, batchSize: 48 }, (files) => open({ files }));
    const { page, folder, home } = window;
    const run = join(folder, 'runs/qha-1');
    const panel = webview(page);

    // Hidden, the panel's page is gone: nothing can be sent to it. Shown again it is where the run is.
    await train(page, /^qha/, 'qha-1');
    await until('the run is under way', async () => (await shownStep(page)) > 3);
    await openFile(page, 'README.md');
    await until('the hidden page is gone', async () => (await webviews(page).count()) === 0);
    const before = told(run).length;
    await until('the run goes on meanwhile', () => told(run).length > before + 10, 60);
    const last = told(run).at(-1);
    await editorTab(page, 'qha-1').click();
    await until('the panel has caught up', async () => {
      const shown = await shownStep(page);
      return last?.phase !== told(run).at(-1)?.phase || shown >= (last?.step ?? 0);
    });

    // Killed, it says why. A last line that was half-written does not matter.
    kill(await runProcess(home, run));
    const trouble = panel.locator('.trouble');
    await trouble.filter({ hasText: 'probably because the machine ran out of memory' }).waitFor();
    appendFileSync(join(run, 'events.jsonl'), '{"type":"step","pha');
    await openFile(page, 'qni.sft.yaml');
    await editorTab(page, 'qha-1').click();
    await trouble.filter({ hasText: 'Interrupted' }).waitFor();
    await panel.getByRole('button', { name: 'Resume' }).click();
    await panelIsDone(page);
    expect(readFileSync(join(run, 'events.jsonl'), 'utf8')).not.toContain('"pha{');

    // Another run, known from its folder alone, is drawn behind it.
    const copy = join(folder, 'runs/copied-1');
    cpSync(run, copy, { recursive: true });
    await runCommand(page, 'SFT: Open Run', 'copied-1');
    await pick(page, /^copied-1/);
    await runPanel(page, 'copied-1');
    await panelIsDone(page);
    await editorTab(page, 'qha-1').click();
    await panelIsDone(page);
    await panel.getByRole('button', { name: 'Compare: + run' }).click();
    await pickSeveral(page, [/^copied-1/]);
    const chip = panel.locator('.chip').filter({ hasText: 'copied-1' });
    await chip.waitFor();

    // What was chosen in the panel is there again after a reload.
    const slider = panel.getByRole('slider', { name: 'Time' });
    await slider.focus();
    await page.keyboard.press('Home');
    const moment = await until('the slider is at the first moment', async () => {
      const text = await slider.getAttribute('aria-valuetext');
      return text?.startsWith('full step') === true && text;
    });
    await panel.locator('.chart .plot, .chart [tabindex="0"]').first().focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('+');
    await panel.getByRole('tab', { name: 'Table' }).click();
    const zoomed = panel.getByText(/Zoomed: steps/);
    await zoomed.waitFor();
    const range = await zoomed.innerText();
    await untilKept(page, '"tab":"table"');
    await reload(window);
    await runPanel(page, 'qha-1');
    await panel.getByRole('tab', { name: 'Table', selected: true }).waitFor();
    await panel.getByText(range).waitFor();
    await chip.waitFor();
    await expect.poll(() => slider.getAttribute('aria-valuetext')).toBe(moment);

    // A finished run's folder that is gone is said, and so is a live one's.
    await editorTab(page, 'copied-1').click();
    await panelIsDone(page);
    rmSync(copy, { recursive: true });
    await editorTab(page, 'qha-1').click();
    await panel.getByText(range).waitFor();
    await editorTab(page, 'copied-1').click();
    await panel
      .getByText(/The folder of this run is gone/)
      .first()
      .waitFor();

    await train(page, /^qni/, 'qni-1');
    await until('the second run is under way', async () => (await shownStep(page)) > 3);
    rmSync(join(folder, 'runs/qni-1'), { recursive: true });
    await panel.getByText('The folder of this run is gone').first().waitFor({ timeout: 60_000 });
  },
  420_000,
);
