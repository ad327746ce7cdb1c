import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Window } from '../window.ts';
import { themes, type Theme } from '../theme.ts';

/** Changes user settings of a window that is open; the workbench follows by itself. */
export function changeSettings(
  { server }: Pick<Window, 'server'>,
  settings: Readonly<Record<string, unknown>>,
): void {
  const file = join(server.userData, 'User/settings.json');
  const old = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  writeFileSync(file, JSON.stringify({ ...old, ...settings }, null, 2));
}

/** Shows the window in another theme, and waits until it does. */
export async function setTheme(window: Window, theme: Theme): Promise<void> {
  changeSettings(window, { 'workbench.colorTheme': theme });
  await window.page.locator(`.monaco-workbench[class*="${themeClass(theme)}"]`).waitFor();
}

/** Does something in each of the four themes, one after the other. */
export async function inEachTheme(window: Window, run: (theme: Theme) => Promise<void>): Promise<void> {
  for (const theme of themes) {
    await setTheme(window, theme);
    await run(theme);
  }
}

function themeClass(theme: Theme): string {
  return {
    'Dark Modern': 'dark',
    'Light Modern': 'light',
    'Default High Contrast': 'hc',
    'Default High Contrast Light': 'hcl',
  }[theme];
}
