import type { Locator, Page } from 'playwright-core';
import { until } from '../until.ts';
import { quickInput, untilAsked } from './palette.ts';

/** What has the focus, in whichever frame. */
export interface Focused {
  /** Its accessible name, roughly: its label, or else its text. */
  readonly name: string;
  /** `BUTTON`, or `BODY` where nothing in particular has it. */
  readonly tag: string;
  /** Whether an outline shows where it is, and it is in sight. */
  readonly isOutlined: boolean;
}

/** Runs a command by its whole title through F1, with keys alone, until it asks something with this text, if it is to. */
export async function typeCommand(page: Page, title: string, asks?: string): Promise<void> {
  await untilAsked(page, asks, () => typeOnce(page, title));
}

async function typeOnce(page: Page, title: string): Promise<void> {
  await until(`the palette has ${title}`, async () => {
    await page.keyboard.press('F1');
    await quickInput(page).waitFor({ timeout: 2000 });
    await page.keyboard.type(title);
    const found = await isChosen(page, title, 2000);
    await page.keyboard.press(found ? 'Enter' : 'Escape');
    return found;
  });
}

/** Waits for a quick pick or an input with (part of) this title. */
async function asked(page: Page, title: string): Promise<Locator> {
  const widget = page.locator('.quick-input-widget:visible').filter({ hasText: title });
  await widget.waitFor();
  return widget;
}

/** Narrows the quick pick of a title down by typing and takes what is chosen then. */
export async function typeChoice(page: Page, title: string, text: string): Promise<void> {
  await (await asked(page, title)).locator('.monaco-list-row').first().waitFor();
  await page.keyboard.type(text);
  await until(`${text} is chosen`, () => isChosen(page, text, 500));
  await page.keyboard.press('Enter');
}

/** Chooses several entries of the quick pick of a title with the arrow keys and the space bar, and takes them. */
export async function markSeveral(page: Page, title: string, texts: readonly string[]): Promise<void> {
  const widget = await asked(page, title);
  await widget.locator('.monaco-list-row').first().waitFor();
  for (const text of texts) {
    await until(`${text} is reached`, async () => {
      await page.keyboard.press('ArrowDown');
      return isChosen(page, text, 200);
    });
    await page.keyboard.press('Space');
  }
  await widget.getByText(`${texts.length} Selected`).waitFor();
  await page.keyboard.press('Enter');
}

/** Answers an open input with this title, with what stands in it or with a text. */
export async function typeAnswer(page: Page, title: string, text?: string): Promise<void> {
  await asked(page, title);
  if (text !== undefined) {
    await page.keyboard.press('Control+A');
    await page.keyboard.type(text);
  }
  await page.keyboard.press('Enter');
}

/** Whether the entry on which Enter would act has this text, now or in a moment. */
async function isChosen(page: Page, text: string, milliseconds: number): Promise<boolean> {
  const row = page.locator('.quick-input-widget:visible .monaco-list-row.focused').filter({ hasText: text });
  return row.waitFor({ timeout: milliseconds }).then(
    () => true,
    () => false,
  );
}

/** What has the focus now. */
export async function focused(page: Page): Promise<Focused> {
  for (const frame of page.frames()) {
    const found = await frame.evaluate<Focused | null>(readFocus).catch(() => null);
    if (found !== null) return found;
  }
  return { name: '', tag: '', isOutlined: false };
}

/**
 * Presses Tab, or another key, until what has the focus has this name, and gives how often.
 * @throws where anything on the way cannot be seen to have the focus
 */
export async function tabTo(page: Page, name: RegExp, key = 'Tab'): Promise<number> {
  const passed: string[] = [];
  for (let presses = 1; presses <= 80; presses++) {
    await page.keyboard.press(key);
    const now = await focused(page);
    if (!now.isOutlined) throw new Error(`Nothing shows that ${now.tag} "${now.name}" has the focus`);
    if (name.test(now.name)) return presses;
    passed.push(now.name);
  }
  throw new Error(`${name.source} is not reached by ${key}; passed: ${passed.join(', ')}`);
}

/** Runs in a frame, whose types are not known here: null unless the focus is in it, and not in a frame of it. */
const readFocus = `(() => {
  let element = document.activeElement;
  if (!document.hasFocus() || element === null || element.tagName === 'IFRAME') return null;
  while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  const { host } = element.getRootNode();
  const text = element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? (element.textContent.trim() || host?.textContent);
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const isInSight = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  const isDrawn = outlineStyle !== 'none' && parseFloat(outlineWidth) > 0 && !/, 0\\)$/.test(outlineColor);
  return { name: (text ?? '').trim().replace(/\\s+/g, ' '), tag: element.tagName, isOutlined: isInSight && isDrawn };
})()`;
