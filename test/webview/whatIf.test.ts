import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ToRunPanel } from '../../src/protocol/runPanel.ts';
import { eventsOf } from '../support/inventedRun.ts';
import { chromiumPath, hasChromium, openPages, viewMessage, type Pages } from './runPage.ts';

const run = eventsOf({ full: 40, sparse: 20, layers: 2 });
const kept = { type: 'kept', count: 500, moved: 2000, bytes: 3000, seconds: 1 } as const;
const whole = run.whole();
const withKept = [...whole.slice(0, -1), kept, ...whole.slice(-1)];

const done = { kind: 'ended', end: { outcome: 'done', cause: null, resumable: false } } as const;

const mask = (k: number, uncertain = 0) => ({
  k,
  threshold: 1 / k,
  uncertain,
  places: [
    { row: '0', column: 'q', entries: k - 10 },
    { row: 'emb', column: 'emb', entries: 10 },
  ],
});
const found: ToRunPanel = {
  type: 'whatIf',
  found: { maskable: 10_000, moved: 2000, own: 1, masks: [mask(100), mask(400), mask(2000, 1500)] },
};

const title = hasChromium ? 'other masks' : `other masks (skipped: there is no ${chromiumPath})`;

describe.skipIf(!hasChromium)(title, () => {
  let pages: Pages;
  beforeAll(async () => {
    pages = await openPages();
  });
  afterAll(() => pages.close());

  async function opened(events: Parameters<typeof viewMessage>[0]) {
    const panel = await pages.open();
    await panel.postedOf('ready');
    await panel.send(viewMessage(events, done));
    await panel.page.getByRole('heading', { level: 1 }).waitFor();
    return panel;
  }

  test('are asked for once, gone through by the keyboard, and trained', async () => {
    const { page, send, postedOf, complaints } = await opened(withKept);
    await page.getByText('full phase kept: 3.0 kB').waitFor();
    await page.getByRole('button', { name: 'Try other K' }).focus();
    await page.keyboard.press('Enter');
    await postedOf('whatIf');
    await page.getByText('Reading what the full phase has learnt').waitFor();
    await send(found);
    const slider = page.getByRole('slider', { name: 'K of another mask' });
    await page.getByText('the mask that was chosen').waitFor();
    const focused = () => page.evaluate('document.activeElement.id');
    await expect.poll(focused).toBe('what-if');
    await expect.poll(() => page.getByRole('button', { name: 'Train this mask' }).count()).toBe(0);
    await slider.press('Home');
    await page.getByRole('heading', { name: /^Mask of K 100/ }).waitFor();
    await expect.poll(() => slider.getAttribute('aria-valuetext')).toMatch(/^K 100, 1 % of all entries/);
    await page.getByText('threshold |p - p0| 0.01', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Train this mask' }).click();
    await slider.press('End');
    await page.getByText('1,500 entries beyond what was kept: not known which').waitFor();
    await page.getByRole('button', { name: 'Random masks of this K' }).click();
    expect(await postedOf('fork', 2)).toEqual([
      { type: 'fork', k: 100, isRandom: false },
      { type: 'fork', k: 2000, isRandom: true },
    ]);
    await page.getByRole('button', { name: 'Back to K = 400' }).click();
    await page.getByRole('heading', { name: /^Chosen mask/ }).waitFor();
    await expect.poll(focused).toBe('what-if');
    expect(await complaints()).toEqual([]);
  });

  test('are not offered where nothing was kept; what cannot be read is said', async () => {
    const without = await opened(whole);
    await expect.poll(() => without.page.getByRole('button', { name: 'Try other K' }).count()).toBe(0);
    const { page, send } = await opened(withKept);
    await page.getByRole('button', { name: 'Try other K' }).click();
    await send({ type: 'whatIf', found: { what: 'It is gone.', advice: 'Train it again.' } });
    await page.getByRole('alert').getByText('It is gone. Train it again.').waitFor();
  });
});
