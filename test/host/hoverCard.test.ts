import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { appendResult } from '../../src/home/resultsRecord.ts';
import { homePaths } from '../../src/home/home.ts';
import { inventedResult } from '../support/inventedResult.ts';
import { inventSfts } from '../support/inventedSft.ts';
import { openActivity, treeItem } from '../support/vscode/driver/tree.ts';
import { windowTest } from '../support/vscode/windowTest.ts';

windowTest(
  'a card that was shown learns of an evaluation; the SFT of a run folder that was away is listed again',
  async ({ open }) => {
    const { page, folder, home } = await open({ extension: 'development', files: { 'x.txt': '' } });
    const run = join(folder, 'runs/pos-1');
    mkdirSync(run, { recursive: true });
    const date = '2026-03-01T00:00:00.000Z';
    const file = await (await inventSfts(run)).write('pos', { metadata: { date } });
    await openActivity(page, 'SFT');
    const item = treeItem(page, 'SFTs', /^pos/);
    await item.waitFor();
    const card = page.locator('.monaco-hover >> visible=true');
    const hovered = async (): Promise<string> => {
      await page.mouse.move(0, 0);
      await expect.poll(() => card.count()).toBe(0);
      await item.hover();
      await card.first().waitFor();
      return card.first().innerText();
    };
    await expect.poll(hovered).toContain('Density');
    expect(await hovered()).not.toContain('Evaluated');
    const sft = { name: 'pos.sft.safetensors', file, hash: 'h', made: date, coefficient: 1 };
    const result = inventedResult({ sfts: [sft], value: 0.5, low: 0.4, high: 0.6 });
    await appendResult(homePaths({ SFT_HOME: home }).results, result);
    await expect.poll(hovered).toContain('Evaluated');

    renameSync(run, `${home}-away`);
    await item.waitFor({ state: 'detached' });
    renameSync(`${home}-away`, run);
    await item.waitFor();
  },
  120_000,
);
