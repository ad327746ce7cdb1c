import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunEnd } from '../../src/protocol/runEnd.ts';
import type { ToRunPanel } from '../../src/protocol/runPanel.ts';
import { bucketStep } from '../../src/protocol/runSeries.ts';
import { eventsOf } from '../support/inventedRun.ts';
import {
  chromiumPath,
  hasChromium,
  heading,
  live,
  openPages,
  viewMessage,
  viewOf,
  type Pages,
  type RunPage,
} from './runPage.ts';

interface Box {
  readonly scrollTop: number;
}

const run = eventsOf({ full: 200, sparse: 100, layers: 3 });
const training = [run.start, ...run.phase('full', 120)];
const sparse = [run.start, ...run.phase('full', 200), run.select, run.rewind, ...run.phase('sparse', 60)];
const done: RunEnd = { outcome: 'done', cause: null, resumable: false };

const title = hasChromium ? 'run panel' : `run panel (skipped: there is no ${chromiumPath})`;

describe.skipIf(!hasChromium)(title, () => {
  let pages: Pages;
  beforeAll(async () => {
    pages = await openPages();
  });
  afterAll(() => pages.close());

  async function opened(...messages: readonly ToRunPanel[]): Promise<RunPage> {
    const panel = await pages.open();
    await panel.postedOf('ready');
    await panel.send(...messages);
    await panel.page.getByRole('heading', { level: 1 }).waitFor();
    return panel;
  }

  test('a run under way shows where it is, how fast and until when', async () => {
    const { page, complaints } = await opened(viewMessage(training));
    await page.getByText('task SFT').waitFor();
    const stages = page.getByRole('list', { name: 'Phases of the run' }).getByRole('listitem');
    await expect.poll(() => stages.allInnerTexts()).toHaveLength(4);
    await expect.poll(() => stages.nth(0).getAttribute('aria-current')).toBe('step');
    await expect
      .poll(() => page.getByRole('progressbar', { name: 'full' }).getAttribute('aria-valuetext'))
      .toBe('step 120/200');
    const status = page.locator('.status');
    await expect
      .poll(() => status.innerText())
      .toMatch(
        /running on cpu \(plain Node 24\.21\.0\).*1,\d\d\d tokens\/s.*phase ends \d\d:\d\d.*all done ≈ \d\d:\d\d.*3\.1 GB/s,
      );
    for (const chart of [
      'Loss nats',
      'Validation accuracy %',
      'L1 nats',
      'Learning rate per step',
      'Gradient norm L2',
      'Speed tokens/s',
    ]) {
      await page.getByRole('figure', { name: chart }).locator('canvas').waitFor();
    }
    expect(await complaints()).toEqual([]);
  });

  test('buttons and menu ask for what they say', async () => {
    const panel = await opened(viewMessage(training));
    await panel.page.getByRole('button', { name: 'Pause' }).click();
    await panel.page.getByRole('button', { name: 'Stop and keep' }).click();
    await panel.send({ type: 'presence', presence: live({ status: 'paused' }), heading });
    await panel.page.locator('.status').getByText('paused: the machine is free').waitFor();
    // It is spoken, too.
    await panel.page.locator('#spoken').getByText('paused').waitFor();
    await panel.page.getByRole('button', { name: 'Resume' }).click();
    await panel.page.getByRole('button', { name: 'More actions' }).click();
    await panel.page.getByRole('menuitem', { name: 'Cancel run' }).click();
    await panel.page.getByRole('button', { name: 'Compare' }).click();
    const actions = await panel.postedOf('action', 5);
    expect(actions.map(({ action }) => action)).toEqual(['pause', 'stop', 'resume', 'cancel', 'compare']);
  });

  test.each(['pausing', 'stopping'] as const)(
    'a run that is %s after this step cannot be asked twice, and its button keeps the focus',
    async (status) => {
      const panel = await opened(viewMessage(training));
      const { page } = panel;
      const pause = page.getByRole('button', { name: 'Pause' });
      await pause.focus();
      await panel.send(viewMessage(training, live({ status })));
      await page.getByText(`${status} after this step`).first().waitFor();
      await expect.poll(() => pause.isDisabled()).toBe(true);
      await expect.poll(() => page.evaluate("document.activeElement.matches('vscode-button')")).toBe(true);
      await page.keyboard.press('Enter');
      await panel.send(viewMessage(training, live({ status: 'paused' })));
      const resume = page.getByRole('button', { name: 'Resume' });
      await expect.poll(() => resume.isDisabled()).toBe(false);
      await page.keyboard.press('Enter');
      expect((await panel.postedOf('action')).map(({ action }) => action)).toEqual(['resume']);
    },
  );

  test('a finished run of an older version shows its result without an interval', async () => {
    const events = run.whole().map((event) => {
      if (event.type !== 'done') return event;
      const { interval: _, ...older } = event;
      return older;
    });
    const { page } = await opened(viewMessage(events, { kind: 'ended', end: done }));
    const result = await page.getByRole('group', { name: 'Done' }).innerText();
    expect(result).toMatch(/94\.45 %\s*accuracy/);
  });

  test('a queued run shows its place, and can leave', async () => {
    const panel = await opened(viewMessage([], live({ status: 'queued', position: 2 })));
    await panel.page.getByText('queued: number 2 in line').waitFor();
    await panel.page.getByRole('button', { name: 'Leave the queue' }).click();
    // With what it has learnt, if it has: what is resumed waits, too.
    expect((await panel.postedOf('action'))[0].action).toBe('stop');
  });

  test('a finished run shows its result', async () => {
    const { page } = await opened(
      viewMessage(run.whole(), { kind: 'ended', end: done }, { size: 56_623_104 }),
    );
    const result = await page.getByRole('group', { name: 'Done' }).innerText();
    expect(result).toMatch(/94\.45 %.*accuracy \[93\.91 %, 95\.02 %\].*56\.6 MB/s);
    for (const name of ['Evaluate', 'Compose', 'Reveal']) await page.getByRole('button', { name }).waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Pause' }).count()).toBe(0);
  });

  test.each([
    ['asked', 'The mask was chosen early, as asked'],
    ['settled', 'The full phase ended early: its mask had settled'],
  ] as const)(
    'a run whose full phase ended early (%s) says how many steps that saved',
    async (reason, why) => {
      const shortened = {
        type: 'shortened',
        iteration: 1,
        phase: 'full',
        step: 120,
        steps: 200,
        reason,
      } as const;
      const events = run.whole().filter(({ type }) => type !== 'done');
      const at = events.indexOf(run.select);
      const all = [...events.slice(0, at), shortened, ...events.slice(at), run.done];
      const { page } = await opened(viewMessage(all, { kind: 'ended', end: done }));
      const saved = page.getByRole('group', { name: 'Done' }).getByText('80 steps saved');
      await expect.poll(() => saved.getAttribute('title')).toBe(why);
      const whole = await opened(viewMessage(run.whole(), { kind: 'ended', end: done }));
      await expect
        .poll(() => whole.page.getByRole('group', { name: 'Done' }).innerText())
        .not.toContain('saved');
    },
  );

  test('a failed run says why, what to do, and its last lines; it can be resumed if there is a checkpoint', async () => {
    const cause = { what: 'Memory ran out.', advice: 'Close something.', log: ['line 1', 'line 2'] };
    const failed: RunEnd = { outcome: 'failed', cause, resumable: true };
    const panel = await opened(viewMessage(training, { kind: 'ended', end: failed }));
    await panel.page.getByText('Failed: Memory ran out. Close something.').waitFor();
    await panel.page.getByText('line 1\nline 2').waitFor();
    await panel.page.getByRole('button', { name: 'Resume' }).click();
    await panel.postedOf('action');
    const lost: RunEnd = { outcome: 'interrupted', cause, resumable: false };
    await panel.send({ type: 'presence', presence: { kind: 'ended', end: lost }, heading });
    await panel.page.locator('.trouble').getByText('Interrupted: Memory ran out.').waitFor();
    await expect.poll(() => panel.page.getByRole('button', { name: 'Resume' }).count()).toBe(0);
    await panel.send({ type: 'presence', presence: { kind: 'gone' }, heading });
    await panel.page.locator('.trouble').getByText('The folder of this run is gone').waitFor();
    await expect.poll(() => panel.page.getByRole('button', { name: 'More actions' }).count()).toBe(0);
  });

  test('nothing to show is said in a sentence', async () => {
    const panel = await pages.open();
    await panel.send({ type: 'problem', what: 'The run cannot be read.', advice: 'Look at the log.' });
    await panel.page.getByRole('alert').getByText('The run cannot be read. Look at the log.').waitFor();
  });

  test('the table of a chart has its numbers, and CSV all digits', async () => {
    const panel = await opened(viewMessage(sparse));
    await panel.page.getByRole('button', { name: 'Table of Learning rate' }).click();
    const rows = panel.page.getByRole('region', { name: 'Learning rate' }).locator('tbody tr');
    await expect.poll(() => rows.count()).toBe(260);
    await expect
      .poll(() => rows.nth(0).locator('td').allInnerTexts())
      .toEqual(['1', 'full', '1', '1', '5.000e-5', '5.000e-5', '5.000e-5']);
    await panel.page.getByRole('button', { name: 'CSV of Loss' }).click();
    const [saved] = await panel.postedOf('save');
    expect([saved.name, saved.format]).toEqual(['pos-en Loss', 'csv']);
    const values = viewOf(sparse).series.flatMap((series) =>
      series.counts.map((n, i) => {
        const { mean, least, most } = series.values.loss;
        return ['pos-en', 1, series.phase, bucketStep(series, i), n, mean[i], least[i], most[i]].join(',');
      }),
    );
    expect(saved.data.trimEnd().split('\r\n').slice(1)).toEqual(values);
  });

  test('the map of the mask has a table, too: as CSV has it, of the moment that is shown, and kept', async () => {
    const panel = await opened(viewMessage(training));
    const { page } = panel;
    const { layout, frames } = viewOf(training).masks;
    const rowsOf = async () => {
      const table = page.getByRole('table', { name: /^pos-en Mask/ });
      return (await table.locator('tbody tr').allInnerTexts()).map((row) => row.split(/\s*\t\s*/));
    };
    const expected = ({ counts }: (typeof frames)[number]) =>
      layout.cells.map(({ row, column, total }, i) => [
        layout.rows[row],
        layout.columns[column],
        counts[i].toLocaleString('en-US'),
        total?.toLocaleString('en-US'),
        `${((100 * counts[i]) / (total ?? 1)).toFixed(1)} %`,
      ]);
    await page.getByRole('button', { name: 'Table of Mask now' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'pos-en Mask now (% chosen)' }).waitFor();
    await expect.poll(rowsOf).toEqual(expected(frames[frames.length - 1]));
    await page.getByRole('button', { name: 'CSV of Mask now' }).click();
    const [{ data }] = await panel.postedOf('save');
    const saved = data.trimEnd().split('\r\n').slice(1);
    expect(saved.map((line) => line.split(',').slice(0, 4))).toEqual(
      layout.cells.map(({ row, column, total }, i) => [
        layout.rows[row],
        layout.columns[column],
        String(frames[frames.length - 1].counts[i]),
        String(total),
      ]),
    );
    await page.getByRole('slider', { name: 'Time' }).focus();
    await page.keyboard.press('Home');
    await page.getByRole('region', { name: 'pos-en Mask then' }).waitFor();
    await expect.poll(rowsOf).toEqual(expected(frames[0]));
    expect(expected(frames[0])).not.toEqual(expected(frames[frames.length - 1]));
    await expect.poll(panel.state).toMatchObject({ mapTable: true, frame: 0 });
    await page.getByRole('button', { name: 'Table of Mask then', pressed: true }).click();
    await expect.poll(() => page.getByRole('table').count()).toBe(0);
    expect(await panel.complaints()).toEqual([]);
  });

  test('the time slider stays at its moment while nobody looks, also when the history has lost some before it', async () => {
    const whole = viewMessage(training);
    const panel = await opened(whole);
    await panel.page.getByRole('slider', { name: 'Time' }).focus();
    await panel.page.keyboard.press('Home');
    for (const key of ['ArrowRight', 'ArrowRight']) await panel.page.keyboard.press(key);
    const { frames } = viewOf(training).masks;
    const moment = [1, 0, frames[2].step];
    await expect.poll(panel.state).toMatchObject({ frame: 2, moment });
    await panel.page.reload();
    await panel.postedOf('ready');
    if (whole.type !== 'view') throw new Error('no view');
    const { masks } = whole.view;
    const thinned = { ...masks, frames: masks.frames.filter((_, i) => i !== 1) };
    await panel.send({ ...whole, view: { ...whole.view, masks: thinned } });
    await expect.poll(panel.state).toMatchObject({ frame: 1, moment });
  });

  test('a chart can be saved as a picture', async () => {
    const panel = await opened(viewMessage(training));
    await panel.page.getByRole('button', { name: 'PNG of Loss' }).click();
    await panel.page.getByRole('button', { name: 'PNG of Mask now' }).click();
    const pictures = await panel.postedOf('save', 2);
    for (const { format, data } of pictures) {
      expect(format).toBe('png');
      expect(Buffer.from(data, 'base64').subarray(1, 4).toString()).toBe('PNG');
    }
  });

  test('all series stand in one table', async () => {
    const { page } = await opened(viewMessage(sparse));
    await page.getByRole('tab', { name: 'Table' }).click();
    const table = page.getByRole('table', { name: 'All series of pos-en' });
    await table.waitFor();
    await expect.poll(() => table.locator('tbody tr').count()).toBe(260);
    await expect
      .poll(() => table.locator('thead th').allInnerTexts())
      .toEqual([
        'iteration',
        'phase',
        'step',
        'steps in row',
        'Loss (nats)',
        'L1 (nats)',
        'Learning rate (per step)',
        'Gradient norm (L2)',
        'Speed (tokens/s)',
        'Validation accuracy',
      ]);
  });

  test('recipe and log are asked for and shown', async () => {
    const panel = await opened(viewMessage(training));
    await panel.page.getByRole('tab', { name: 'Recipe' }).click();
    expect((await panel.postedOf('tab'))[0].tab).toBe('recipe');
    await panel.send({ type: 'recipe', text: 'kind: task\n# <b>not markup</b>' });
    await panel.page.getByText('# <b>not markup</b>').waitFor();
    await panel.page.getByRole('tab', { name: 'Log' }).click();
    await panel.send({ type: 'log', text: 'step 1', truncated: true });
    await panel.page.getByText('Only the end of the log is shown.').waitFor();
    const lines = Array.from({ length: 300 }, (_, i) => `step ${i + 1}`).join('\n');
    await panel.send({ type: 'log', text: lines, truncated: false });
    const log = panel.page.getByRole('region', { name: 'Log of this run' });
    await expect.poll(() => log.evaluate((box) => (box as unknown as Box).scrollTop)).toBeGreaterThan(1000);
    // While it is in sight, it grows with its run.
    const asked = (await panel.postedOf('tab')).length;
    await panel.send({ type: 'events', from: training.length, events: run.phase('full', 121).slice(-1) });
    await expect.poll(async () => (await panel.postedOf('tab')).length).toBe(asked + 1);
  });

  test('the slider shows older masks, and follows the run unless it was moved', async () => {
    const panel = await opened(viewMessage(training));
    const { page } = panel;
    const when = page.locator('.time output');
    const shareOf = () => page.getByRole('gridcell', { name: 'layer 0, query' }).getAttribute('aria-label');
    const [newest, share] = [await when.innerText(), await shareOf()];
    expect(newest).toBe('full step 120');
    await page.getByRole('slider', { name: 'Time' }).focus();
    await page.keyboard.press('Home');
    await page.getByText('full step 10', { exact: true }).waitFor();
    await expect.poll(shareOf).not.toBe(share);
    await panel.send({ type: 'events', from: training.length, events: run.phase('full', 130).slice(-13) });
    await page.getByText('step 130/200').waitFor();
    await expect.poll(() => when.innerText()).toBe('full step 10');
    await page.getByRole('button', { name: 'follow the run again' }).click();
    await page.getByText('full step 130', { exact: true }).waitFor();
  });

  test('in a sparse phase it shows how far the mask has moved', async () => {
    const { page } = await opened(viewMessage(sparse));
    await page.getByRole('figure', { name: '|p - p0| in the mask' }).waitFor();
    await page.getByText('Chosen mask').waitFor();
    await page.getByRole('slider', { name: 'Time' }).focus();
    await page.keyboard.press('Home');
    await page.getByText('Mask then').waitFor();
    await page.getByRole('figure', { name: '|p - p0| entries' }).waitFor();
  });

  test('everything can be done by keyboard', async () => {
    const panel = await opened(viewMessage(sparse));
    const { page } = panel;
    await page.getByRole('tab', { name: 'Charts' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('table', { name: 'All series' }).waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('application', { name: 'Loss.' }).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    const spoken = page.locator('#spoken');
    await expect.poll(() => spoken.innerText()).toMatch(/^full phase, step 2: train 2\.\d+ nats$/);
    // The cursors of all charts go together.
    await page
      .getByRole('figure', { name: 'Learning rate' })
      .getByText('full phase, step 2', { exact: true })
      .waitFor();
    await page.keyboard.press('End');
    await expect.poll(() => spoken.innerText()).toMatch(/^sparse phase, step 60: train/);
    await page.keyboard.press('+');
    await page.getByRole('button', { name: 'Show the whole range again' }).first().waitFor();
    await page.keyboard.press('Escape');
    await page
      .getByRole('button', { name: 'Show the whole range again' })
      .first()
      .waitFor({ state: 'detached' });
    await page.getByRole('gridcell', { name: 'embedding tables' }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    const cell = page.locator('[role=gridcell]:focus');
    const words = (await cell.getAttribute('aria-label')) ?? '';
    expect(words).toMatch(/^layer 0, key: \d+\.\d % chosen \([\d,]+ of 4,096 entries\)$/);
    await page.locator('.heat-words').getByText(words).waitFor();
    await page.getByRole('button', { name: 'More actions' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    expect((await panel.postedOf('action')).map(({ action }) => action)).toEqual(['cancel']);
    await page.getByRole('button', { name: 'More actions' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menu').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'hidden' });
  });

  test('pointing at a chart tells step and values in all of them', async () => {
    const { page } = await opened(viewMessage(sparse));
    const loss = page.getByRole('figure', { name: 'Loss' });
    const box = (await loss.locator('.u-over').boundingBox())!;
    // Half of the 300 steps: the full phase has 200.
    await page.mouse.move(box.x + box.width / 2, box.y + 20);
    const told = /^full phase, step 1(49|50|51)$/;
    for (const name of ['Loss', 'Validation accuracy', 'Learning rate']) {
      await page.getByRole('figure', { name }).getByText(told).waitFor();
    }
    await expect
      .poll(() => loss.getByRole('button', { name: /^train/ }).innerText())
      .toMatch(/0\.\d{4} nats/);
    const rate = page.getByRole('figure', { name: 'Learning rate' }).locator('.entry .value');
    await expect.poll(async () => Number(await rate.innerText())).toBeCloseTo(5e-5 / 4, 6);
  });

  test('a run of 100,000 steps is shown reduced', async () => {
    const long = eventsOf({ full: 60_000, sparse: 40_000 });
    const panel = await opened(viewMessage(long.whole(), { kind: 'ended', end: done }));
    await panel.page.getByRole('tab', { name: 'Table' }).click();
    const rows = panel.page.getByRole('table', { name: 'All series' }).locator('tbody tr');
    await rows.first().waitFor();
    await expect.poll(() => rows.count()).toBe(2000);
    expect(await panel.complaints()).toEqual([]);
  });

  test('a drag zooms all charts, a double click shows all again', async () => {
    const panel = await opened(viewMessage(sparse));
    const { page } = panel;
    const over = page.getByRole('figure', { name: 'Loss' }).locator('.u-over');
    const box = (await over.boundingBox())!;
    await page.mouse.move(box.x + 50, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + 150, box.y + 60, { steps: 5 });
    await page.mouse.up();
    await page.getByRole('button', { name: 'Show the whole range again' }).first().waitFor();
    const { zoom } = (await panel.state()) as { zoom: [number, number] };
    expect(zoom[0]).toBeGreaterThan(0);
    expect(zoom[1]).toBeLessThan(300);
    await page.getByRole('button', { name: 'Table of Speed' }).click();
    const rows = page.getByRole('region', { name: 'Speed' }).locator('tbody tr');
    await expect.poll(() => rows.count()).toBe(Math.floor(zoom[1]) - Math.ceil(zoom[0]) + 1);
    await over.dblclick();
    await page
      .getByRole('button', { name: 'Show the whole range again' })
      .first()
      .waitFor({ state: 'detached' });
    await expect.poll(() => rows.count()).toBe(260);
  });

  test('what the user chose is there again after a reload', async () => {
    const panel = await opened(viewMessage(training));
    const { page } = panel;
    await page.getByRole('button', { name: /^validation/ }).click();
    await page.getByRole('slider', { name: 'Time' }).focus();
    await page.keyboard.press('Home');
    const past = { type: 'overlay', folder: '/runs/old', name: 'old', view: viewOf(run.whole()) } as const;
    await panel.send(past);
    await page.getByRole('button', { name: 'Take old away' }).waitFor();
    await page.getByRole('tab', { name: 'Log' }).click();
    await panel.postedOf('tab');
    await page.reload();
    expect((await panel.postedOf('ready'))[0].overlays).toEqual(['/runs/old']);
    expect((await panel.postedOf('tab'))[0].tab).toBe('log');
    await panel.send(viewMessage(training), past);
    await page.getByText('full step 10', { exact: true }).waitFor();
    await expect
      .poll(() => page.getByRole('tab', { name: 'Log' }).getAttribute('aria-selected'))
      .toBe('true');
    await page.getByRole('tab', { name: 'Charts' }).click();
    const toggle = page.getByRole('button', { name: /^validation/ });
    await expect.poll(() => toggle.getAttribute('aria-pressed')).toBe('false');
    await page.getByRole('button', { name: 'Take old away' }).click();
    expect((await panel.postedOf('removeOverlay'))[0].folder).toBe('/runs/old');
    await expect.poll(panel.state).toMatchObject({ overlays: [], hidden: ['loss:validation'], frame: 0 });
  });

  test('what was kept for another run is not used', async () => {
    const panel = await opened(viewMessage(training));
    await panel.page.getByRole('tab', { name: 'Table' }).click();
    await panel.page.reload();
    await panel.send(viewMessage(training, live(), { folder: '/runs/other' }));
    await panel.page.getByRole('figure', { name: 'Loss' }).waitFor();
    await expect.poll(panel.state).toMatchObject({ folder: '/runs/other', tab: 'charts' });
  });

  test('events that do not fit lead to one question for everything', async () => {
    const panel = await opened(viewMessage(training));
    const [next, later] = [run.step('full', 121), run.step('full', 130)];
    await panel.send({ type: 'events', from: training.length, events: [next] });
    await panel.page.getByText('step 121/200').waitFor();
    await panel.send(
      { type: 'events', from: training.length + 9, events: [later] },
      { type: 'events', from: training.length + 10, events: [later] },
    );
    expect(await panel.postedOf('ready', 2)).toHaveLength(2);
    await panel.page.getByText('step 121/200').waitFor();
    await panel.send(viewMessage([run.start, ...run.phase('full', 140)]));
    await panel.page.getByText('step 140/200').waitFor();
    expect(await panel.postedOf('ready', 2)).toHaveLength(2);
  });

  test('messages of a wrong shape change nothing', async () => {
    const panel = await opened(viewMessage(training));
    for (const wrong of [
      null,
      'view',
      { type: 'view' },
      { type: 'events', from: 0, events: [1] },
      { type: 'x' },
    ]) {
      await panel.sendAnything(wrong);
    }
    await panel.send({ type: 'presence', presence: live({ status: 'paused' }), heading });
    await panel.page.locator('.status').getByText('paused: the machine is free').waitFor();
    expect(await panel.postedOf('ready')).toHaveLength(1);
    expect(await panel.complaints()).toEqual([]);
  });

  test('a way of training without a mask has no map', async () => {
    const events = [{ ...run.start, k: 0, phases: [run.start.phases[0]] }, ...run.steps('full', 10)];
    const { page } = await opened(viewMessage(events));
    await page.getByText('no mask').waitFor();
    await expect.poll(() => page.getByRole('grid').count()).toBe(0);
  });
});
