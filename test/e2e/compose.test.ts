import { copyFileSync, existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { expect } from 'vitest';
import { sequenceClassification } from '../../src/model/heads/sequenceClassification.ts';
import { inventSft } from '../support/inventSft.ts';
import { dropWithShift } from '../support/vscode/driver/drag.ts';
import { editorTab, openFile } from '../support/vscode/driver/editor.ts';
import { markSeveral, tabTo, typeChoice, typeCommand } from '../support/vscode/driver/keyboard.ts';
import { quickInput, runCommand } from '../support/vscode/driver/palette.ts';
import { webview, webviews } from '../support/vscode/driver/webview.ts';
import { withDemo } from '../support/vscode/demo.ts';
import { until } from '../support/vscode/until.ts';
import { reload, type Window } from '../support/vscode/window.ts';
import { windowTest } from '../support/vscode/windowTest.ts';

windowTest(
  'two SFTs in Compose: a coefficient moved by keys has a figure, is undone, saved and there again',
  async ({ open }) => {
    const demo = { steps: 10, batchSize: 8, trained: ['qha', 'qni'] };
    const window = await withDemo(demo, (files) => open({ files }));
    const { page, folder } = window;
    const { keyboard } = page;
    const panel = webview(page);
    const name = 'qha+qni.compose.yaml';

    await typeCommand(page, 'SFT: Open in Compose', 'Open which SFTs in Compose');
    await markSeveral(page, 'Open which SFTs in Compose', ['qha', 'qni']);
    await editorTab(page, name).waitFor();
    await panel.getByRole('row', { name: /Show qha x qni/ }).waitFor();

    // Both have a language head: one is picked.
    await panel.getByRole('button', { name: 'Choose data file' }).click();
    await typeChoice(page, 'Evaluate on which data', 'data/qna.txt');
    await panel.getByRole('alert').getByText('More than one SFT has a head').waitFor({ timeout: 60_000 });
    await panel.getByLabel('Head').selectOption('qha');
    await panel.getByText('up to date').waitFor({ timeout: 90_000 });

    const strip = panel.getByRole('group', { name: /^Figures of whole files/ }).getByRole('button');
    const number = panel.getByRole('spinbutton', { name: 'Coefficient of qni as a number' });
    await panel.getByRole('heading', { level: 1 }).click();
    await tabTo(page, /^Coefficient of qni$/);
    await keyboard.press('Shift+ArrowLeft');
    await until('the whole file has been evaluated anew', async () => (await strip.count()) === 2, 60);
    await expect
      .poll(() => strip.nth(1).getAttribute('aria-label'))
      .toMatch(/^qha 1, qni 0\.75: .*\[.*\] on qna\.txt$/);

    await keyboard.press('Control+Z');
    await until('the move is undone', async () => (await number.inputValue()) === '1');
    await panel.getByRole('button', { name: 'Redo' }).click();
    await until('the move is made again', async () => (await number.inputValue()) === '0.75');

    // What was never saved is there again after a reload, too.
    await backedUp(window, /^ {2}- \{ file: .*qni.*, coefficient: 0\.75 \}$/m);
    await reload(window);
    await until('the move is still there', async () => (await number.inputValue()) === '0.75');
    await panel.getByText('up to date').waitFor({ timeout: 90_000 });
    await panel.getByRole('heading', { level: 1 }).click();

    await keyboard.press('Control+S');
    const file = join(folder, name);
    await until('a place is offered', async () => (await quickInput(page).inputValue()) === file);
    await keyboard.press('Enter');
    await until('the file is there', () => existsSync(file));
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('coefficient: 0.75 }');
    expect(text).not.toContain(folder);

    await runCommand(page, 'View: Close All Editors');
    await editorTab(page, name).waitFor({ state: 'detached' });
    await openFile(page, name);
    await until('it is as it was', async () => (await number.inputValue()) === '0.75');
    await panel.getByText('up to date').waitFor({ timeout: 90_000 });
    await expect.poll(() => strip.count()).toBe(2);
  },
  300_000,
);

windowTest(
  'files of the explorer are dropped on a bench with Shift held: one is its data, an SFT is one more row',
  async ({ open }) => {
    const demo = { steps: 10, batchSize: 8, trained: ['qha'] };
    const { page, folder } = await withDemo(demo, (files) => open({ files }));
    copyFileSync(join(folder, 'runs/qha-1/qha.sft.safetensors'), join(folder, 'copy.sft.safetensors'));
    const panel = webview(page);
    await typeCommand(page, 'SFT: Open in Compose', 'Open which SFTs in Compose');
    await markSeveral(page, 'Open which SFTs in Compose', ['runs/qha-1']);
    await panel.getByRole('button', { name: 'Choose data file' }).waitFor();

    const drop = async (name: string, shows: Locator) => {
      const item = page.getByRole('treeitem', { name, exact: true });
      await item.waitFor();
      await until(`${name} is dropped`, async () => {
        await dropWithShift(page, item, webviews(page));
        await shows.waitFor({ timeout: 3000 });
        return true;
      });
    };
    await page.getByRole('treeitem', { name: 'data', exact: true }).click();
    await drop('qna.txt', panel.getByRole('strong').filter({ hasText: 'qna.txt' }));
    await panel.getByText('up to date').waitFor({ timeout: 90_000 });
    await drop(
      'copy.sft.safetensors',
      panel.getByRole('spinbutton', { name: 'Coefficient of copy as a number' }),
    );
  },
  200_000,
);

windowTest(
  'a table whose columns the SFT does not know: they are named, and it is evaluated',
  async ({ open }) => {
    const labels = ['1', '5'];
    const demo = { steps: 10, batchSize: 8, trained: [] };
    const { page, folder } = await withDemo(demo, async (files) => {
      const base = join(files, 'base');
      await inventSft(base, join(files, 'stars.sft.safetensors'), {
        seed: 3,
        labels,
        head: sequenceClassification,
        pooler: true,
        metadata: { kind: 'task', task: 'classification', labels },
      });
      const rows = Array.from({ length: 12 }, (_, i) => `gu nicimi ${i},${labels[i % 2]},2030`);
      writeFileSync(join(files, 'reviews.csv'), `review,stars,year\n${rows.join('\n')}\n`);
      return open({ files });
    });
    const panel = webview(page);
    await typeCommand(page, 'SFT: Open in Compose', 'Open which SFTs in Compose');
    await markSeveral(page, 'Open which SFTs in Compose', ['stars']);
    await panel.getByRole('button', { name: 'Choose data file' }).click();
    await typeChoice(page, 'Evaluate on which data', 'reviews.csv');
    await panel.getByRole('alert').getByText('There is no column').waitFor({ timeout: 60_000 });
    await panel.getByText('as the SFT says').waitFor();

    await panel.getByRole('button', { name: 'Columns...' }).click();
    await typeChoice(page, 'Columns (1/', 'A text and its label');
    await typeChoice(page, 'Columns (2/3)', 'review');
    await typeChoice(page, 'Columns (3/3)', 'stars');
    await panel.getByText('review, stars', { exact: true }).waitFor();
    await panel.getByText('up to date').waitFor({ timeout: 90_000 });

    await page.keyboard.press('Control+S');
    await until('a place is offered', async () => (await quickInput(page).inputValue()).startsWith(folder));
    await page.keyboard.press('Enter');
    const named = () =>
      globSync('*.compose.yaml', { cwd: folder }).map((name) => readFileSync(join(folder, name), 'utf8'));
    await until('the columns are in the file', () => /text: review/.test(named().join('')));
    expect(named().join('')).toMatch(/label: stars/);
  },
  200_000,
);

/** Waits until the window has a backup with this text in it. */
async function backedUp({ server }: Window, text: RegExp): Promise<void> {
  await until(`there is a backup with ${text.source}`, () =>
    globSync('User/workspaceStorage/**', { cwd: server.userData })
      .map((name) => join(server.userData, name))
      .some((file) => statSync(file).isFile() && text.test(readFileSync(file, 'utf8'))),
  );
}
