import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { editorTab, openFile } from '../support/vscode/driver/editor.ts';
import { notification, pressInDialog, pressInNotification } from '../support/vscode/driver/notifications.ts';
import { lens, pressLens } from '../support/vscode/driver/problems.ts';
import { longRun } from '../support/vscode/driver/runs.ts';
import { openActivity, treeItem } from '../support/vscode/driver/tree.ts';
import { webview } from '../support/vscode/driver/webview.ts';
import { tinyRecipe, withDemo } from '../support/vscode/demo.ts';
import { windowTest } from '../support/vscode/windowTest.ts';

const sweep = `recipe: tiny.sft.yaml
vary: { select.density: [0.05, 0.2] }
seeds: [1]
evaluate:
  - name: hausa
    data: data/qha.txt
`;

windowTest(
  'a sweep is run from its file: what it costs, its terminal, its runs among the others, its matrix',
  async ({ open }) => {
    const files = { 'tiny.sft.yaml': tinyRecipe('tiny'), 'density.sweep.yaml': sweep };
    const { page, folder } = await withDemo({ files }, (files) => open({ files }));
    await openFile(page, 'density.sweep.yaml');
    await expect.poll(() => lens(page, 'Show Matrix').count()).toBe(0);
    await pressLens(page, 'Run Sweep');
    await pressInDialog(page, /Run density: 2 runs\?.*About .* at a time/s, 'Run Here');
    await notification(page, 'Sweep density: all runs are done.').waitFor({ timeout: longRun * 1000 });
    await expect.poll(() => notification(page, 'was trained').count()).toBe(0);
    await openActivity(page, 'SFT');
    await treeItem(page, 'Runs', /^density, 2 done/).waitFor();
    expect(existsSync(join(folder, 'sweeps/density/plan.json'))).toBe(true);

    await pressInNotification(page, 'Sweep density: all runs are done.', 'Show Matrix');
    await editorTab(page, /density matrix/).waitFor({ timeout: 60_000 });
    const report = webview(page);
    await report.getByRole('columnheader', { name: 'hausa loss' }).waitFor();
    await report.getByRole('cell', { name: '0.05', exact: true }).waitFor();
    await expect.poll(() => report.getByRole('row').count()).toBe(3);

    // Again: nothing is left to be done. The heading of its runs offers the same.
    await treeItem(page, 'Runs', /^density, 2 done/).hover();
    await treeItem(page, 'Runs', /^density, 2 done/)
      .getByRole('button', { name: 'Run Sweep' })
      .click();
    await notification(page, 'density: all 2 runs are done.').waitFor({ timeout: 60_000 });
    await editorTab(page, 'density.sweep.yaml').click();
    await lens(page, 'Show Matrix').waitFor();
  },
  300_000,
);
