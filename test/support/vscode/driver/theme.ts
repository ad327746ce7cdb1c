import { themes, type Theme } from '../theme.ts';
import type { Window } from '../window.ts';
import { answer, runCommand } from './palette.ts';

/** How the picker calls a theme, and the class that the workbench has under it. */
const shown: Readonly<Record<Theme, { readonly label: string; readonly file: string }>> = {
  'Dark Modern': { label: 'Dark Modern', file: 'dark_modern' },
  'Light Modern': { label: 'Light Modern', file: 'light_modern' },
  'Default High Contrast': { label: 'Dark High Contrast', file: 'hc_black' },
  'Default High Contrast Light': { label: 'Light High Contrast', file: 'hc_light' },
};

/** Shows the window in another theme, as its user would, and waits until it does. */
export async function setTheme({ page }: Window, theme: Theme): Promise<void> {
  const { label, file } = shown[theme];
  await runCommand(page, 'Preferences: Color Theme');
  await answer(page, label);
  await page.locator(`.monaco-workbench.vscode-theme-defaults-themes-${file}-json`).waitFor();
}

/** Does something in each of the four themes, one after the other. */
export async function inEachTheme(window: Window, run: (theme: Theme) => Promise<void>): Promise<void> {
  for (const theme of themes) {
    await setTheme(window, theme);
    await run(theme);
  }
}
