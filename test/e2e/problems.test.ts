import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { editorShows, editorTab, openFile, statusBarItem } from '../support/vscode/driver/editor.ts';
import { pressInNotification } from '../support/vscode/driver/notifications.ts';
import { goTo, lens, openProblems, pressLens, problem, quickFix } from '../support/vscode/driver/problems.ts';
import { runCommand } from '../support/vscode/driver/palette.ts';
import { panelIsDone, runPanel, told } from '../support/vscode/driver/runs.ts';
import { webview } from '../support/vscode/driver/webview.ts';
import { freshHost } from '../support/vscode/extensionHost.ts';
import { withDemo } from '../support/vscode/demo.ts';
import { windowTest } from '../support/vscode/windowTest.ts';

const recipe = `kind: language
name: wrong
base: base
data: { text: data/qhaa.txt, validationShare: 0 }
mlm: { lines: true, blockSize: 64 }
optimiser: { batchSize: 8 }
select: { density: ten }
full: { steps: 10 }
sparse: { steps: 10 }
`;

windowTest(
  'errors of a recipe are shown with their lines, go when they are put right, and then it is estimated and trained',
  async ({ open }) => {
    const window = await withDemo({ files: { 'wrong.sft.yaml': recipe } }, (files) => open({ files }));
    const { page, folder } = window;
    const { keyboard } = page;
    await openFile(page, 'wrong.sft.yaml');
    await lens(page, '3 problems').waitFor();
    await openProblems(page);
    const noFile = problem(page, /data\/qhaa\.txt, which does not exist.*\[Ln 4, Col 15\]/);
    const noField = problem(page, /There is no field "optimiser".*Did you mean optimizer\?.*\[Ln 6, Col 1\]/);
    const noNumber = problem(page, /select\.density must be.*\[Ln 7, Col 20\]/);
    for (const one of [noFile, noField, noNumber]) await one.waitFor();

    // Trained all the same, it is refused with file and line, and nothing is begun.
    await editorTab(page, 'wrong.sft.yaml').click();
    await pressLens(page, 'Train');
    await pressInNotification(page, /wrong\.sft\.yaml:4: .*2 more problems: lines 6, 7\./, 'Open File');
    await statusBarItem(page, 'Ln 4, Col 1').waitFor();
    expect(told(join(folder, 'runs/wrong-1'))).toEqual([]);

    // Put right by a quick fix, and by typing.
    await goTo(page, noField);
    await quickFix(page, 'Change to optimizer');
    await noField.waitFor({ state: 'detached' });
    await goTo(page, noNumber);
    await keyboard.type('0.1');
    await noNumber.waitFor({ state: 'detached' });
    await goTo(page, noFile);
    await keyboard.press('End');
    await keyboard.press('Control+Shift+K');
    await noFile.waitFor({ state: 'detached' });
    await problem(page, /the recipe lacks "data"/i).waitFor();
    await keyboard.press('Control+Z');
    await goTo(page, noFile);
    await keyboard.type('data/qha.txt');
    await noFile.waitFor({ state: 'detached' });
    await page.getByText('No problems have been detected').waitFor();
    await lens(page, '3 problems').waitFor({ state: 'detached' });
    await editorShows(page, 'optimizer: { batchSize: 8 }');

    // What stands above the first line: the estimate's page, then the run.
    await pressLens(page, 'Estimate');
    await editorTab(page, /wrong estimate/).waitFor({ timeout: 60_000 });
    const report = webview(page);
    await report.getByRole('heading', { name: 'Cost on this machine' }).waitFor();
    await report.getByRole('cell', { name: 'qha.txt' }).waitFor();
    // It is there again when the window is. By the command, before which the editor keeps what is open.
    await freshHost(window.server, () => runCommand(page, 'Developer: Reload Window'));
    await editorTab(page, /wrong estimate/).waitFor();
    await report.getByRole('cell', { name: 'qha.txt' }).waitFor();
    expect(readFileSync(join(folder, 'wrong.sft.yaml'), 'utf8')).toContain('optimizer: { batchSize: 8 }');
    await editorTab(page, 'wrong.sft.yaml').click();
    await pressLens(page, 'Train');
    await runPanel(page, 'wrong-1');
    await panelIsDone(page);
    await editorTab(page, 'wrong.sft.yaml').click();
    await pressLens(page, 'Open last run');
    await runPanel(page, 'wrong-1');
  },
  180_000,
);
