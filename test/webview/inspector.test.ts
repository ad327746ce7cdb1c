import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inventSfts, type InventedSfts } from '../support/inventedSft.ts';
import { inspectorSession } from '../support/inspectorHost.ts';
import { type InspectPages, openDiffPage, openInspectPages, openSft } from './inspectPage.ts';
import { overlapsOf, seriousFindings } from './looks.ts';
import { chromiumPath, hasChromium } from './runPage.ts';
import { themeKinds } from './themes.ts';

const title = hasChromium ? 'inspector' : `inspector (skipped: there is no ${chromiumPath})`;
const recipe = 'kind: language\nname: mt\nbase: ./base\ndata: { text: mt.txt }\nselect: { density: 0.1 }\n';

describe.skipIf(!hasChromium)(title, () => {
  let pages: InspectPages;
  let made: InventedSfts;
  let folder: string;
  let language: string;
  let task: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sft-inspector-'));
    made = await inventSfts(folder, { layers: 3 });
    language = await made.write('mt', { metadata: { language: 'mt', recipe } });
    task = await made.write('pos-en', {
      seed: 2,
      labels: ['NOUN', 'VERB'],
      metadata: {
        parts: [
          { name: 'mt.sft.safetensors', coefficient: 1 },
          { name: 'lost.sft.safetensors', coefficient: -0.5 },
        ],
      },
    });
    pages = await openInspectPages();
  });
  afterAll(async () => {
    await pages.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const vocabulary = () => readFileSync(join(made.base, 'vocab.txt'), 'utf8').split('\n');
  const known = () => ({ bases: [made.base], sfts: [language, task] });

  test('an SFT shows whose it is, where its entries lie, and which tokens have moved', async () => {
    const { page, complaints, host } = await openSft(pages, task, known());
    await page.getByRole('heading', { level: 1, name: 'pos-en' }).waitFor();
    await expect
      .poll(() => page.locator('.about').innerText())
      .toMatch(/task SFT.*tagging.*base.*K .*\(.* %\).*kB/s);
    await page.getByRole('gridcell', { name: /^layer 2, feed-forward, up: \d+\.\d % \(/ }).waitFor();
    await page.getByText("Tokens of base, which has the SFT's fingerprint").waitFor();
    const table = page.getByRole('table', { name: 'Rows of the word embeddings' });
    const first = table.getByRole('row').nth(1).getByRole('cell');
    await first.nth(1).waitFor();
    const [row, token] = await first.allInnerTexts();
    expect(token).toBe(vocabulary()[Number(row)]);
    const moved = (await table.getByRole('row').allInnerTexts()).slice(1).map((text) => text.split('\n')[3]);
    expect(moved.map(Number)).toEqual(moved.map(Number).toSorted((a, b) => b - a));
    expect([await complaints(), host.failures]).toEqual([[], []]);
  });

  test('tokens are searched and sorted', async () => {
    const { page, state } = await openSft(pages, task, known());
    await page.getByRole('searchbox', { name: 'Search tokens' }).fill('##B');
    await page.getByText(/rows have entries · 5 found/).waitFor();
    const rows = page.getByRole('table', { name: 'Rows of the word embeddings' }).getByRole('row');
    await expect.poll(() => rows.count()).toBe(6);
    expect((await rows.nth(1).innerText()).split('\n')[1]).toMatch(/^##b[aeiou]$/);
    const wanted = ['##ba', '##be', '##bi', '##bo', '##bu'].map((piece) => vocabulary().indexOf(piece));
    await page.getByLabel('Sort by').selectOption('number');
    await expect
      .poll(async () => (await rows.allInnerTexts()).slice(1).map((text) => Number(text.split('\n')[0])))
      .toEqual(wanted);
    await expect.poll(state).toMatchObject({ search: '##B', order: 'line' });
    await page.getByLabel('Sort by').selectOption('token');
    await expect.poll(state).toMatchObject({ order: 'token' });
    await page.getByRole('searchbox').fill('nothing of the sort');
    await page.getByText('0 found').waitFor();
  });

  test('the map leads by keyboard from a layer to a module, its heads and their rows, and back', async () => {
    const { page } = await openSft(pages, task, known());
    await page.getByText('which has the SFT').waitFor();
    await page.getByRole('gridcell', { name: /^layer 0, query/ }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const parts = page.getByRole('table', { name: 'Parts of layer 1, query' });
    await parts.getByRole('button', { name: 'Look into head 3' }).focus();
    await expect.poll(() => parts.locator('tbody tr').count()).toBe(4);
    await page.keyboard.press('Enter');
    const rows = page.getByRole('table', { name: 'Rows of head 3' });
    await rows.getByRole('cell').first().waitFor();
    const numbers = (await rows.getByRole('row').allInnerTexts())
      .slice(1)
      .map((text) => Number(text.split('\n')[0]));
    // 32 rows, 8 a head.
    expect(numbers.length).toBeGreaterThan(0);
    expect(numbers.filter((row) => row < 24 || row > 31)).toEqual([]);
    await page.getByRole('navigation').getByRole('button', { name: 'layer 1, query' }).focus();
    await page.keyboard.press('Enter');
    await parts.waitFor();
    await page.getByRole('button', { name: 'All', exact: true }).click();
    await page.getByRole('gridcell', { name: /^layer 1, attention output/ }).click();
    await page.getByRole('button', { name: 'Look into head 0' }).click();
    await page.getByRole('table', { name: 'Columns of head 0' }).getByRole('cell').first().waitFor();
  });

  test('the focus goes where the keyboard leads, and back to where it came from', async () => {
    const { page } = await openSft(pages, task, known());
    await page.getByText('which has the SFT').waitFor();
    const focused = () =>
      page.evaluate<string>('document.activeElement.ariaLabel ?? document.activeElement.textContent.trim()');
    const cell = page.getByRole('gridcell', { name: /^layer 1, query/ });
    await cell.focus();
    await page.keyboard.press('Enter');
    await expect.poll(focused).toBe('layer 1, query');
    await page.getByRole('button', { name: 'Look into head 3' }).waitFor();
    for (let i = 0; i < 9 && (await focused()) !== 'Look into head 3'; i++) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(focused).toBe('head 3');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await expect.poll(focused).toBe('Look into head 3');
    await page.getByRole('button', { name: 'All', exact: true }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(focused).toMatch(/^layer 1, query: /);
    await page.keyboard.press('ArrowDown');
    await expect.poll(focused).toMatch(/^layer 2, query: /);
  });

  test('rows of the word-embedding table, reached by the map, have their tokens too', async () => {
    const { page } = await openSft(pages, task, known());
    await page.getByText('which has the SFT').waitFor();
    await page.getByRole('gridcell', { name: /^embeddings, embedding tables/ }).click();
    await page.getByRole('button', { name: 'Look into embeddings.word_embeddings.weight' }).click();
    const rows = page.getByRole('table', { name: /^Rows of embeddings.word/ });
    await rows.getByRole('columnheader', { name: 'token' }).waitFor();
  });

  test('values, head, recipe, lineage and metadata stand in tabs', async () => {
    const { page, host } = await openSft(pages, task, known());
    await page.getByRole('tab', { name: 'Values' }).click();
    await page.getByRole('figure', { name: 'Values' }).locator('canvas').waitFor();
    await page.getByRole('button', { name: 'Table of Values' }).click();
    await page.getByRole('table', { name: /^Values/ }).waitFor();
    await page.getByRole('tab', { name: 'Head' }).click();
    await page.getByRole('cell', { name: 'VERB' }).waitFor();
    await page.getByRole('cell', { name: 'classifier.weight' }).waitFor();
    await page.getByRole('tab', { name: 'Recipe' }).click();
    await page.getByText('does not hold the recipe').waitFor();
    await page.getByRole('tab', { name: 'Metadata' }).click();
    await page.getByRole('cell', { name: made.fingerprint }).waitFor();
    await page.getByRole('tab', { name: 'Lineage' }).click();
    await page.getByText('lost.sft.safetensors not found').waitFor();
    await page.getByRole('button', { name: 'Open mt.sft.safetensors' }).click();
    await expect.poll(() => host.others).toEqual([{ type: 'open', file: language }]);
    const other = await openSft(pages, language, known());
    await other.page.getByRole('tab', { name: 'Recipe' }).click();
    await other.page.getByText('select: { density: 0.1 }').waitFor();
    await other.page.getByRole('tab', { name: 'Lineage' }).click();
    await other.page.getByRole('button', { name: 'Open pos-en.sft.safetensors' }).waitFor();
  });

  test('in a column too narrow for its tabs, the one that is shown is in sight, and its panel stays', async () => {
    const { page } = await openSft(pages, task, { ...known(), width: 230 });
    const inSight = (role: 'tab' | 'tabpanel', name?: string) =>
      expect
        .poll(async () => {
          const box = await page.getByRole(role, name === undefined ? {} : { name }).boundingBox();
          return box !== null && box.x >= 0 && box.x + box.width <= 230;
        })
        .toBe(true);
    for (const { key, name } of [
      { key: 'End', name: 'Metadata' },
      { key: 'Home', name: 'Tokens' },
    ]) {
      await page.getByRole('tab', { selected: true }).focus();
      await page.keyboard.press(key);
      await page.getByRole('tab', { name, selected: true }).waitFor();
      await inSight('tab', name);
      await inSight('tabpanel');
    }
    await page.keyboard.press('End');
    await page.getByRole('tab', { name: 'Metadata', selected: true }).waitFor();
    await page.reload();
    await page.getByRole('tab', { name: 'Metadata', selected: true }).waitFor();
    await inSight('tab', 'Metadata');
  });

  test('buttons and menu ask for what they say; charts and tables can be saved', async () => {
    const { page, host } = await openSft(pages, task, known());
    await page.getByRole('button', { name: 'Compose' }).click();
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Evaluate' }).click();
    await page.getByRole('button', { name: 'CSV of Density: save the numbers' }).click();
    await page.getByRole('button', { name: 'PNG of Density: save a picture' }).click();
    await expect.poll(() => host.others.length).toBe(5);
    expect(host.others).toMatchObject([
      { action: 'compose' },
      { action: 'compare' },
      { action: 'evaluate' },
      { name: 'pos-en Density', format: 'csv', data: expect.stringContaining('layer,module,entries') },
      { name: 'pos-en Density', format: 'png' },
    ]);
  });

  test('the map has a table of its numbers, which is still there after a look at a part', async () => {
    const { page, complaints } = await openSft(pages, task, known());
    await page.getByRole('button', { name: 'Table of Density' }).click();
    const table = page.getByRole('table', { name: 'pos-en Density (% of the module)' });
    const cells = page.getByRole('grid').locator('[data-at]');
    const rows = table.locator('tbody tr');
    await rows.first().waitFor();
    await expect.poll(() => rows.count()).toBe(await cells.count());
    await page.getByRole('gridcell', { name: /^layer 1, query/ }).click();
    await page.getByRole('table', { name: 'Parts of layer 1, query' }).waitFor();
    await page.getByRole('navigation').getByRole('button').first().click();
    await table.waitFor();
    await page.getByRole('button', { name: 'Table of Density', pressed: true }).click();
    await table.waitFor({ state: 'detached' });
    expect(await complaints()).toEqual([]);
  });

  test('without the base model rows have numbers, and a button asks for it', async () => {
    const { page, host } = await openSft(pages, task);
    await page.getByText('The base model was not found, so rows have numbers only.').waitFor();
    const table = page.getByRole('table', { name: 'Rows of the word embeddings' });
    await table.getByRole('cell').first().waitFor();
    await expect
      .poll(() => table.getByRole('columnheader').allInnerTexts())
      .toEqual(['row', 'entries', 'L2', 'L1']);
    await page.getByRole('gridcell', { name: /^layer 0, query/ }).click();
    await page.getByText('Heads are not told apart').waitFor();
    await page.getByRole('button', { name: 'Choose base model' }).click();
    await expect.poll(() => host.others).toEqual([{ type: 'chooseBase' }]);
    await host.feed.chooseBase(folder);
    await page.getByRole('alert').getByText('config.json').waitFor();
    await host.feed.chooseBase(made.base);
    await page.getByText('Tokens of base, as chosen').waitFor();
    await page.getByRole('button', { name: 'Look into head 1' }).waitFor();
  });

  test('what the user looked at is there again after a reload', async () => {
    const { page } = await openSft(pages, task, known());
    await page.getByRole('searchbox').fill('##b');
    await page.getByRole('gridcell', { name: /^layer 1, value/ }).click();
    await page.getByRole('button', { name: 'Look into head 2' }).click();
    await page.getByRole('tab', { name: 'Metadata' }).click();
    await page.reload();
    await page.getByRole('table', { name: 'Rows of head 2' }).getByRole('cell').first().waitFor();
    await expect
      .poll(() => page.getByRole('tab', { name: 'Metadata' }).getAttribute('aria-selected'))
      .toBe('true');
    await page.getByRole('tab', { name: 'Tokens' }).click();
    await page.getByText('5 found').waitFor();
    await expect.poll(() => page.getByRole('searchbox').inputValue()).toBe('##b');
  });

  test('a file that changes is shown anew; one that goes is missed, and welcomed back', async () => {
    const file = await made.write('changing', { metadata: { language: 'before' } });
    const { page, host } = await openSft(pages, file, known());
    await page.getByText('before', { exact: true }).waitFor();
    await made.write('changing', { seed: 5, metadata: { language: 'after' } });
    await host.feed.fileChanged();
    await page.getByRole('status').getByText('The file has changed').waitFor();
    await page.getByText('after', { exact: true }).waitFor();
    renameSync(file, `${file}.old`);
    await host.feed.fileChanged();
    await page.getByRole('status').getByText('The file is gone').waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Compose' }).isDisabled()).toBe(true);
    renameSync(`${file}.old`, file);
    await host.feed.fileChanged();
    await page.getByRole('status').getByText('The file has changed').waitFor();
    expect(host.failures).toEqual([]);
  });

  test('a damaged, a newer and a missing file are said in a sentence', async () => {
    const sound = readFileSync(language);
    const damaged = join(folder, 'damaged.sft.safetensors');
    writeFileSync(damaged, sound.subarray(0, sound.length - 10));
    const newer = join(folder, 'newer.sft.safetensors');
    writeFileSync(
      newer,
      sound.toString('latin1').replace('"format_version":"1"', '"format_version":"9"'),
      'latin1',
    );
    for (const [file, sentence] of [
      [damaged, 'should lie at bytes'],
      [newer, 'format version 9'],
      [join(folder, 'nowhere'), 'nowhere'],
    ]) {
      const { page, host } = await openSft(pages, file, known());
      await page.getByRole('alert').getByText(sentence).waitFor();
      expect(host.failures).toEqual([]);
    }
  });

  test('a value that is no number spoils nothing but what is counted of it', async () => {
    const file = await made.write('nan');
    const bytes = readFileSync(file);
    // The last four bytes are a value.
    bytes.writeFloatLE(NaN, bytes.length - 4);
    writeFileSync(file, bytes);
    const { page } = await openSft(pages, file, known());
    await page.getByRole('gridcell', { name: /^layer 1, value/ }).waitFor();
    await page.getByRole('tab', { name: 'Values' }).click();
    await page.getByRole('alert').getByText('a value is not a finite number').waitFor();
  });

  test('an SFT without entries says so', async () => {
    const file = await made.write('empty', { densityOf: () => 0 });
    const { page, complaints } = await openSft(pages, file, known());
    await page.getByText('The SFT has no sparse entries.').waitFor();
    await page.getByText('The SFT has no entries in the word embeddings.').waitFor();
    await page.getByRole('tab', { name: 'Values' }).click();
    await page.getByText('There are no values').waitFor();
    expect(await complaints()).toEqual([]);
  });

  test('messages of a wrong shape change nothing', async () => {
    const { page, sendAnything, complaints } = await openSft(pages, task, known());
    await page.getByRole('heading', { level: 1 }).waitFor();
    for (const wrong of [null, 'gone', {}, { type: 'overview' }, { type: 'lines', of: null }, { type: 'x' }])
      await sendAnything(wrong);
    await page.getByRole('tab', { name: 'Head' }).click();
    await page.getByRole('cell', { name: 'NOUN' }).waitFor();
    expect(await complaints()).toEqual([]);
  });

  test('two SFTs are compared by layer and module, against chance', async () => {
    const { page, postedOf, complaints } = await openDiffPage(pages, [language, task]);
    await page.getByRole('heading', { level: 1, name: 'mt and pos-en' }).waitFor();
    await page.getByText('They share about as many entries as chance would give.').waitFor();
    await page.getByRole('button', { name: 'Only A' }).click();
    await page.getByRole('gridcell', { name: /^layer 1, key: \d+\.\d % / }).waitFor();
    await page.getByRole('button', { name: 'Cosine' }).click();
    await page.getByRole('gridcell', { name: /^layer 1, key: -?0\.\d{3} / }).waitFor();
    const { pairs } = await inspectorSession().ask('diffSfts', { files: [language, task], force: false });
    await page.getByRole('button', { name: 'Table of Cosine' }).click();
    const ofMap = page.getByRole('table', { name: 'mt pos-en Cosine' }).locator('tbody tr');
    await expect
      .poll(async () => (await ofMap.allInnerTexts()).map((row) => row.split(/\s*\t\s*/)[2]))
      .toEqual(pairs[0].table.cells.map(({ cosine }) => cosine?.toFixed(3) ?? '–'));
    await page.getByRole('button', { name: 'Table of Cosine' }).click();
    const rows = page.getByRole('region', { name: 'mt and pos-en by layer and module' }).locator('tbody tr');
    await expect.poll(() => rows.count()).toBe(pairs[0].table.cells.length);
    await page.getByRole('button', { name: 'Save CSV' }).click();
    const [{ data }] = await postedOf('save');
    expect(data.split('\r\n')).toHaveLength(pairs[0].table.cells.length + 2);
    await page.getByRole('button', { name: 'Open pos-en' }).click();
    expect(await postedOf('open')).toEqual([{ type: 'open', file: task }]);
    expect(await complaints()).toEqual([]);
  });

  test('SFTs of different base models are compared only when asked to', async () => {
    const { page, send, postedOf } = await pages.open();
    await send(
      { type: 'comparing', files: [language, task] },
      { type: 'problem', topic: null, what: 'Another base.', advice: 'Force it.', canForce: true },
    );
    await page.getByRole('button', { name: 'Compare all the same' }).click();
    expect((await postedOf('ready', 2))[1]).toEqual({ type: 'ready', base: null, force: true });
  });

  describe.each(themeKinds)('%s', (theme) => {
    test('axe finds nothing serious', async () => {
      const { page } = await openSft(pages, task, { ...known(), theme });
      await page.getByText('which has the SFT').waitFor();
      await page
        .getByRole('table', { name: 'Rows of the word embeddings' })
        .getByRole('cell')
        .first()
        .waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole('gridcell', { name: /^layer 1, value/ }).click();
      await page.getByRole('button', { name: 'Look into head 2' }).waitFor();
      for (const tab of ['Values', 'Head', 'Recipe', 'Lineage', 'Metadata']) {
        await page.getByRole('tab', { name: tab }).click();
        expect(await seriousFindings(page)).toEqual([]);
      }
      await page.getByRole('button', { name: 'Look into head 2' }).click();
      await page.getByRole('table', { name: 'Rows of head 2' }).getByRole('cell').first().waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      const diff = await openDiffPage(pages, [language, task], { theme });
      await diff.page.getByRole('heading', { level: 1 }).waitFor();
      expect(await seriousFindings(diff.page)).toEqual([]);
    });
  });

  test.each([1400, 900, 600, 400])('nothing overlaps at %i px', async (width) => {
    const apart =
      'h1, .about, .buttons, .trouble, .map-head, .heat, .heat-foot, .crumbs, .list-box, .bar-row > *, .facts > div, ' +
      'vscode-panel-tab, .measures > *, .side, .share-bar';
    const { page } = await openSft(pages, task, { ...known(), width });
    await page.getByRole('table', { name: 'Rows of the word embeddings' }).waitFor();
    await expect.poll(() => overlapsOf(page, apart)).toEqual([]);
    await page.getByRole('tab', { name: 'Values' }).click();
    await page.locator('figure canvas').waitFor();
    await expect.poll(() => overlapsOf(page, apart)).toEqual([]);
    const diff = await openDiffPage(pages, [language, task], { width });
    await diff.page.getByRole('heading', { level: 1 }).waitFor();
    await expect.poll(() => overlapsOf(diff.page, apart)).toEqual([]);
  });
});
