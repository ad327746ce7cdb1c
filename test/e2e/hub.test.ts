import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { startHub } from '../support/hub/hub.ts';
import { tinySft } from '../support/hub/tinyModels.ts';
import { writeTinyBert } from '../support/tinyModel.ts';
import { editorShows, openFile } from '../support/vscode/driver/editor.ts';
import { focused } from '../support/vscode/driver/keyboard.ts';
import {
  dialog,
  notification,
  pressInDialog,
  pressInNotification,
} from '../support/vscode/driver/notifications.ts';
import { answer, pick, quickInput, quickPickItem, runCommand } from '../support/vscode/driver/palette.ts';
import { expand, openActivity, treeItem } from '../support/vscode/driver/tree.ts';
import { until } from '../support/vscode/until.ts';
import { windowTest } from '../support/vscode/windowTest.ts';

windowTest(
  'a private model is pulled with the token that the editor keeps; an SFT is published after its card was seen',
  async ({ open }) => {
    const hub = await startHub();
    onTestFinished(async () => hub.close());
    const folder = mkdtempSync(join(tmpdir(), 'sft-hub-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const base = await writeTinyBert(join(folder, 'base'));
    hub.add(
      'org/base',
      Object.fromEntries(readdirSync(base).map((name) => [name, readFileSync(join(base, name))])),
    );
    hub.repositories.get('org/base')!.access = 'private';
    rmSync(base, { recursive: true });
    for (const [name, bytes] of Object.entries(await tinySft('mt.sft.safetensors')))
      writeFileSync(join(folder, name), bytes);
    writeFileSync(join(folder, 'new.sft.yaml'), 'kind: task\n');
    const { page, server } = await open({ files: folder, env: { HF_ENDPOINT: hub.endpoint, HF_TOKEN: '' } });

    await runCommand(page, 'SFT: Set Hub Token');
    await quickInput(page).waitFor();
    expect(await quickInput(page).getAttribute('type')).toBe('password');
    await answer(page, hub.token);
    await notification(page, 'The token is kept in the secret storage').waitFor();

    await runCommand(page, 'SFT: Pull from Hub...', 'A base model or an SFT');
    await answer(page, 'org/base', 'A base model or an SFT');
    await notification(page, 'org/base is among the base models').waitFor({ timeout: 60_000 });
    await openActivity(page, 'SFT');
    await treeItem(page, 'Base models', /^org\/base/).waitFor();

    // Recipes complete its name, and those of published SFTs for it.
    await openFile(page, 'new.sft.yaml');
    await until('the text has the focus', async () => (await focused(page)).name.startsWith('new.sft.yaml'));
    await page.keyboard.press('Control+End');
    await page.keyboard.type('base: hf:');
    const suggested = page.locator('.suggest-widget.visible .monaco-list-row');
    await suggested.filter({ hasText: 'hf:org/base' }).filter({ hasText: 'base model · bert' }).waitFor();
    await page.keyboard.type('org');
    await suggested.first().filter({ hasText: 'hf:org/base' }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.keyboard.type('apply: [hf:mbert-lang-sft-mt');
    await suggested.first().filter({ hasText: 'SFT: Maltese' }).waitFor();
    await page.keyboard.press('Enter');
    await editorShows(page, 'base: hf:org/base');
    await editorShows(page, 'apply: [hf:cambridgeltl/mbert-lang-sft-mt-small');

    await runCommand(page, 'SFT: Push to Hub...');
    await pick(page, /^mt/);
    await answer(page, 'me/mt', 'The repository');
    await editorShows(page, 'base_model: org/base');
    // What is written after it was saved is sent, too.
    await page.keyboard.press('Control+End');
    await page.keyboard.type('Written before it was saved.');
    await page.keyboard.press('Control+s');
    await until('it is saved', async () => !(await page.title()).includes('●'));
    await page.keyboard.type(' And after.');
    await pressInNotification(page, 'Nothing has been sent yet', 'Publish...');
    await dialog(page, 'Publish this SFT as me/mt').getByText('README.md, mt.sft.safetensors').waitFor();
    expect(hub.repositories.has('me/mt')).toBe(false);
    await pressInDialog(page, 'Publish this SFT as me/mt', 'Publish as Private');
    await notification(page, 'Published:').waitFor({ timeout: 60_000 });
    const published = hub.repositories.get('me/mt')!;
    expect(published.access).toBe('private');
    const card = published.trees.get(published.commits.get('main')!)?.get('README.md');
    expect(Buffer.from(card!.bytes).toString()).toMatch(/Written before it was saved\. And after\.$/m);

    // The published SFTs of the paper, in the side bar and by search.
    await page.getByRole('button', { name: 'Published SFTs Section' }).click();
    await expand(page, 'Published SFTs', 'Languages');
    await treeItem(page, 'Published SFTs', /^Acehnese/).waitFor();
    await runCommand(page, 'SFT: Search Published SFTs...');
    await quickInput(page).fill('maltese');
    await quickPickItem(page, 'cambridgeltl/mbert-lang-sft-mt-small').waitFor();
    await page.keyboard.press('Escape');

    await runCommand(page, 'SFT: Remove Hub Token');
    await notification(page, 'The token is removed').waitFor();
    await runCommand(page, 'SFT: Pull from Hub...', 'A base model or an SFT');
    await answer(page, 'org/other', 'A base model or an SFT');
    await notification(page, 'The Hub does not show org/other to everyone').waitFor({ timeout: 60_000 });
    expect(server.output()).not.toContain(hub.token);
  },
  240_000,
);
