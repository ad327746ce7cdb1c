import { expect } from 'vitest';
import { runCommand } from '../support/vscode/driver/palette.ts';
import { extensionHosts, killExtensionHosts } from '../support/vscode/extensionHost.ts';
import { processesOf } from '../support/vscode/processes.ts';
import { reload } from '../support/vscode/window.ts';
import { windowTest } from '../support/vscode/windowTest.ts';

windowTest(
  'after its extension host was killed, a window works again when it is reloaded',
  async ({ open }) => {
    const window = await open();
    for (let kill = 1; kill <= 3; kill++) {
      const before = extensionHosts(window.server);
      expect(before).toHaveLength(1);
      await killExtensionHosts(window.server);
      await reload(window);
      const after = extensionHosts(window.server);
      expect(after, `kill ${kill}`).toHaveLength(1);
      expect(after).not.toEqual(before);
    }
    await runCommand(window.page, 'Extensions: Show Installed Extensions');
    await window.page.locator('.extension-list-item').filter({ hasText: 'SFT Studio' }).waitFor();
  },
);

windowTest(
  'two pages of one server are two windows, and closing them ends nothing else',
  async ({ open }) => {
    const first = await open();
    const second = await first.another();
    expect(extensionHosts(first.server)).toHaveLength(2);
    await second.closePage();
    expect(processesOf(first.home).length).toBeGreaterThan(1);
    await first.close();
    expect(processesOf(first.home)).toEqual([]);
  },
);
