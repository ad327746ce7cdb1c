import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ToRunPanel } from '../../src/protocol/runPanel.ts';
import { eventsOf } from '../support/inventedRun.ts';
import { overlapsOf, seriousFindings } from './looks.ts';
import {
  chromiumPath,
  hasChromium,
  heading,
  live,
  openPages,
  viewMessage,
  viewOf,
  type Pages,
} from './runPage.ts';
import { themeKinds } from './themes.ts';

const run = eventsOf({ full: 200, sparse: 100, layers: 12 });
const training = [run.start, ...run.phase('full', 120)];
const past = eventsOf({ name: 'a past run with a long name', full: 200, sparse: 100, seed: 5 });

const states: Readonly<Record<string, readonly ToRunPanel[]>> = {
  running: [
    viewMessage(training),
    { type: 'overlay', folder: '/past', name: 'a past run with a long name', view: viewOf(past.whole()) },
  ],
  done: [
    viewMessage(
      run.whole(),
      { kind: 'ended', end: { outcome: 'done', cause: null, resumable: false } },
      { size: 5e7 },
    ),
  ],
  failed: [
    viewMessage(training, {
      kind: 'ended',
      end: {
        outcome: 'failed',
        cause: { what: 'Memory ran out.', advice: 'Close something.', log: ['one', 'two'] },
        resumable: true,
      },
    }),
  ],
  'waiting for another K': [
    viewMessage(training, live({ status: 'paused' })),
    { type: 'presence', presence: live({ status: 'paused', k: 99_000 }), heading },
    { type: 'kAnswer', k: 12_345_678, answer: 'asked' },
    {
      type: 'kAnswer',
      k: 12_345_678,
      answer: { what: 'K must be a whole number from 1 to 23104.', advice: '' },
    },
  ],
  queued: [viewMessage([], live({ status: 'queued', position: 3 }))],
};

/** Parts of the page that must not lie over each other. */
const apart =
  'h1, .about, .buttons, .track-row, .stage, .status, .trouble, .result, vscode-panel-tab, .tab-aside, ' +
  'figcaption h3, figcaption .note, figcaption .tools, .legend, .plot, .map-head, .heat, .heat-foot, .time > *, ' +
  '.k-row > *, .k-foot > *, .k-refused';

const title = hasChromium ? 'looks of the run panel' : `looks of the run panel (skipped: no ${chromiumPath})`;

describe.skipIf(!hasChromium)(title, () => {
  let pages: Pages;
  beforeAll(async () => {
    pages = await openPages();
  });
  afterAll(() => pages.close());

  describe.each(themeKinds)('%s', (theme) => {
    test.each(Object.keys(states))('axe finds nothing serious: %s', async (state) => {
      const panel = await pages.open({ theme });
      await panel.send(...(states[state] ?? []));
      await panel.page.locator('figure').first().waitFor();
      const check = async () => expect(await seriousFindings(panel.page)).toEqual([]);
      await check();
      if (state !== 'running') return;
      await panel.page.getByRole('button', { name: 'Table of Loss' }).click();
      await panel.page.getByRole('button', { name: 'Table of Mask now' }).click();
      await panel.page.getByRole('button', { name: 'More actions' }).click();
      await check();
      await panel.page.keyboard.press('Escape');
      for (const tab of ['Table', 'Log']) {
        await panel.page.getByRole('tab', { name: tab }).click();
        await panel.send({ type: 'log', text: 'step 1', truncated: true });
        await check();
      }
    });
  });

  test.each([1400, 900, 700, 600, 400, 320])('nothing overlaps at %i px', async (width) => {
    const panel = await pages.open({ width });
    for (const messages of Object.values(states)) {
      await panel.send(...messages);
      await panel.page.locator('figure').first().waitFor();
      await expect.poll(() => overlapsOf(panel.page, apart)).toEqual([]);
    }
  });

  test('the mask stands beside the charts in a wide panel and below them in a narrow one', async () => {
    const panel = await pages.open({ width: 1400 });
    await panel.send(...(states['running'] ?? []));
    const [mask, charts] = [panel.page.locator('.mask'), panel.page.locator('.charts')];
    const boxes = async () => ({ mask: (await mask.boundingBox())!, charts: (await charts.boundingBox())! });
    const wide = await boxes();
    expect(wide.mask.x).toBeGreaterThan(wide.charts.x + wide.charts.width);
    await panel.page.setViewportSize({ width: 600, height: 1000 });
    await expect
      .poll(async () => {
        const { mask, charts } = await boxes();
        return mask.y >= charts.y + charts.height;
      })
      .toBe(true);
  });

  test.each([
    ['vscode-dark', false],
    ['vscode-high-contrast', true],
    ['vscode-high-contrast-light', true],
  ] as const)('numbers stand in the cells of the map where colours say little: %s', async (theme, shown) => {
    const panel = await pages.open({ theme });
    await panel.send(...(states['running'] ?? []));
    const cell = panel.page.getByRole('gridcell', { name: 'layer 0, query' });
    await cell.waitFor();
    const share = /: (\d+\.\d) % chosen/.exec((await cell.getAttribute('aria-label')) ?? '')?.[1];
    expect((await cell.innerText()).trim()).toBe(shown ? share : '');
  });

  test('colours that the editor lets shine through are drawn as they are', async () => {
    const panel = await pages.open();
    await panel.page.evaluate(
      `document.documentElement.style.setProperty('--vscode-charts-orange', '#ea5c0055')`,
    );
    await panel.send(...(states['running'] ?? []));
    await panel.page.getByRole('button', { name: /^validation/ }).waitFor();
    const colour = await panel.page.evaluate(
      `getComputedStyle([...document.querySelectorAll('button.entry')]
        .find(({ textContent }) => textContent.includes('validation')).querySelector('.swatch')).color`,
    );
    expect(colour).toMatch(/^(rgb\(234, 92, 0\)|color\(srgb [\d. ]+\))$/);
  });

  test('charts follow a change of the theme', async () => {
    const panel = await pages.open();
    await panel.send(...(states['running'] ?? []));
    const canvas = panel.page.getByRole('figure', { name: 'Loss' }).locator('canvas');
    await canvas.waitFor();
    const picture = () =>
      panel.page.evaluate<string>(`document.querySelector('figure canvas').toDataURL('image/png')`);
    const before = await picture();
    await panel.page.evaluate(
      `document.documentElement.style.setProperty('--vscode-charts-blue', 'rgb(1, 200, 100)')`,
    );
    await expect.poll(async () => (await picture()) === before).toBe(false);
  });
});
