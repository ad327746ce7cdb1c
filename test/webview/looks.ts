import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe finds serious or critical. */
export async function seriousFindings(page: Page): Promise<unknown> {
  await page.evaluate(axe.source);
  return page.evaluate(
    `axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => id + ': ' + nodes.map(({ html, failureSummary }) => html + failureSummary).join('; ')))`,
  );
}

/** Selectors of parts that must not lie over each other. */
export function overlapsOf(page: Page, selectors: string): Promise<unknown> {
  return page.evaluate(overlaps(selectors));
}

/** Parts of the page that lie over each other, and whether it must be scrolled sideways. Runs in the page. */
const overlaps = (selectors: string) => `(() => {
  const shown = [...document.querySelectorAll(${JSON.stringify(selectors)})].map((element) => ({ element, box: element.getBoundingClientRect() }))
    .filter(({ box }) => box.width > 0 && box.height > 0);
  const found = [];
  for (const [i, a] of shown.entries()) {
    for (const b of shown.slice(i + 1)) {
      if (a.element.contains(b.element) || b.element.contains(a.element)) continue;
      const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
      const high = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
      if (wide > 1 && high > 1) found.push(a.element.outerHTML.slice(0, 80) + ' / ' + b.element.outerHTML.slice(0, 80));
    }
  }
  if (document.documentElement.scrollWidth > innerWidth) found.push('wider than the window');
  return found;
})()`;
