import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { editorTab } from '../support/vscode/driver/editor.ts';
import {
  focused,
  markSeveral,
  tabTo,
  typeAnswer,
  typeChoice,
  typeCommand,
} from '../support/vscode/driver/keyboard.ts';
import { notification } from '../support/vscode/driver/notifications.ts';
import { quickInput, quickPickItem } from '../support/vscode/driver/palette.ts';
import { panelIsDone, runPanel } from '../support/vscode/driver/runs.ts';
import { webview } from '../support/vscode/driver/webview.ts';
import { withDemo } from '../support/vscode/demo.ts';
import { until } from '../support/vscode/until.ts';
import { windowTest } from '../support/vscode/windowTest.ts';

/** In place of the template's defaults, which are for large models; long enough to be paused before its end, on a fast machine too. */
const small = [
  'select: { density: 0.05 }',
  'mlm: { lines: true, blockSize: 64 }',
  'full: { steps: 600 }',
  'sparse: { steps: 60 }',
  'optimizer: { batchSize: 24 }',
  'report: { everySteps: 20 }',
];

/** A table without usual names of columns. */
const reviews = [
  'nr,opinion,what',
  ...Array.from({ length: 9 }, (_, i) => `${i},${i % 2 ? 'bad' : 'good'},"said, so ${i}"`),
];

/** Data of which only the content tells. */
const questions = {
  version: '1.1',
  data: [{ title: 'a', paragraphs: [{ context: 'said so', qas: [] }] }],
};

