import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ToRunPanel } from '../../src/protocol/runPanel.ts';
import { eventsOf } from '../support/inventedRun.ts';
import { chromiumPath, hasChromium, heading, live, openPages, viewMessage, type Pages } from './runPage.ts';

const run = eventsOf({ full: 200, sparse: 100, layers: 3 });
const { k, maskable } = run.start;
const training = [run.start, ...run.phase('full', 120)];

/** Steps with statistics of a K, as batches come from a run that has told `from` events. */
const statistics = (from: number, step: number, of: number): ToRunPanel => ({
  type: 'events',
  from,
  events: [run.step('full', step), run.mask(step, of)],
});
const wordsOf = (slider: Locator) => slider.getAttribute('aria-valuetext');
const countText = (n: number) => n.toLocaleString('en-US');

const title = hasChromium
  ? 'K in the run panel'
  : `K in the run panel (skipped: there is no ${chromiumPath})`;

describe.skipIf(!hasChromium)(title, () => {
  let pages: Pages;
  beforeAll(async () => {
    pages = await openPages();
  });
  afterAll(() => pages.close());

  async function opened(...messages: readonly ToRunPanel[]) {
    const panel = await pages.open();
    const { page } = panel;
    await panel.postedOf('ready');
    await panel.send(...messages);
    await page.getByRole('heading', { level: 1 }).waitFor();
    const foot = page.locator('.k-foot');
    return {
      ...panel,
      slider: page.getByRole('slider', { name: 'K: entries of the mask' }),
      number: page.getByRole('spinbutton', { name: 'K as a number' }),
      foot,
      waiting: foot.getByText('waiting for the next statistics'),
      /** The histogram as it is drawn. */
      picture: () =>
        page.evaluate<string>(
          `[...document.querySelectorAll('.mask figure canvas')].at(0).toDataURL('image/png')`,
        ),
      asked: async () =>
        (await panel.posted()).flatMap((message) => (message.type === 'chooseK' ? message.k : [])),
    };
  }

  test('the mouse shows at once what K would choose, and the run is asked when it is let go', async () => {
    const panel = await opened(viewMessage(training));
    const { page, slider, foot, waiting, picture, asked } = panel;
    await slider.waitFor();
    await expect.poll(() => wordsOf(slider)).toMatch(/^K [\d,]+, 8 % of all entries/);
    const before = await picture();
    const box = (await slider.boundingBox())!;
    const at = (share: number) => [box.x + share * box.width, box.y + box.height / 2] as const;
    await page.mouse.move(...at(0.8));
    await page.mouse.down();
    await page.mouse.move(...at(0.5), { steps: 4 });
    await foot.getByText(/^threshold about \d/).waitFor();
    const about = await foot.innerText();
    await expect.poll(async () => (await picture()) === before).toBe(false);
    await page.mouse.move(...at(0.4), { steps: 4 });
    await expect.poll(async () => (await foot.innerText()) === about).toBe(false);
    expect(await asked()).toEqual([]);
    await expect.poll(() => waiting.count()).toBe(0);
    await page.mouse.up();
    await waiting.waitFor();
    const [wanted, ...more] = await asked();
    expect(more).toEqual([]);
    expect(wanted).toBeGreaterThan(0.001 * maskable);
    expect(wanted).toBeLessThan(0.02 * maskable);
    await expect.poll(() => wordsOf(slider)).toContain(`K ${countText(wanted)}, `);

    // The run has taken it, and then statistics of it come.
    await panel.send(
      { type: 'kAnswer', k: wanted, answer: 'taken' },
      { type: 'presence', presence: live({ k: wanted }), heading },
      statistics(training.length, 121, k),
    );
    await page.getByText('step 121/200').waitFor();
    await expect.poll(() => waiting.count()).toBe(1);
    await panel.send(statistics(training.length + 2, 122, wanted));
    await page.getByText('step 122/200').waitFor();
    await expect.poll(() => waiting.count()).toBe(0);
    await expect.poll(() => foot.getByText('about').count()).toBe(0);
    await page
      .locator('#spoken')
      .getByText(`The mask of K ${countText(wanted)} begins at`)
      .waitFor();
    await page.locator('.about').getByText(countText(wanted)).waitFor();

    // One step back.
    await page.getByRole('button', { name: `Back to K = ${countText(k)}` }).click();
    await waiting.waitFor();
    await expect.poll(asked).toEqual([wanted, k]);
    expect(await panel.complaints()).toEqual([]);
  });

  test('keys move K, finely and coarsely, and the run is asked when they cease', async () => {
    const { page, slider, number, foot, asked } = await opened(viewMessage(training));
    const value = async () => Number(await number.inputValue());
    const pressed = async (key: string) => {
      await page.keyboard.press(key);
      await page.evaluate('new Promise(requestAnimationFrame)');
      return value();
    };
    await slider.focus();
    const values = [k];
    for (const key of ['ArrowRight', 'PageUp', 'Shift+ArrowLeft', 'ArrowDown', 'PageDown']) {
      values.push(await pressed(key));
    }
    const ratios = values.slice(1).map((one, i) => one / (values[i] ?? 1));
    expect(ratios[0]).toBeCloseTo(1.016, 1);
    expect(ratios[1]).toBeCloseTo(1.36, 1);
    expect(ratios[2]).toBeCloseTo(1 / 1.36, 1);
    expect(ratios[3]).toBeCloseTo(1 / 1.016, 1);
    expect(ratios[4]).toBeCloseTo(1 / 1.36, 1);
    expect(await pressed('End')).toBe(Math.floor(maskable / 2));
    await foot.getByText(/^threshold about/).waitFor();
    expect(await pressed('Home')).toBe(Math.ceil(0.001 * maskable));
    await foot.getByText('waiting').waitFor();
    // How many questions there were before is a matter of how fast the keys came.
    await expect.poll(async () => (await asked()).at(-1)).toBe(Math.ceil(0.001 * maskable));
  });

  test('Enter asks at once, Escape takes it back', async () => {
    const { page, slider, number, foot, asked } = await opened(viewMessage(training));
    await slider.focus();
    await page.keyboard.press('PageUp');
    await page.keyboard.press('Escape');
    await expect.poll(() => number.inputValue()).toBe(String(k));
    await page.keyboard.press('PageDown');
    await page.keyboard.press('Enter');
    await foot.getByText('waiting').waitFor();
    expect(await asked()).toHaveLength(1);
  });

  test('a number is typed; what is none is said, and so is what the run refuses', async () => {
    const panel = await opened(viewMessage(training));
    const { page, number, foot, asked } = panel;
    await number.fill('0');
    await page.keyboard.press('Enter');
    const alert = page.getByRole('alert');
    await alert.getByText('K must be a whole number from 1 on.').waitFor();
    expect([await number.inputValue(), await asked()]).toEqual(['0', []]);
    await page.keyboard.press('Escape');
    await expect.poll(() => number.inputValue()).toBe(String(k));
    await expect.poll(() => alert.count()).toBe(0);
    await number.fill('99999999');
    await foot.getByText('entries have moved so far').waitFor();
    await page.keyboard.press('Enter');
    await foot.getByText('waiting').waitFor();
    await expect.poll(asked).toEqual([99_999_999]);
    const answer = { what: 'K must be a whole number from 1 to 145000.', advice: '' };
    await panel.send({ type: 'kAnswer', k: 99_999_999, answer });
    await alert.getByText(answer.what).waitFor();
    await expect.poll(() => number.inputValue()).toBe(String(k));
    await expect.poll(() => foot.getByText('waiting').count()).toBe(0);
    await number.fill('5000');
    await page.keyboard.press('Tab');
    await foot.getByText('waiting').waitFor();
    await expect.poll(asked).toEqual([99_999_999, 5000]);
    await expect.poll(() => alert.count()).toBe(0);
  });

  test('a field that was cleared, or holds no number, asks for nothing that stood there before', async () => {
    const { page, number, asked } = await opened(viewMessage(training));
    const alert = page.getByRole('alert').getByText('K must be a whole number from 1 on.');
    await number.focus();
    // Selected at once: what is typed next is all that is there.
    await page.keyboard.press('Control+A');
    await page.keyboard.type('9');
    await page.evaluate('new Promise(requestAnimationFrame)');
    await page.keyboard.press('Backspace');
    await page.evaluate('new Promise(requestAnimationFrame)');
    await page.keyboard.press('Enter');
    await alert.waitFor();
    expect(await number.inputValue()).toBe('');
    await page.keyboard.type('1.5');
    await expect.poll(() => alert.count()).toBe(0);
    await page.keyboard.press('Enter');
    await alert.waitFor();
    // Left, it shows the K that the run has.
    await page.keyboard.press('Tab');
    await expect.poll(() => number.inputValue()).toBe(String(k));
    expect(await asked()).toEqual([]);
    await number.focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('4321');
    await page.keyboard.press('Enter');
    await expect.poll(asked).toEqual([4321]);
  });

  test("Back leads to the recipe's K, also after two changes", async () => {
    const panel = await opened(viewMessage(training));
    const { page, number, asked } = panel;
    for (const typed of [5000, 6000]) {
      await number.fill(String(typed));
      await page.keyboard.press('Enter');
      await panel.send({ type: 'kAnswer', k: typed, answer: 'taken' });
    }
    await page.getByRole('button', { name: `Back to K = ${countText(k)}` }).click();
    await expect.poll(asked).toEqual([5000, 6000, k]);
    // The button is gone: the focus is at the slider.
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('k');
  });

  test("after a reload it still waits, and still knows the recipe's K", async () => {
    const panel = await opened(viewMessage(training));
    const { page, number, waiting } = panel;
    await number.fill('5000');
    await page.keyboard.press('Enter');
    await panel.send({ type: 'kAnswer', k: 5000, answer: 'taken' });
    await expect.poll(async () => (await panel.posted()).some(({ type }) => type === 'chooseK')).toBe(true);
    await page.reload();
    await panel.postedOf('ready');
    await panel.send(viewMessage(training, live({ status: 'paused', k: 5000 })));
    await waiting.waitFor();
    await expect.poll(() => number.inputValue()).toBe('5000');
    await page.getByText('once the run is resumed').waitFor();
    await page.getByRole('button', { name: `Back to K = ${countText(k)}` }).waitFor();
    // A question that is still on its way is told by the host.
    await panel.send({ type: 'kAnswer', k: 6000, answer: 'asked' });
    await expect.poll(() => number.inputValue()).toBe('6000');
  });

  test('to see what K would choose, the newest statistics are shown', async () => {
    const { page, slider } = await opened(viewMessage(training));
    await page.getByRole('slider', { name: 'Time' }).focus();
    await page.keyboard.press('Home');
    await page.getByText('full step 10', { exact: true }).waitFor();
    await slider.focus();
    await page.keyboard.press('ArrowLeft');
    await page.getByText('full step 120', { exact: true }).waitFor();
  });

  test('there is none in the sparse phase, of a run that has ended, or of random masks', async () => {
    const panel = await opened(viewMessage(training));
    const { slider } = panel;
    await slider.waitFor();
    const end = { outcome: 'stopped', cause: null, resumable: true } as const;
    const without: readonly ToRunPanel[] = [
      viewMessage([run.start, ...run.phase('full', 200), run.select, run.rewind, ...run.phase('sparse', 6)]),
      viewMessage(training, { kind: 'ended', end }),
      viewMessage([{ ...run.start, by: 'randomPerTensor' }, ...run.phase('full', 120)]),
    ];
    for (const message of without) {
      await panel.send(message);
      await expect.poll(() => slider.count()).toBe(0);
      await panel.send(viewMessage(training));
      await slider.waitFor();
    }
  });
});
