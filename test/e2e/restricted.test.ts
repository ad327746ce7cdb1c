import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { openFile, statusBarItem } from '../support/vscode/driver/editor.ts';
import { notification, pressInNotification } from '../support/vscode/driver/notifications.ts';
import { paletteCommands, pick, runCommand } from '../support/vscode/driver/palette.ts';
import { lens, openProblems, pressLens, problem } from '../support/vscode/driver/problems.ts';
import { panelIsDone, runPanel, told, untilTold } from '../support/vscode/driver/runs.ts';
import { openActivity, tree, treeItem } from '../support/vscode/driver/tree.ts';
import { grantTrust } from '../support/vscode/driver/trust.ts';
import { webview } from '../support/vscode/driver/webview.ts';
import { withDemo } from '../support/vscode/demo.ts';
import { processesOf } from '../support/vscode/processes.ts';
import { openInstead } from '../support/vscode/window.ts';
import { windowTest } from '../support/vscode/windowTest.ts';

/** What starts programs that read the workspace's files. */
const off = [
  'SFT: Train',
  'SFT: Estimate',
  'SFT: Evaluate SFT on File',
  'SFT: Compose Selected',
  'SFT: Apply and Export',
];

async function offered(page: Page, titles: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const title of titles) if ((await paletteCommands(page, title)).includes(title)) found.push(title);
  return found;
}

windowTest(
  'in restricted mode everything can be looked at and what is off says why; trusted, it works without a reload',
  async ({ open }) => {
    const wrong = 'kind: language\nbase: base\ndata: { text: data/qha.txt }\nselekt: { density: 0.1 }\n';
    const demo = { steps: 10, batchSize: 8, trained: ['qha'], files: { 'wrong.sft.yaml': wrong } };
    const window = await withDemo(demo, (files) => open({ files, restricted: true }));
    const { page, folder, home } = window;
    const panel = webview(page);
    await statusBarItem(page, 'Restricted Mode').waitFor();
    // An empty list says it, and how to trust.
    await openInstead(window, join(folder, 'data'));
    await openActivity(page, 'SFT');
    await page.getByText('There is no SFT yet. In restricted mode').waitFor();
    await page.getByRole('button', { name: 'Manage Workspace Trust' }).waitFor();
    await openInstead(window, folder);

    // SFTs and finished runs can be looked at, and recipes are checked.
    await openActivity(page, 'SFT');
    const said = page.locator('.part.sidebar').getByText('training, evaluation, export and the Hub are off');
    await said.waitFor();
    await treeItem(page, 'SFTs', /^qha, language SFT, 10\.0 %/).waitFor();
    await treeItem(page, 'Runs', /^qha-1/).click();
    await runPanel(page, 'qha-1');
    await panelIsDone(page);
    await panel.getByRole('tab', { name: 'Recipe' }).click();
    await panel.getByText('kind: language').first().waitFor();
    await openFile(page, 'wrong.sft.yaml');
    await lens(page, 'Restricted mode: training is off until the workspace is trusted').waitFor();
    await openProblems(page);
    await problem(page, 'There is no field "selekt"').filter({ hasText: '[Ln 4, Col 1]' }).waitFor();
    await expect.poll(() => lens(page, 'Train').count()).toBe(0);

    // What is off is not offered, and where a button asks for it, it says why and does not run.
    expect(await offered(page, off)).toEqual([]);
    await runCommand(page, 'SFT: Open Run', 'qha-1');
    await pick(page, /^qha-1/);
    await panel.getByRole('button', { name: 'Evaluate' }).click();
    await notification(page, 'export and the Hub are off in restricted mode').waitFor();
    expect(processesOf(home).filter(({ args }) => args.some((arg) => arg.endsWith('cli.js')))).toEqual([]);

    // The same message leads to where it is trusted; then everything works in this very window.
    await pressInNotification(page, 'off in restricted mode', 'Manage Workspace Trust');
    await grantTrust(page);
    await said.waitFor({ state: 'hidden' });
    expect(await offered(page, off)).toEqual(off);
    await panel.getByRole('button', { name: 'Evaluate' }).click();
    await pick(page, 'data/qna.txt');
    await notification(page, /qha on qna\.txt: .*95 % interval/).waitFor({ timeout: 90_000 });
    await openFile(page, 'qha.sft.yaml');
    await pressLens(page, 'Train');
    await runPanel(page, 'qha-2');
    await untilTold(join(folder, 'runs/qha-2'), 'done');
    expect(told(join(folder, 'runs/qha-2')).filter(({ type }) => type === 'step')).toHaveLength(20);
    await tree(page, 'Runs')
      .getByRole('treeitem', { name: /^qha-2/ })
      .waitFor();

    // What a run has made is added to a bench from its panel.
    await panelIsDone(page);
    await panel.getByRole('button', { name: 'Compose' }).click();
    await panel.getByRole('slider', { name: 'Coefficient of qha' }).waitFor();
  },
  240_000,
);