windowTest(
  'the whole job by keyboard alone: recipe, training, what the panel shows, evaluation, composition, export',
  async ({ open }) => {
    const files = {
      'reviews/qna-train.csv': `${reviews.join('\n')}\n`,
      'data/questions.json': JSON.stringify(questions),
      'data/other.json': '{"data": 1}',
    };
    const demo = { steps: 10, batchSize: 8, trained: ['qni'], files };
    const { page, folder } = await withDemo(demo, (folder) => open({ files: folder }));
    const { keyboard } = page;
    const panel = webview(page);

    // A recipe for a table: which column holds what is guessed, and Enter takes it.
    await typeCommand(page, 'SFT: New Recipe', 'New Recipe (1/');
    await typeChoice(page, 'New Recipe (1/', 'sentiment');
    await typeChoice(page, 'New Recipe (2/', 'bert');
    await typeChoice(page, 'New Recipe (3/', 'reviews/qna-train.csv');
    await typeChoice(page, 'New Recipe (4/', '');
    await typeChoice(page, 'New Recipe (5/', '');
    await typeChoice(page, 'New Recipe (6/', 'None');
    await typeChoice(page, 'New Recipe (7/', 'None');
    await typeAnswer(page, 'Name of the recipe');
    await editorTab(page, 'sentiment-qna.sft.yaml').waitFor();
    expect(readFileSync(join(folder, 'sentiment-qna.sft.yaml'), 'utf8')).toContain(
      'task: { type: classification, text: what, label: opinion }',
    );

    // A recipe, by questions and then in the editor.
    await typeCommand(page, 'SFT: New Recipe', 'New Recipe (1/');
    await typeChoice(page, 'New Recipe (1/', 'A language');
    await typeChoice(page, 'New Recipe (2/', 'bert');
    await typeChoice(page, 'New Recipe (3/', 'data/qha.txt');
    await typeChoice(page, 'New Recipe (4/', 'None');
    await typeAnswer(page, 'Name of the recipe', 'mine');
    await editorTab(page, 'mine.sft.yaml').waitFor();
    await until('the text has the focus', async () => (await focused(page)).name.startsWith('mine.sft.yaml'));
    // The cursor stands in the data; what is at the end of the text is no part of them.
    await keyboard.press('Control+End');
    for (const line of small) {
      await keyboard.type(line);
      await keyboard.press('Escape'); // what is suggested
      await keyboard.press('Enter');
    }
    await typeCommand(page, 'SFT: Train');
    await runPanel(page, 'mine-1');
    expect(readFileSync(join(folder, 'mine.sft.yaml'), 'utf8')).toContain(small.join('\n'));

    // The panel has the focus. Paused, the run holds still for what follows.
    await panel.getByRole('button', { name: 'Pause' }).waitFor();
    await tabTo(page, /^Pause$/);
    await keyboard.press('Enter');
    await panel.locator('.state-paused').waitFor();
    await until('the same button goes on', async () => (await focused(page)).name === 'Resume');
    expect((await focused(page)).isOutlined).toBe(true);

    // A menu takes the focus and gives it back.
    await tabTo(page, /^More actions$/);
    await keyboard.press('Enter');
    await panel.locator('[role=menuitem]:focus').waitFor();
    await keyboard.press('End');
    await until('its last entry has the focus', async () => (await focused(page)).name === 'Cancel run…');
    await keyboard.press('Escape');
    await until('the focus is back', async () => (await focused(page)).name === 'More actions');

    // Tabs.
    await tabTo(page, /^Charts$/);
    for (const [key, name] of [
      ['ArrowRight', 'Table'],
      ['ArrowRight', 'Recipe'],
      ['End', 'Log'],
      ['Home', 'Charts'],
    ] as const) {
      await keyboard.press(key);
      await panel.getByRole('tab', { name, selected: true }).waitFor();
      expect(await focused(page)).toMatchObject({ name, isOutlined: true });
    }

    // A chart: its values one by one, closer, and as a table.
    const loss = panel.getByRole('figure', { name: 'Loss nats', exact: true });
    await tabTo(page, /^Loss\. Left and right/);
    await keyboard.press('Home');
    await loss
      .locator('.place')
      .filter({ hasText: /full phase, step 1$/ })
      .waitFor();
    await keyboard.press('+');
    await loss.getByRole('button', { name: 'Show the whole range' }).waitFor();
    await keyboard.press('Escape');
    await loss.getByRole('button', { name: 'Show the whole range' }).waitFor({ state: 'detached' });
    await tabTo(page, /^Table of Loss$/, 'Shift+Tab');
    await keyboard.press('Enter');
    await loss.getByRole('table', { name: 'Loss (nats)' }).waitFor();
    await tabTo(page, /^Loss \(nats\)$/); // a long one scrolls

    // The run goes on to its end.
    await tabTo(page, /^Resume$/, 'Shift+Tab');
    await keyboard.press('Enter');
    await panelIsDone(page);

    // The mask: from cell to cell, and through time.
    await tabTo(page, /^embeddings, embedding tables/);
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowRight');
    expect(await focused(page)).toMatchObject({
      name: expect.stringMatching(/^layer 0, key/),
      isOutlined: true,
    });
    await tabTo(page, /^Time$/);
    await keyboard.press('Home');
    const slider = panel.getByRole('slider', { name: 'Time' });
    await until('the slider is at the beginning', async () =>
      (await slider.getAttribute('aria-valuetext'))?.startsWith('full step'),
    );
    await panel.getByRole('heading', { name: /^Mask then/ }).waitFor();

    // What came of it is evaluated, added to another SFT, and exported.
    await typeCommand(page, 'SFT: Evaluate SFT on File', 'Evaluate which SFTs');
    await markSeveral(page, 'Evaluate which SFTs', ['mine']);
    await quickPickItem(page, 'data/questions.json').waitFor();
    await expect.poll(() => quickPickItem(page, 'data/other.json').count()).toBe(0);
    await typeChoice(page, 'Evaluate on which data', 'data/qna.txt');
    await notification(page, /mine on qna\.txt: .*95 % interval/).waitFor({ timeout: 90_000 });

    await typeCommand(page, 'SFT: Compose Selected', 'Compose which SFTs');
    await markSeveral(page, 'Compose which SFTs', ['mine', 'qni']);
    await typeAnswer(page, 'Coefficient of', '0.5');
    await until('the next is asked for', async () => (await quickInput(page).inputValue()) === '1');
    await typeAnswer(page, 'Coefficient of');
    const sum = join(folder, 'mine+qni.sft.safetensors');
    await until('a place is offered', async () => (await quickInput(page).inputValue()) === sum);
    await typeAnswer(page, 'Save the composed SFT');
    // Both have a language head.
    await typeChoice(page, 'Whose head is to be used?', 'mine');
    await notification(page, 'Composed: mine+qni.sft.safetensors').waitFor({ timeout: 60_000 });
    expect(existsSync(sum)).toBe(true);

    await typeCommand(page, 'SFT: Apply and Export', 'Apply which SFTs');
    await markSeveral(page, 'Apply which SFTs', ['mine+qni']);
    await typeChoice(page, 'Save the model in which format', 'transformers');
    const model = join(folder, 'base+mine+qni');
    await until('a place is offered', async () => (await quickInput(page).inputValue()) === model);
    await typeAnswer(page, 'Save the model as a new folder');
    await notification(page, 'transformers loads it with from_pretrained').waitFor({ timeout: 60_000 });
    expect(existsSync(join(model, 'model.safetensors'))).toBe(true);
    // The focus is back in the panel.
    await tabTo(page, /./);
  },
  300_000,
);
