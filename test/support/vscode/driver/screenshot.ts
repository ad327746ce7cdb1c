import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { picturesFolder } from '../places.ts';
import { themeSlug, type Theme } from '../theme.ts';

/** Takes a picture of the window into the git-ignored folder of pictures, and gives its path. */
export async function screenshot(page: Page, name: string, theme?: Theme): Promise<string> {
  mkdirSync(picturesFolder, { recursive: true });
  const file = join(picturesFolder, `${name}${theme === undefined ? '' : `.${themeSlug(theme)}`}.png`);
  await page.screenshot({ path: file, animations: 'disabled' });
  return file;
}
