import { expect } from 'vitest';
import { codeCells, outputs } from '../support/vscode/driver/notebook.ts';
import { pick, runCommand } from '../support/vscode/driver/palette.ts';
import { webview } from '../support/vscode/driver/webview.ts';
import { withDemo } from '../support/vscode/demo.ts';
import { until } from '../support/vscode/until.ts';
import { windowTest } from '../support/vscode/windowTest.ts';

windowTest(
  'from the inspector: what each layer and module of an SFT does and what pruning costs, as charts in a notebook',
  async ({ open }) => {
    const demo = { steps: 20, batchSize: 8, trained: ['qha'] };
    const { page } = await withDemo(demo, (files) => open({ files }));
    await runCommand(page, 'SFT: Inspect SFT', 'qha');
    await pick(page, /^qha/);
    await webview(page).getByRole('button', { name: 'Attribute' }).click();
    await pick(page, 'data/qna.txt');
    await expect.poll(() => codeCells(page).count()).toBeGreaterThan(0);
    const found = outputs(page);
    await found.getByRole('img', { name: 'without one layer at a time' }).waitFor({ timeout: 90_000 });
    await found.getByText('without layer 0').first().waitFor();
    // The outputs of cells that are out of sight are not drawn.
    await page.mouse.move(800, 500);
    for (const words of [/without one module at a time/, /entries kept/])
      await until(
        `${words.source} is scrolled to`,
        async () => {
          await page.mouse.wheel(0, 200);
          return found.getByRole('img', { name: words }).or(found.getByText(words)).first().isVisible();
        },
        120,
      );
  },
  300_000,
);
