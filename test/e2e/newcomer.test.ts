import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { editorTab } from '../support/vscode/driver/editor.ts';
import { notification } from '../support/vscode/driver/notifications.ts';
import { chooseFile, pick, quickPickItem, runCommand } from '../support/vscode/driver/palette.ts';
import { panelIsDone, pickSeveral, train, untilTold } from '../support/vscode/driver/runs.ts';
import { openActivity, treeItem } from '../support/vscode/driver/tree.ts';
import { freshHost } from '../support/vscode/extensionHost.ts';
import { windowTest } from '../support/vscode/windowTest.ts';

windowTest(
  'a newcomer gets from an empty window to a tagger for a language without labels, without a terminal',
  async ({ open }) => {
    const window = await open({ open: 'nothing', folderName: 'my work' });
    const { page, server, folder } = window;
    await openActivity(page, 'SFT');
    // The empty views say what this is about and what to do.
    await page.getByText('An SFT (sparse fine-tuning) is a small file').waitFor();
    await freshHost(server, async () => {
      await page.getByRole('button', { name: 'Open Demo Workspace' }).first().click();
      await pick(page, 'Choose another place');
      await chooseFile(page, `${folder}/`);
    });
    const demo = join(folder, 'sft-demo');
    expect(existsSync(join(demo, 'qha.sft.yaml'))).toBe(true);

    // The walkthrough opens by itself; its first step is done.
    await editorTab(page, /Welcome|Walkthrough/).waitFor();
    await page.getByText('Get Started with SFT Studio').first().waitFor();
    const step = page.getByRole('button', { name: /Train three SFTs/ });
    await step.click();
    await page.getByText('The first two in any order').waitFor();
    const trained = page.locator('.getting-started-step', { hasText: 'Train three SFTs' });
    const ticks = trained.locator('.codicon-getting-started-step-checked');
    // The list begins with what the step says to train first; who leaves it has trained nothing.
    await page.locator('.getting-started-step.expanded').getByRole('button', { name: 'Train' }).click();
    await quickPickItem(page, 'qha.sft.yaml').first().waitFor();
    expect(await page.locator('.quick-input-list .monaco-list-row').first().innerText()).toMatch(
      /^qha\.sft\.yaml/,
    );
    await page.keyboard.press('Escape');
    await quickPickItem(page, 'qha.sft.yaml').first().waitFor({ state: 'hidden' });
    expect(await ticks.count()).toBe(0);
    await page.locator('.getting-started-step.expanded').getByRole('button', { name: 'Train' }).click();
    await pick(page, /^qha/);
    // A toast is there for ten seconds, which is less than a run may take.
    await notification(page, 'goes on when this window is closed').waitFor();
    await panelIsDone(page);

    await openActivity(page, 'SFT');
    const languages = treeItem(page, 'SFTs', /^qha, language SFT/);
    await languages.waitFor();
    // Its panel was in front when it ended: no message tells of it, neither now nor a moment later.
    const toldOfEnd = notification(page, /(^|[^-\w])qha (is|was) trained/);
    expect(await toldOfEnd.count()).toBe(0);
    await train(page, /^qni/, 'qni-1');
    expect(await toldOfEnd.count()).toBe(0);
    // A second run waits for its turn.
    await train(page, /^pos-qha/, 'pos-qha-1');
    await untilTold(join(demo, 'runs/qni-1'), 'done');
    await panelIsDone(page);

    // Each SFT stands in the tree with its numbers, under its base.
    await treeItem(page, 'SFTs', /^qni, language SFT, 10\.0 %/).waitFor();
    await treeItem(page, 'SFTs', /^pos-qha, task SFT, 8\.0 %, (accuracy|acc) /).waitFor();
    await treeItem(page, 'Runs', /^pos-qha-1, .*(accuracy|acc)/).waitFor();

    await runCommand(page, 'SFT: Open Walkthrough');
    await ticks.first().waitFor();

    const alone = await figure(['pos-qha']);
    const both = await figure(['pos-qha', 'qni']);
    expect(both).toBeGreaterThan(alone);

    async function figure(names: readonly string[]): Promise<number> {
      await runCommand(page, 'SFT: Evaluate SFT on File', 'Evaluate which SFTs');
      await pickSeveral(
        page,
        names.map((name) => new RegExp(`^${name}`)),
      );
      await quickPickItem(page, 'data/qni-test.conllu').waitFor();
      await pick(page, 'data/qni-test.conllu');
      const said = notification(page, `${names.join(' + ')} on qni-test.conllu`);
      await said.waitFor({ timeout: 90_000 });
      const text = await said.innerText();
      const value = Number(/qni-test\.conllu: \D*([\d.]+)/.exec(text)?.[1]);
      expect(value, text).toBeGreaterThan(0);
      return value;
    }
  },
  420_000,
);
