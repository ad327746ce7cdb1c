import { expect } from 'vitest';
import { inEachTheme } from '../support/vscode/driver/theme.ts';
import { themes } from '../support/vscode/theme.ts';
import { until } from '../support/vscode/until.ts';
import { changeSettings, reload } from '../support/vscode/window.ts';
import { windowTest } from '../support/vscode/windowTest.ts';

windowTest(
  'a window shows each of the four themes, and after a reload what its settings say',
  async ({ open }) => {
    const window = await open();
    const seen = new Set<string>();
    await inEachTheme(window, async () => {
      seen.add((await window.page.screenshot()).toString('base64'));
    });
    expect(seen.size).toBe(themes.length);
    changeSettings(window, { 'workbench.colorTheme': 'Light Modern' });
    // The server may hand out the settings that it read before for a moment.
    await until(
      'the window shows what its settings say',
      async () => {
        await reload(window);
        const light = window.page.locator('.monaco-workbench.vscode-theme-defaults-themes-light_modern-json');
        return light.waitFor({ timeout: 8000 }).then(
          () => true,
          () => false,
        );
      },
      90,
    );
  },
);
