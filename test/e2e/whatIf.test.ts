import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { notification, pressInNotification } from '../support/vscode/driver/notifications.ts';
import { pick, runCommand } from '../support/vscode/driver/palette.ts';
import { longRun, runPanel } from '../support/vscode/driver/runs.ts';
import { openActivity, treeItem } from '../support/vscode/driver/tree.ts';
import { withDemo } from '../support/vscode/demo.ts';
import { until } from '../support/vscode/until.ts';
import { windowTest } from '../support/vscode/windowTest.ts';

windowTest(
  'what a finished run would have chosen with another K, and its forks: by the slider and by the command',
  async ({ open }) => {
    const demo = { steps: 20, batchSize: 8, trained: ['qha'] };
    const { page, folder } = await withDemo(demo, (files) => open({ files }));
    await runCommand(page, 'SFT: Open Run', 'qha-1');
    await pick(page, /^qha-1/);
    const panel = await runPanel(page, 'qha-1');
    await panel.getByRole('button', { name: 'Try other K' }).click();
    const slider = panel.getByRole('slider', { name: 'K of another mask' });
    await slider.waitFor();
    await panel.getByText('the mask that was chosen').waitFor();
    await panel.getByText('(23,168 of 231,680 entries)').waitFor();
    await slider.focus();
    await page.keyboard.press('Home');
    await panel.getByRole('heading', { name: /^Mask of K 232/ }).waitFor();
    await panel.getByText('(232 of 231,680 entries)').waitFor();
    await panel.getByRole('button', { name: 'Train this mask' }).click();
    await notification(page, 'qha-k232-1 was started from the full phase of qha-1').waitFor({
      timeout: 60_000,
    });
    await openActivity(page, 'SFT');
    await treeItem(page, 'SFTs', /^qha-k232, language SFT/).waitFor({ timeout: longRun * 1000 });

    // The same by a command, with random masks; all are drawn in one panel.
    await treeItem(page, 'Runs', /^qha-1,/).click();
    await runCommand(page, 'SFT: Fork with Another Mask...', 'Fork which run');
    await pick(page, /^qha-1/);
    await pick(page, 'Random masks of the same size');
    await notification(page, '2 runs were started from the full phase of qha-1').waitFor({ timeout: 60_000 });
    for (const name of ['qha-random', 'qha-randomPerTensor'])
      await until(
        `${name} is trained`,
        () => existsSync(join(folder, `runs/${name}-1/${name}.sft.safetensors`)),
        longRun,
      );
    await pressInNotification(page, '2 runs were started', 'Compare');
    await runPanel(page, 'qha-1');
    await panel.getByText('qha-randomPerTensor-1', { exact: true }).first().waitFor();
    await expect.poll(() => panel.locator('.chip').count()).toBe(2);
  },
  300_000,
);
