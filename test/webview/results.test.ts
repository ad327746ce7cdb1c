import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { notebookSerializer } from '../../src/extension/notebook/serializer.ts';
import { writeNotebook } from '../../src/notebook/write.ts';
import {
  type CellOutcome,
  type CellOutput,
  outcomeMime,
  type ShownOutcome,
} from '../../src/protocol/notebook.ts';
import { launchBrowser } from '../support/vscode/window.ts';
import { copied } from './clipboard.ts';
import { seriousFindings } from './looks.ts';
import { chromiumPath, hasChromium } from './runPage.ts';
import { themeKinds, type ThemeKind, themeVariables } from './themes.ts';

const editor = await vi.hoisted(async () => (await import('../support/fakeVscode.ts')).fakeVscode());
vi.mock('vscode', () => editor.api);

const words = (gold: string, predicted: string | null) => [
  { text: 'nilu', gold, predicted },
  { text: '<b>', gold: 'PUNCT', predicted: 'PUNCT' },
];

const output: CellOutput = {
  kind: 'evaluate',
  blocks: [
    {
      type: 'table',
      title: 'accuracy',
      columns: ['language', 'taskOnly', 'composed'],
      rows: [[{ text: 'mt' }, { text: '50.00 %' }, { text: '61.30 %', strong: true, note: '60.4 to 62.2' }]],
    },
    { type: 'text', tone: 'warning', lines: ['Mind the gap.'] },
    {
      type: 'labels',
      title: 'labels',
      rows: [{ label: 'NOUN', precision: 0.5, recall: 0.25, f1: 0.333, support: 12 }],
    },
    {
      type: 'confusion',
      title: 'confusion',
      gold: ['NOUN', 'VERB'],
      predicted: ['NOUN', 'VERB', ''],
      counts: [
        [9, 1, 2],
        [1, 7, 0],
      ],
    },
    {
      type: 'examples',
      title: 'gone wrong',
      examples: [
        { place: 'line 1', items: words('NOUN', 'VERB') },
        { place: 'line 2', items: words('VERB', 'NOUN') },
        { place: 'line 3', items: words('NOUN', null) },
      ],
      of: 4,
      column: 'upos',
      rest: 'all',
    },
    {
      type: 'curve',
      title: 'pruning',
      x: 'kept, %',
      metric: 'accuracy',
      points: [
        { x: 1, value: 0.4, low: 0.3, high: 0.5 },
        { x: 100, value: 0.6, low: null, high: null },
      ],
    },
    {
      type: 'map',
      title: 'sweep',
      x: 'a',
      y: 'b',
      metric: 'accuracy',
      xs: [0, 1],
      ys: [0],
      values: [[0.1, null]],
    },
    {
      type: 'places',
      title: 'a and b: cosine',
      layers: ['0', '1'],
      modules: ['q', 'up'],
      texts: [
        ['0.50', ''],
        ['-0.50', '0.00'],
      ],
      shades: [
        [0.5, 0],
        [-0.5, 0],
      ],
    },
    {
      type: 'claims',
      claims: [
        { claim: 'composed > 1', holds: false, found: '0.6 against 1' },
        { claim: 'composed > 0', holds: true, found: '0.6 against 0' },
      ],
    },
  ],
  figures: [],
  comparisons: [],
};

const done: CellOutcome = { state: 'done', output };
const empty = '<!DOCTYPE html><html lang="en"><title>Notebook</title><main id="out"></main></html>';

/** A wrong example as CoNLL-U. */
const tagged = (line: number, gold: string, wrong: string) =>
  `# line ${line}\n1\tnilu\t_\t${gold}\t_\t_\t_\t_\t_\tPredicted=${wrong}\n` +
  '2\t<b>\t_\tPUNCT\t_\t_\t_\t_\t_\t_\n\n';

/** What the editor keeps of a saved notebook's only output, for whoever draws it. */
async function savedOutput(outcome: CellOutcome): Promise<ShownOutcome> {
  const text = writeNotebook([{ language: 'sft-cell', text: 'evaluate: {}', outcome }]);
  const { cells } = await notebookSerializer.deserializeNotebook(Buffer.from(text), undefined as never);
  const items = (cells[0].outputs ?? []).flatMap((one) => one.items);
  const data = items.find(({ mime }) => mime === outcomeMime)?.data;
  return JSON.parse(Buffer.from(data ?? []).toString('utf8')) as ShownOutcome;
}

