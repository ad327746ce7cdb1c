import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { inventSfts } from '../support/inventedSft.ts';
import { openFile } from '../support/vscode/driver/editor.ts';
import { codeCells, outputs, runAll } from '../support/vscode/driver/notebook.ts';
import { runCommand } from '../support/vscode/driver/palette.ts';
import { screenshot } from '../support/vscode/driver/screenshot.ts';
import { repository } from '../support/vscode/places.ts';
import { until } from '../support/vscode/until.ts';
import { windowTest } from '../support/vscode/windowTest.ts';

const sentence = ['kora', 'nilu', 'pami', '.']
  .map((form, i) => `${i + 1}\t${form}\t_\t${i % 2 === 0 ? 'NOUN' : 'VERB'}\t_\t_\t_\t_\t_\t_\n`)
  .join('');

windowTest(
  'a notebook runs in the window, its outputs lead to examples, and Results lists what was evaluated',
  async ({ open }) => {
    const base = join(repository, 'demo/base');
    const text = `%% sftnb 1

%% markdown
# Which words go wrong?

%% sft-cell
evaluate:
  base: ${JSON.stringify(base)}
  compositions: { composed: [pos.sft.safetensors, qha.sft.safetensors] }
  data: { file: test.conllu, role: test }

%% sft-cell
expect: composed >= 0 %

`;
    const window = await open({
      extension: 'development',
      files: { 'n.sftnb': text, 'test.conllu': `${sentence}\n`.repeat(4) },
    });
    const { page, folder } = window;
    const made = await inventSfts(folder, { base });
    await made.write('pos', { seed: 2, labels: ['NOUN', 'VERB'] });
    await made.write('qha', { metadata: { language: 'qha' } });
    await openFile(page, 'n.sftnb');
    await codeCells(page).first().waitFor();
    await runAll(page);
    const shown = outputs(page);
    await shown.locator('.sft table').first().waitFor({ state: 'attached', timeout: 90_000 });
    const confusion = shown.getByRole('button', { name: /taken for/ }).first();
    const before = await shown.locator('.example').count();
    expect(before).toBeGreaterThan(0);
    await confusion.click();
    await shown.getByRole('button', { name: /✕/ }).waitFor();
    await screenshot(page, 'notebook');
    await runCommand(page, 'File: Save');
    await until('it is saved', () =>
      readFileSync(join(folder, 'n.sftnb'), 'utf8').includes('holds: composed >= 0 %'),
    );
    // At once while one types, in the output and below the cell; the saved output was of the text before.
    await codeCells(page).last().locator('.view-line').first().click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('# more');
    await shown.getByText('Made from an earlier text of this cell').waitFor({ timeout: 30_000 });
    await page.getByText('made from an earlier text of this cell').first().waitFor({ timeout: 30_000 });
    await screenshot(page, 'notebook-stale');
    await runCommand(page, 'SFT: Show Results');
    // The notebook's own frame is kept for a while.
    const last = page.frameLocator('iframe.webview.ready >> visible=true').last();
    await last.frameLocator('iframe#active-frame').getByText('pos + qha').first().waitFor();
  },
  240_000,
);
