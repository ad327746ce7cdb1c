import type { Locator, Page } from 'playwright-core';
import { until } from '../until.ts';

const widget = (page: Page) => page.locator('.quick-input-widget:visible');

/** The box of a quick pick or an input, and of the palette. */
export const quickInput = (page: Page): Locator => widget(page).locator('.quick-input-box input');

/** The entries of an open quick pick that have this text. */
export const quickPickItem = (page: Page, text: string | RegExp): Locator =>
  widget(page).locator('.monaco-list-row').filter({ hasText: text });

/** Longest time from a command to what it asks, in milliseconds. */
const asksWithin = 10_000;

/** How long a command is run again until it asks, in seconds. */
const asksFor = 60;

/**
 * Runs a command by its whole title, such as `SFT: Show Log`, through F1, until it asks something with (part of)
 * this text, if it is to.
 */
export async function runCommand(page: Page, title: string, asks?: string | RegExp): Promise<void> {
  await untilAsked(page, asks, () => runOnce(page, title));
}

/**
 * Runs a command; again where what it asks, a quick pick or an input with (part of) this text, is not there: a view
 * that takes the focus as it opens closes the question.
 */
export async function untilAsked(
  page: Page,
  asks: string | RegExp | undefined,
  run: () => Promise<void>,
): Promise<void> {
  if (asks === undefined) return run();
  const question = widget(page).filter({ hasText: asks });
  const ask = async (): Promise<boolean> => {
    await run();
    return question.waitFor({ timeout: asksWithin }).then(
      () => true,
      () => false,
    );
  };
  await until(`there is the question ${asks}`, ask, asksFor);
}

async function runOnce(page: Page, title: string): Promise<void> {
  await until(`the palette has ${title}`, async () => {
    if (!(await opensPalette(page, `>${title}`))) return false;
    // The list comes a moment after the text, and it does not learn of commands that come later: then ask anew.
    const row = widget(page)
      .locator('.monaco-list-row')
      .filter({ has: page.getByText(title, { exact: true }) })
      .first();
    // Whatever takes the focus meanwhile closes the palette.
    const found = await row.click({ timeout: 2000 }).then(
      () => true,
      () => false,
    );
    if (!found) await page.keyboard.press('Escape');
    return found;
  });
}

/** Titles of the commands that the palette offers for a text, best first. */
export async function paletteCommands(page: Page, text: string): Promise<string[]> {
  await openPalette(page, `>${text}`);
  const rows = widget(page).locator('.monaco-list-row');
  await rows.first().waitFor();
  const titles = await rows.locator('.label-name').allTextContents();
  await page.keyboard.press('Escape');
  return titles.map((title) => title.trim());
}

async function openPalette(page: Page, text: string): Promise<void> {
  await until('the palette opens', () => opensPalette(page, text));
}

/** A key that is pressed while the window still arranges itself is lost, and what takes the focus then closes the palette again. */
async function opensPalette(page: Page, text: string): Promise<boolean> {
  await page.keyboard.press('F1');
  return quickInput(page)
    .fill(text, { timeout: 2000 })
    .then(
      () => true,
      () => false,
    );
}

/** Chooses an entry of an open quick pick by (part of) its text. */
export async function pick(page: Page, text: string | RegExp): Promise<void> {
  await quickPickItem(page, text).first().click();
}

/** Answers an open input box, or a quick pick by typing and Enter. The prompt tells which one is meant. */
export async function answer(page: Page, text: string, prompt?: string | RegExp): Promise<void> {
  if (prompt !== undefined) await widget(page).filter({ hasText: prompt }).waitFor();
  await quickInput(page).fill(text);
  await page.keyboard.press('Enter');
}

/** Answers VS Code's own dialog for a file or folder on the server. */
export async function chooseFile(page: Page, path: string): Promise<void> {
  const box = quickInput(page);
  // It fills in where it starts, a moment after it opens.
  await until('the dialog shows a folder', async () => (await box.inputValue()) !== '');
  await widget(page).locator('.monaco-list-row').first().waitFor();
  await box.fill(path);
  // A click that comes while the dialog still reads the folder is lost.
  await until('the dialog takes the path', async () => {
    if (!(await box.isVisible())) return true;
    await widget(page)
      .getByRole('button', { name: /^(OK|Open|Save)/ })
      .first()
      .click({ timeout: 2000 });
    await box.waitFor({ state: 'hidden', timeout: 2000 });
    return true;
  });
}
