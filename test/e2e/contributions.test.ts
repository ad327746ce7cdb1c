import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../support/vscode/driver/palette.ts';
import { openActivity } from '../support/vscode/driver/tree.ts';
import { activated } from '../support/vscode/extensionHost.ts';
import { repository } from '../support/vscode/places.ts';
import { windowTest } from '../support/vscode/windowTest.ts';

interface Manifest {
  readonly displayName: string;
  readonly contributes: {
    readonly viewsContainers?: { readonly activitybar: readonly { readonly title: string }[] };
  };
}

const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as Manifest;

windowTest('what is installed from the VSIX is there: the extension and its views', async ({ open }) => {
  const { page, server } = await open();
  await runCommand(page, 'Extensions: Show Installed Extensions');
  await page.locator('.extension-list-item').filter({ hasText: manifest.displayName }).waitFor();
  for (const { title } of manifest.contributes.viewsContainers?.activitybar ?? []) {
    await openActivity(page, title);
    await activated(server);
  }
});