/** Draws an output as VS Code's page of notebooks does, with somebody who answers or without. Runs in the page. */
const show = (source: string, outcome: ShownOutcome, theme: ThemeKind, answers: boolean) => `(async () => {
  const variables = ${JSON.stringify(themeVariables(theme))};
  for (const [name, value] of Object.entries(variables)) document.documentElement.style.setProperty(name, value);
  document.body.style.background = variables['--vscode-editor-background'];
  const url = URL.createObjectURL(new Blob([${JSON.stringify(source)}], { type: 'text/javascript' }));
  const { activate } = await import(url);
  window.posted = [];
  const renderer = activate(${answers} ? {
    postMessage: (message) => window.posted.push(message),
    onDidReceiveMessage: (listener) => { window.receive = listener; },
  } : {});
  renderer.renderOutputItem({ id: '1', metadata: { sftOutput: 'one' }, json: () => (${JSON.stringify(outcome)}) }, document.getElementById('out'));
})()`;

const places = async (page: Page) =>
  (await page.locator('.example caption').allTextContents()).map((text) => text.trim());

interface Styles {
  getComputedStyle(element: unknown): { readonly color: string };
}

/** Red, green and blue between 0 and 1, as the page draws an element's text. */
async function colourOf(page: Page, selector: string): Promise<number[]> {
  const shown = await page
    .locator(selector)
    .evaluate((element) => (globalThis as unknown as Styles).getComputedStyle(element).color);
  const parts = (shown.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
  return shown.startsWith('rgb') ? parts.map((part) => part / 255) : parts;
}

/** By how much a colour is more green than red and blue. */
const greenness = ([red, green, blue]: readonly number[]): number => green - Math.max(red, blue);

const title = hasChromium ? 'results of a notebook' : `results of a notebook (skipped: no ${chromiumPath})`;

describe.skipIf(!hasChromium)(title, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser(chromiumPath);
  });
  afterAll(() => browser.close());

  interface OpenOptions {
    readonly theme?: ThemeKind;
    /** Whether somebody answers what the page asks. */
    readonly answers?: boolean;
  }

  async function open(
    outcome: ShownOutcome,
    { theme = 'vscode-dark', answers = true }: OpenOptions = {},
  ): Promise<Page> {
    const page = await browser.newPage();
    // The clipboard is for pages of an origin alone.
    await page.route('http://localhost/', (route) =>
      route.fulfill({ contentType: 'text/html', body: empty }),
    );
    await page.goto('http://localhost/');
    const source = readFileSync(join(import.meta.dirname, '../../dist/webview/results.js'), 'utf8');
    await page.evaluate(show(source, outcome, theme, answers));
    return page;
  }

  it.each(themeKinds)('axe finds nothing serious: %s', async (theme) => {
    const page = await open(done, { theme });
    await expect.poll(() => page.locator('strong').textContent()).toBe('61.30 % *');
    expect(await seriousFindings(page)).toEqual([]);
    await page.close();
  });

  it.each(themeKinds)('a claim that holds is green, one that fails is not: %s', async (theme) => {
    const page = await open(done, { theme });
    const holds = await colourOf(page, '.claims li:has-text("✓ holds")');
    const fails = await colourOf(page, '.claims li:has-text("✗ fails")');
    const text = await colourOf(page, '.claims li:has-text("✓ holds") .found');
    expect(greenness(holds)).toBeGreaterThan(0.05);
    expect(greenness(fails)).toBeLessThan(0.01);
    // What was found is no part of the colour's message.
    expect(greenness(text)).toBeLessThan(0.01);
    await page.close();
  });

  it('lead from a confusion to its examples, by mouse and by keyboard', async () => {
    const page = await open(done);
    await expect.poll(() => places(page)).toEqual(['line 1', 'line 2', 'line 3']);
    await page.getByRole('button', { name: 'NOUN taken for VERB: 1' }).click();
    await expect.poll(() => places(page)).toEqual(['line 1']);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await expect.poll(() => places(page)).toEqual(['line 3']);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(() => places(page)).toEqual(['line 2']);
    // Only one cell of the matrix is a stop of the Tab key.
    await expect.poll(() => page.locator('.map button[tabindex="0"]').count()).toBe(1);
    await page.getByRole('button', { name: /✕/ }).click();
    await page.getByLabel('Filter').fill('none of them');
    await expect.poll(() => places(page)).toEqual([]);
    await page.close();
  });

  it('fetch what lies in the cache, and say so where it is gone', async () => {
    const page = await open(done);
    await page.getByRole('button', { name: 'Load all' }).click();
    await expect.poll(() => page.evaluate('posted')).toEqual([{ type: 'drawn' }, { hash: 'all' }]);
    const [examples] = output.blocks.filter(({ type }) => type === 'examples');
    const whole = {
      ...examples,
      examples: [1, 2, 3, 4].map((n) => ({ place: `line ${n}`, items: words('NOUN', 'VERB') })),
    };
    await page.evaluate(`receive(${JSON.stringify({ hash: 'all', block: whole })})`);
    await expect.poll(() => places(page)).toEqual(['line 1', 'line 2', 'line 3', 'line 4']);
    await page.evaluate(`receive({ hash: 'all', block: null })`);
    await expect.poll(() => page.getByText('run the cell again').count()).toBe(1);
    await page.close();
  });

  it.each(themeKinds)('say that they were made from another text, while that is so: %s', async (theme) => {
    const page = await open(done, { theme });
    const mark = page.getByText('Made from an earlier text of this cell');
    await expect.poll(() => page.evaluate('posted')).toEqual([{ type: 'drawn' }]);
    expect(await mark.count()).toBe(0);
    const tell = (staleness: string | null) =>
      page.evaluate(
        `receive(${JSON.stringify({ type: 'stale', outputs: { other: 'text', one: staleness } })})`,
      );
    await tell('text');
    await expect.poll(() => mark.isVisible()).toBe(true);
    expect(greenness(await colourOf(page, '.claims li:has-text("✓ holds")'))).toBeLessThan(0.01);
    expect(await seriousFindings(page)).toEqual([]);
    await tell(null);
    await expect.poll(() => mark.count()).toBe(0);
    await page.close();
  });

  it('show texts of files as texts, and every state', async () => {
    const page = await open(done);
    await expect.poll(() => page.locator('td', { hasText: '<b>' }).count()).toBeGreaterThan(0);
    await expect.poll(() => page.locator('td b').count()).toBe(0);
    await page.close();
    for (const [outcome, text] of [
      [{ state: 'interrupted' }, 'interrupted'],
      [{ state: 'running' }, 'running'],
      [{ state: 'running', progress: '12 of 40 evaluations' }, 'running… 12 of 40 evaluations'],
      [{ state: 'failed', problem: { code: 'x', what: 'Broken.', advice: 'Mend it.' } }, 'Mend it.'],
    ] as const) {
      const one = await open(outcome);
      await expect.poll(() => one.locator('#out').textContent()).toContain(text);
      await one.close();
    }
  });

  it('are drawn of a saved notebook where nobody answers, and nothing is asked for that', async () => {
    const saved = await savedOutput(done);
    const page = await open(saved, { answers: false });
    await expect.poll(() => page.locator('strong').textContent()).toBe('61.30 % *');
    await expect.poll(() => places(page)).toEqual(['line 1', 'line 2', 'line 3']);
    await page.getByRole('button', { name: 'NOUN taken for VERB: 1' }).click();
    await expect.poll(() => places(page)).toEqual(['line 1']);
    await expect.poll(() => page.locator('svg').count()).toBeGreaterThan(0);
    await expect.poll(() => page.getByText('✗ fails: composed > 1').count()).toBe(1);
    expect(await page.getByText('The others are not here; run the cell again').count()).toBe(1);
    await page.close();
    // Nor before somebody wants what lies in the cache, where there is somebody to be asked.
    const answered = await open(saved);
    await expect.poll(() => places(answered)).toEqual(['line 1', 'line 2', 'line 3']);
    await expect.poll(() => answered.evaluate('posted')).toEqual([{ type: 'drawn' }]);
    await answered.close();
  });

  it('are copied as CoNLL-U, as far as they are in sight', async () => {
    const page = await open(done);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const copy = page.getByRole('button', { name: 'Copy as CoNLL-U' });
    await copy.click();
    const all = [tagged(1, 'NOUN', 'VERB'), tagged(2, 'VERB', 'NOUN'), tagged(3, 'NOUN', '')];
    await expect.poll(() => copied(page)).toBe(all.join(''));
    await page.getByRole('button', { name: 'VERB taken for NOUN: 1' }).click();
    await copy.press('Enter');
    await expect.poll(() => copied(page)).toBe(all[1]);
    await page.close();
  });
});
