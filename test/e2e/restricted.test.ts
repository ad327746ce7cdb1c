import { expect } from 'vitest';
import { statusBarItem } from '../support/vscode/driver/editor.ts';
import { trustWorkspace } from '../support/vscode/driver/trust.ts';
import { windowTest } from '../support/vscode/windowTest.ts';

windowTest('a folder that is not trusted opens in restricted mode, until it is trusted', async ({ open }) => {
  const window = await open({ restricted: true, files: { 'a.txt': '' } });
  const restricted = statusBarItem(window.page, 'Restricted Mode');
  await restricted.waitFor();
  await trustWorkspace(window);
  expect(await restricted.count()).toBe(0);
});
