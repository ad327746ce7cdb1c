import axe from 'axe-core';
import type { Frame, Page } from 'playwright-core';
import { expect } from 'vitest';
import { afterGallery, fillGallery, gallery, type View } from '../support/vscode/gallery.ts';
import { sftGallery, sftGalleryDemo } from '../support/vscode/sftGallery.ts';
import { withDemo } from '../support/vscode/demo.ts';
import type { Window } from '../support/vscode/window.ts';
import { inEachTheme } from '../support/vscode/driver/theme.ts';
import { until } from '../support/vscode/until.ts';
import { windowTest } from '../support/vscode/windowTest.ts';

windowTest(
  'axe finds nothing serious in our frames, in a window and in four themes',
  async ({ open }) => {
    const window = await open({ extension: 'development', folderName: 'gallery' });
    await fillGallery(window);
    expect(await lookedThrough(window, gallery)).toEqual([]);
  },
  600_000,
);

windowTest(
  'axe finds nothing serious in what is made of SFTs: bench, inspector, comparison, notebook, results',
  async ({ open }) => {
    const window = await withDemo(sftGalleryDemo, (files) => open({ extension: 'development', files }));
    expect(await lookedThrough(window, sftGallery)).toEqual([]);
  },
  900_000,
);

/** What axe finds in each view of a gallery, in each theme: the view is shown once and follows the themes, which takes half the time. */
async function lookedThrough(window: Window, views: readonly View[]): Promise<string[]> {
  const found: string[] = [];
  for (const { name, show } of views.filter(({ frame }) => frame)) {
    await show(window);
    await inEachTheme(window, async (theme) => {
      const frame = await frameInSight(window.page);
      for (const violation of await violations(frame)) found.push(`${name} in ${theme}: ${violation}`);
    });
  }
  await afterGallery(window);
  return found;
}

/** The page inside of the webview in sight. */
async function frameInSight(page: Page): Promise<Frame> {
  return until('the webview has a page', async () => {
    const outer = await page.locator('iframe.webview.ready >> visible=true').elementHandle();
    const inner = await (await outer?.contentFrame())?.waitForSelector('iframe#active-frame');
    return (await inner?.contentFrame()) ?? undefined;
  });
}

/** What axe calls serious or critical. The page around a text or outputs of ours, its title and language, is the editor's. */
async function violations(frame: Frame): Promise<string[]> {
  await frame.evaluate(axe.source);
  // The editor has this colour behind pages that let it through.
  await frame.evaluate(`document.body.style.backgroundColor = 'var(--vscode-editor-background)'`);
  return frame.evaluate<string[]>(
    `axe.run(document.querySelector('.sft') === null ? (document.querySelector('.markdown-body') ?? document) : { include: ['.sft'] }, { resultTypes: ['violations'] }).then(({ violations }) => violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => id + ': ' + nodes.map(({ html, failureSummary }) => html.slice(0, 200) + failureSummary).join('; ')))`,
  );
}
