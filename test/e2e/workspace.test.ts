import { expect } from 'vitest';
import { editorShows, openFile, statusBarItem } from '../support/vscode/driver/editor.ts';
import { treeItem } from '../support/vscode/driver/tree.ts';
import { windowTest } from '../support/vscode/windowTest.ts';

windowTest('a folder with a difficult name opens, with its files', async ({ open }) => {
  const { page } = await open({ files: { 'notes/first.txt': 'hello there' } });
  await openFile(page, 'first.txt');
  await editorShows(page, 'hello there');
  await treeItem(page, 'Files Explorer', 'first.txt').waitFor();
  expect(await statusBarItem(page, 'Restricted Mode').count()).toBe(0);
});
