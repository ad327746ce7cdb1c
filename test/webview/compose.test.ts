import { mkdtempSync, rmSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ComposeDocument, newComposeDocument } from '../../src/protocol/compose.ts';
import { composeSession, type ComposeSession } from '../support/composeHost.ts';
import { inventSft } from '../support/inventSft.ts';
import { tinyWorkspace, type TinyWorkspace } from '../support/tinyWorkspace.ts';
import {
  type ComposePages,
  openBenchPage,
  type OpenComposeOptions,
  openComposePages,
  picture,
} from './composePage.ts';
import { overlapsOf, seriousFindings } from './looks.ts';
import { chromiumPath, hasChromium } from './runPage.ts';
import { themeKinds } from './themes.ts';

const title = hasChromium ? 'compose bench' : `compose bench (skipped: there is no ${chromiumPath})`;

describe.skipIf(!hasChromium)(title, () => {
  let pages: ComposePages;
  let workspace: TinyWorkspace;
  let session: ComposeSession;
  const file = (name: string) => workspace.path(`${name}.sft.safetensors`);
  beforeAll(async () => {
    workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft-compose-page-')));
    const labels = ['ADJ', 'ADV', 'NOUN', 'PUNCT', 'VERB'];
    await inventSft(workspace.path('base'), file('pos-en'), { seed: 1, labels });
    await inventSft(workspace.path('base'), file('mt'), { seed: 2 });
    await inventSft(workspace.path('base'), file('wo'), { seed: 3, share: 0.05 });
    session = composeSession(workspace.folder);
    pages = await openComposePages();
  });
  afterAll(async () => {
    await pages.close();
    await session.end();
    rmSync(workspace.folder, { recursive: true, force: true });
  });

  const document = (data: string | null = 'train.conllu', ...names: string[]): ComposeDocument => ({
    ...newComposeDocument(
      (names.length > 0 ? names : ['pos-en', 'mt']).map((name) => ({ file: file(name) })),
    ),
    data: data === null ? null : { data: workspace.path(data) },
  });
  const open = (of = document(), more: Partial<OpenComposeOptions> = {}) =>
    openBenchPage(pages, of, { session, bases: [workspace.path('base')], ...more });

  test('shows SFTs, figures with intervals, the difference to the task SFT alone, and how the SFTs meet', async () => {
    const { page, host, complaints } = await open();
    await page.getByRole('heading', { level: 1, name: 'mine' }).waitFor();
    await page.getByText('up to date').waitFor();
    await page.getByText('base base').waitFor();
    const figures = page.getByRole('region', { name: 'Figures' });
    await expect
      .poll(() => figures.innerText())
      .toMatch(/whole file\s+\d+\.\d\d %\s+\[\d+\.\d\d %, \d+\.\d\d %\]/);
    await expect
      .poll(() => figures.innerText())
      .toMatch(/[+-]?\d+\.\d\d points\s+\[.*\]\s+p (=|<) \d\.\d{3}/);
    const row = page.getByRole('table', { name: 'SFTs two by two' }).getByRole('row').nth(1);
    await expect.poll(() => row.innerText()).toMatch(/pos-en x mt\s+[\d,]+\s+\d\.\d\d\s/);
    await page.getByRole('button', { name: 'Signs agree' }).click();
    await page.getByRole('gridcell', { name: /^layer 0, query: \d+\.\d %/ }).waitFor();
    await page.getByRole('button', { name: 'Table of pos-en x mt Signs agree' }).click();
    await page.getByRole('table', { name: 'pos-en x mt Signs agree' }).waitFor();
    expect([await complaints(), host.failures]).toEqual([[], []]);
  });

  test('a slider whose number lies beyond its usual ends keeps its ends while it is dragged', async () => {
    const { page } = await open();
    await page.getByText('up to date').waitFor();
    const number = page.getByRole('spinbutton', { name: 'Coefficient of mt as a number' });
    const slider = page.getByRole('slider', { name: 'Coefficient of mt', exact: true });
    await number.fill('5');
    await number.press('Enter');
    await expect.poll(() => slider.getAttribute('max')).toBe('5');
    const box = (await slider.boundingBox())!;
    const at = (share: number) => [box.x + share * box.width, box.y + box.height / 2] as const;
    await page.mouse.move(...at(0.95));
    await page.mouse.down();
    // From -1 to 5: the middle is 2.
    for (const share of [0.8, 0.65, 0.5]) await page.mouse.move(...at(share), { steps: 3 });
    await expect.poll(async () => Number(await number.inputValue())).toBeGreaterThan(1.7);
    expect(Number(await number.inputValue())).toBeLessThan(2.3);
    expect(await slider.getAttribute('max')).toBe('5');
    await page.mouse.up();
    await expect.poll(async () => Number(await slider.getAttribute('max'))).toBeLessThan(2.4);
  });

  test('a coefficient is moved by keys in coarse and fine steps, typed, and undone', async () => {
    const { page, host } = await open();
    await page.getByText('up to date').waitFor();
    const slider = page.getByRole('slider', { name: 'Coefficient of mt' });
    await slider.focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.press('Alt+ArrowUp');
    await expect.poll(() => coefficients(host.bench.now().setting)).toEqual([1, 0.71]);
    await expect
      .poll(() => page.evaluate('document.activeElement.getAttribute("aria-label")'))
      .toBe('Coefficient of mt');
    const number = page.getByRole('spinbutton', { name: 'Coefficient of mt as a number' });
    await expect.poll(() => number.inputValue()).toBe('0.71');
    await number.fill('-3.5');
    await number.press('Tab');
    await expect.poll(() => coefficients(host.bench.now().setting)).toEqual([1, -3.5]);
    await expect.poll(() => slider.getAttribute('min')).toBe('-3.5');
    await number.press('ArrowDown');
    await expect.poll(() => coefficients(host.bench.now().setting)).toEqual([1, -3.55]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => number.inputValue()).toBe('0.71');
    await page.getByRole('button', { name: 'Redo' }).click();
    await expect.poll(() => number.inputValue()).toBe('-3.5');
    await page.getByText('tuned on this file').waitFor();
  });

  test('a data file is for development until it is said to be for testing; then moving on it warns', async () => {
    const { page, host } = await open();
    await page.getByText('up to date').waitFor();
    const role = page.getByRole('combobox', { name: 'for', exact: true });
    await expect.poll(() => role.inputValue()).toBe('dev');
    await role.selectOption('testing');
    await expect.poll(() => host.bench.now().data?.role).toBe('test');
    await page.getByText('is for testing: a sweep chooses on it').waitFor();
    await page.getByRole('spinbutton', { name: 'Coefficient of mt as a number' }).fill('0.4');
    await page.keyboard.press('Tab');
    await page.getByText('is a test file, and coefficients are being chosen').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => role.inputValue()).toBe('dev');
  });

  test('a slider that is dragged tells at most ten settings a second, and one in the end', async () => {
    const { page, host, posted } = await open();
    await page.getByText('up to date').waitFor();
    const slider = page.getByRole('slider', { name: 'Coefficient of mt' });
    const box = (await slider.boundingBox())!;
    const middle = box.y + box.height / 2;
    await page.mouse.move(box.x + (box.width * 2) / 3, middle);
    await page.mouse.down();
    for (let i = 1; i <= 60; i++) await page.mouse.move(box.x + ((2 - i / 60) * box.width) / 3, middle);
    await page.mouse.up();
    await expect.poll(() => host.bench.now().setting.rows[1].coefficient).toBeLessThan(0.2);
    const settings = (await posted()).flatMap((message) => (message.type === 'setting' ? [message] : []));
    const moving = settings.filter(({ isMoving }) => isMoving);
    expect(moving.length).toBeGreaterThan(0);
    expect(moving.length).toBeLessThan(60);
    expect(settings.at(-1)).toMatchObject({ isMoving: false, setting: host.bench.now().setting });
    await page.getByText('up to date').waitFor();
  });

  test('SFTs are switched off, put in another order by keys and by mouse, removed, and added', async () => {
    const { page, host } = await open(document(null, 'pos-en', 'mt', 'wo'), {
      chosen: { sfts: [file('wo')] },
    });
    const order = () => host.bench.now().setting.rows.map((row) => row.file);
    const handle = page.getByRole('button', { name: /^Move wo/ });
    await handle.focus();
    await page.keyboard.press('ArrowUp');
    await expect.poll(order).toEqual([file('pos-en'), file('wo'), file('mt')]);
    await expect
      .poll(() => page.evaluate('document.activeElement.getAttribute("aria-label")'))
      .toMatch(/^Move wo/);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await expect.poll(order).toEqual([file('wo'), file('pos-en'), file('mt')]);
    await page
      .getByRole('button', { name: /^Move mt/ })
      .dragTo(page.getByRole('button', { name: /^Move wo/ }));
    await expect.poll(order).toEqual([file('mt'), file('wo'), file('pos-en')]);
    await page.getByRole('checkbox', { name: 'Use wo' }).focus();
    await page.keyboard.press('Space');
    await expect.poll(() => host.bench.now().setting.rows[1].on).toBe(false);
    await page.getByRole('button', { name: 'Remove wo' }).click();
    await expect.poll(order).toEqual([file('mt'), file('pos-en')]);
    await page.getByRole('button', { name: 'Add SFTs' }).click();
    await expect.poll(order).toEqual([file('mt'), file('pos-en'), file('wo')]);
    await page.getByLabel('Rule').selectOption('priority');
    await page.getByText('the first of them in the list keeps it').waitFor();
    expect(host.bench.now().setting.rule).toBe('priority');
  });

  test('the history leads back to past settings, which can be references', async () => {
    const { page, host } = await open();
    await page.getByText('up to date').waitFor();
    await page.getByRole('slider', { name: 'Coefficient of mt' }).focus();
    await page.keyboard.press('Shift+ArrowLeft');
    const strip = page.getByRole('group', { name: /^Figures of whole files/ });
    await expect.poll(() => strip.getByRole('button').count()).toBe(2);
    await strip.getByRole('button', { name: /mt 0.75: .*% \[/ }).focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    await expect.poll(() => coefficients(host.bench.now().setting)).toEqual([1, 1]);
    await page.getByLabel('difference to').selectOption('pos-en 1, mt 0.75');
    await expect.poll(() => host.bench.now().reference?.name).toBe('pos-en 1, mt 0.75');
    await expect
      .poll(() => page.getByRole('region', { name: 'Figures' }).innerText())
      .toMatch(/points\s+\[.*points\]\s+p [=<]/s);
    await page.getByRole('button', { name: 'Table of Past settings' }).click();
    const table = page.getByRole('table', { name: 'Past settings' });
    await expect.poll(() => table.getByRole('row').count()).toBe(3);
    // The setting of now stands out, whatever the theme's colours of charts are.
    const [now, other] = ['true', 'false'].map((current) =>
      strip.locator(`[aria-current="${current}"] .past-bar`).first(),
    );
    await page.evaluate(
      `document.documentElement.style.setProperty('--vscode-charts-orange', 'rgba(209, 134, 22, 0.3)')`,
    );
    await page.mouse.move(0, 0);
    const { text } = await colours(page.locator('body'));
    expect((await colours(now)).fill).toBe(text);
    expect((await colours(other)).fill).not.toBe(text);
    // Figures of files as they were say so.
    const old = strip.getByRole('button', { name: /\(before a file was changed\)$/ });
    expect(await old.count()).toBe(0);
    const later = new Date(Date.now() + 600_000);
    utimesSync(file('mt'), later, later);
    host.feed.filesChanged();
    await expect.poll(() => old.count()).toBe(2);
    await expect.poll(() => table.getByRole('row').last().innerText()).toContain('before a file was changed');
    utimesSync(file('mt'), new Date(), new Date());
  });

  test('a sweep over one coefficient draws a curve, over two a map that is clicked', async () => {
    const { page, host } = await open();
    await page.getByText('up to date').waitFor();
    await page.getByRole('spinbutton', { name: 'Values of the First coefficient' }).fill('3');
    await page.getByRole('spinbutton', { name: 'Values of the First coefficient' }).press('Tab');
    await page.getByRole('button', { name: 'Sweep', exact: true }).click();
    const curve = page.getByRole('figure', { name: 'Sweep of mt' });
    await curve.locator('canvas').waitFor();
    await page.getByText('Tuned on train.conllu: judge the choice on another file.').waitFor();
    await curve.getByRole('button', { name: 'Table of Sweep of mt' }).click();
    await expect.poll(() => curve.getByRole('row').count()).toBe(4);
    await picture(page, 'curve');
    await page.getByRole('combobox', { name: /^and/ }).selectOption('pos-en');
    await page.getByRole('spinbutton', { name: 'Values of the Second coefficient' }).fill('2');
    await page.getByRole('spinbutton', { name: 'Values of the Second coefficient' }).press('Tab');
    await page.getByRole('button', { name: 'Sweep', exact: true }).click();
    const map = page.getByRole('grid', { name: 'Sweep of mt and pos-en' });
    await map.getByRole('gridcell', { name: 'mt 0.75, pos-en 1.5: ' }).click();
    await expect.poll(() => coefficients(host.bench.now().setting)).toEqual([1.5, 0.75]);
    await expect.poll(() => map.getByRole('gridcell', { name: /^mt / }).count()).toBe(6);
    await page.getByRole('button', { name: 'Table of Sweep of mt and pos-en' }).click();
    const numbers = page.getByRole('table', { name: 'Sweep of mt and pos-en (%)' });
    await expect.poll(() => numbers.locator('tbody tr').count()).toBe(6);
    await page.getByRole('button', { name: 'PNG of Sweep of mt and pos-en' }).click();
    await page.getByRole('button', { name: 'CSV of Sweep of mt and pos-en' }).click();
    await expect
      .poll(() => host.others)
      .toMatchObject([
        { type: 'save', name: 'mine Sweep of mt and pos-en', format: 'png' },
        { type: 'save', name: 'mine Sweep of mt and pos-en', format: 'csv' },
      ]);
    await page.getByRole('button', { name: 'Use it' }).click();
  });

  test('while a file is gone nothing is swept, and the bench says why; the sweep before stays', async () => {
    const away = `${file('mt')}.away`;
    const { page, host } = await open();
    const sweep = page.getByRole('button', { name: 'Sweep', exact: true });
    await page.getByText('up to date').waitFor();
    await page.getByRole('combobox', { name: /^and/ }).selectOption('pos-en');
    for (const which of ['First', 'Second']) {
      const values = page.getByRole('spinbutton', { name: `Values of the ${which} coefficient` });
      await values.fill('2');
      await values.press('Tab');
    }
    await sweep.click();
    const map = page.getByRole('grid', { name: 'Sweep of mt and pos-en' });
    await expect.poll(() => map.getByRole('gridcell', { name: /^mt / }).count()).toBe(4);
    renameSync(file('mt'), away);
    try {
      host.feed.filesChanged();
      await page.getByText('Not while mt cannot be read.').waitFor();
      expect(await sweep.isDisabled()).toBe(true);
      await page.getByRole('region', { name: 'How they meet' }).getByText('There is no file').waitFor();
      expect(await page.getByRole('button', { name: 'Compose all the same' }).count()).toBe(0);
      expect(await map.count()).toBe(1);
    } finally {
      renameSync(away, file('mt'));
    }
    host.feed.filesChanged();
    await page.getByText('Not while mt cannot be read.').waitFor({ state: 'detached' });
    await page.getByText('up to date').waitFor();
    // A page that comes anew has the form of the sweep that it shows.
    const again = await open(host.bench.now());
    await again.page.getByRole('grid', { name: 'Sweep of mt and pos-en' }).waitFor();
    expect(await again.page.getByRole('combobox', { name: /^and/ }).inputValue()).toBe(file('pos-en'));
  });

  test('files that are dropped with Shift are told; a data file of another kind is refused in words', async () => {
    const broken = workspace.path('broken.conllu');
    writeFileSync(broken, 'no columns here\n');
    const { page, host } = await open(document(null), { chosen: { data: broken } });
    await page.getByText('or drop one here with Shift held').waitFor();
    expect(await page.getByRole('button', { name: 'Columns...' }).count()).toBe(0);
    await page.evaluate(`(() => {
      const data = new DataTransfer();
      data.setData('text/uri-list', 'file:///x/mt.conllu\\r\\nfile:///x/a.safetensors');
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    })()`);
    await expect
      .poll(() => host.others)
      .toEqual([{ type: 'dropped', uris: ['file:///x/mt.conllu', 'file:///x/a.safetensors'] }]);
    await page.getByRole('button', { name: 'Choose data file' }).click();
    await page.getByRole('alert').getByText('broken.conllu').waitFor();
    await page.getByRole('button', { name: 'Try again' }).waitFor();
  });

  test('SFTs of different bases are refused in words, and put together when forced', async () => {
    const other = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft-other-')), 9);
    const foreign = other.path('foreign.sft.safetensors');
    await inventSft(other.path('base'), foreign, { seed: 5 });
    try {
      const made = newComposeDocument([{ file: file('pos-en') }, { file: foreign }]);
      const { page, host } = await open({ ...made, data: { data: workspace.path('dev.conllu') } });
      await page.getByRole('alert').getByText('fingerprint').first().waitFor();
      await page.getByRole('button', { name: 'Compose all the same' }).first().click();
      await page.getByText('up to date').waitFor();
      expect(host.bench.now().setting.force).toBe(true);
      await page.getByText('all the same').first().waitFor();
    } finally {
      rmSync(other.folder, { recursive: true, force: true });
    }
  });

  test('an SFT without entries and one that is gone say so', async () => {
    await inventSft(workspace.path('base'), file('empty'), { seed: 4, share: 0 });
    const { page } = await open(document('dev.conllu', 'pos-en', 'empty', 'gone'));
    await page.getByText('The SFT has no sparse entries').waitFor();
    await page.getByRole('listitem').nth(2).getByRole('alert').getByText('gone').waitFor();
    await page.getByRole('button', { name: 'Remove gone' }).click();
    await page.getByText('up to date').waitFor();
  });

  test('a file that cannot be read says so, and opens as text', async () => {
    const { page, host, send } = await open(document(null));
    const problem = {
      what: 'mine.compose.yaml:3: rule of this compose file cannot be used.',
      advice: 'Mend it.',
    };
    await page.getByRole('heading', { level: 1 }).waitFor();
    await send({ type: 'patch', number: 1, part: { problem } });
    await page.getByText('mine.compose.yaml:3').waitFor();
    await page.getByRole('button', { name: 'Open as text' }).click();
    await expect.poll(() => host.others).toEqual([{ type: 'action', action: 'openText' }]);
  });

  test('messages that are no messages are ignored', async () => {
    const { page, sendAnything, complaints } = await open(document(null));
    await page.getByRole('heading', { level: 1 }).waitFor();
    for (const wrong of [
      null,
      7,
      { type: 'patch' },
      { type: 'patch', number: 1, part: { setting: { rows: 3 } } },
    ])
      await sendAnything(wrong);
    await page.getByRole('slider', { name: 'Coefficient of mt' }).waitFor();
    expect(await complaints()).toEqual([]);
  });

  test.each(themeKinds)('is accessible and nothing overlaps in %s', async (theme) => {
    for (const width of [1400, 420]) {
      const { page } = await open(document('train.conllu', 'pos-en', 'mt', 'wo'), { theme, width });
      await page.getByText('up to date').waitFor();
      await page.getByRole('slider', { name: 'Coefficient of mt' }).focus();
      await page.keyboard.press('Shift+ArrowLeft');
      await page.getByRole('button', { name: 'Table of Past settings' }).click();
      await page.getByRole('button', { name: 'Sweep', exact: true }).click();
      await page.getByRole('figure', { name: 'Sweep of wo' }).locator('canvas').waitFor();
      await page.getByRole('button', { name: 'Use it' }).waitFor();
      await page.getByText('up to date').waitFor();
      await picture(page, `${theme}-${width}`);
      expect(await seriousFindings(page)).toEqual([]);
      expect(await overlapsOf(page, 'h1, h2, h3, button, input, select, .figure, .note')).toEqual([]);
    }
  });
});

function coefficients(setting: ComposeDocument['setting']): readonly number[] {
  return setting.rows.map((row) => row.coefficient);
}

interface Styles {
  getComputedStyle(element: unknown): { readonly color: string; readonly backgroundColor: string };
}

/** The colours of an element as the page draws it. */
function colours(element: Locator): Promise<{ readonly text: string; readonly fill: string }> {
  return element.evaluate((found) => {
    const { color, backgroundColor } = (globalThis as unknown as Styles).getComputedStyle(found);
    return { text: color, fill: backgroundColor };
  });
}
