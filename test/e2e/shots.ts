import { webview } from '../support/vscode/driver/webview.ts';
import { openActivity } from '../support/vscode/driver/tree.ts';
import type { Theme } from '../support/vscode/theme.ts';
import type { Window, WindowOptions } from '../support/vscode/window.ts';

/** A picture for the README and the gallery. */
export interface Shot {
  /** Name of the file in `media/screenshots`, without its ending. */
  readonly name: string;
  readonly theme: Theme;
  readonly window?: Omit<WindowOptions, 'theme'>;
  /** Brings the window into the state that is shown. */
  readonly prepare: (window: Window) => Promise<void>;
}

export const shots: readonly Shot[] = [
  {
    name: 'installed',
    theme: 'Dark Modern',
    window: { folderName: 'demo' },
    prepare: async ({ page }) => {
      await openActivity(page, 'Extensions');
      const item = page.locator('.extension-list-item').filter({ hasText: 'SFT Studio' });
      await item.click();
      await webview(page).getByRole('heading', { name: 'SFT Studio' }).first().waitFor();
    },
  },
];
