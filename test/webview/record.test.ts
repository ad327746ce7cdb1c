import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resultsLatex } from '../../src/protocol/resultTables.ts';
import type { ResultRecord } from '../../src/protocol/results.ts';
import type { FromResultsPanel, ToResultsPanel } from '../../src/protocol/resultsPanel.ts';
import { copied } from './clipboard.ts';
import { seriousFindings } from './looks.ts';
import { chromiumPath, hasChromium, openViews, type ViewPages } from './runPage.ts';
import { themeKinds } from './themes.ts';

const result = (name: string, value: number): ResultRecord => ({
  date: '2026-01-03T10:00:00.000Z',
  base: { name: 'base', fingerprint: 'f' },
  sfts: [{ name: `${name}.sft.safetensors`, file: `/x/${name}`, hash: 'h', coefficient: 0.7 }],
  rule: 'sum',
  data: { file: '/data/mt-test.conllu', sha256: 's' },
  metric: 'accuracy',
  value,
  low: value - 0.01,
  high: value + 0.01,
  metrics: {},
  examples: 1000,
  of: 1000,
  units: 100,
  role: 'test',
  tuned: name === 'b',
});
const results = [result('a', 0.5), { ...result('b', 0.9), of: 5000 }, result('c', 0.7)];
const title = hasChromium ? 'the table of results' : `the table of results (skipped: no ${chromiumPath})`;

describe.skipIf(!hasChromium)(title, () => {
  let pages: ViewPages<ToResultsPanel, FromResultsPanel>;
  beforeAll(async () => {
    pages = await openViews<ToResultsPanel, FromResultsPanel>('record');
  });
  afterAll(() => pages.close());

  it.each(themeKinds)('axe finds nothing serious: %s', async (theme) => {
    const panel = await pages.open({ theme });
    await panel.postedOf('ready');
    await panel.send({ type: 'results', results });
    await panel.page.getByText('3 of 3').waitFor();
    expect(await seriousFindings(panel.page)).toEqual([]);
    expect(await panel.complaints()).toEqual([]);
  });

  it('filters, sorts, and saves what is in sight', async () => {
    const { page, send, postedOf } = await pages.open();
    await postedOf('ready');
    await send({ type: 'results', results });
    await page.getByRole('button', { name: 'value' }).click();
    const names = () => page.locator('tbody td:nth-child(2)').allTextContents();
    expect(await names()).toEqual(['0.7 b', '0.7 c', '0.7 a']);
    await page.getByRole('button', { name: 'value' }).press('Enter');
    expect(await names()).toEqual(['0.7 a', '0.7 c', '0.7 b']);
    await page.getByLabel('Filter').fill('tuned');
    expect(await names()).toEqual(['0.7 b']);
    // A sample says of how many it is.
    expect(await page.locator('tbody td').last().textContent()).toBe('1,000 of 5,000');
    await page.getByRole('button', { name: 'Save CSV' }).click();
    const [{ data, format }] = await postedOf('save');
    expect(format).toBe('csv');
    expect(data.split('\n')).toHaveLength(2);
  });

  it('copies what is in sight as LaTeX', async () => {
    const { page, send, postedOf, complaints } = await pages.open();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await postedOf('ready');
    await send({ type: 'results', results });
    await page.getByRole('button', { name: 'value' }).click();
    await page.getByLabel('Filter').fill('test');
    const copy = page.getByRole('button', { name: 'Copy LaTeX' });
    await copy.click();
    await expect.poll(() => copied(page)).toBe(resultsLatex([results[1], results[2], results[0]]));
    await page.getByLabel('Filter').fill('tuned');
    await copy.press('Enter');
    await expect.poll(() => copied(page)).toBe(resultsLatex([results[1]]));
    expect(await complaints()).toEqual([]);
  });
});
