import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { openFile } from '../support/vscode/driver/editor.ts';
import { notification, openNotifications } from '../support/vscode/driver/notifications.ts';
import { pick, runCommand } from '../support/vscode/driver/palette.ts';
import { runPanel, shownStep, told, train, untilTold } from '../support/vscode/driver/runs.ts';
import { openActivity, treeItem } from '../support/vscode/driver/tree.ts';
import { webview } from '../support/vscode/driver/webview.ts';
import { tinyRecipe, withDemo } from '../support/vscode/demo.ts';
import { until } from '../support/vscode/until.ts';
import { windowTest } from '../support/vscode/windowTest.ts';

const STEPS = 20;

windowTest(
  'two windows watch one run and one of them tells of its end; Train pressed in both at once makes two whole runs',
  async ({ open }) => {
    // Enough steps that a run can be paused before it is done.
    const demo = {
      steps: 100,
      batchSize: 24,
      files: { 'both.sft.yaml': tinyRecipe('both', { steps: STEPS }) },
    };
    const first = await withDemo(demo, (files) => open({ files }));
    const second = await first.another();
    const pages = [first.page, second.page] as const;
    const run = (name: string) => join(first.folder, 'runs', name);
    const inBoth = <T>(work: (page: Page) => Promise<T>) => Promise.all([work(pages[0]), work(pages[1])]);
    await inBoth((page) => openActivity(page, 'SFT'));

    // Both show it while it trains, whoever started it, and can steer it; its end comes when neither shows it.
    for (const [name, starts, joins] of [
      ['qha', ...pages],
      ['qna', second.page, first.page],
    ] as const) {
      const panel = await train(starts, new RegExp(`^${name}`), `${name}-1`);
      await panel.getByRole('button', { name: 'Pause' }).click();
      await panel.locator('.state-paused').waitFor();
      await runCommand(joins, 'SFT: Open Run');
      await pick(joins, new RegExp(`^${name}-1`));
      await runPanel(joins, `${name}-1`);
      await webview(joins).locator('.state-paused').waitFor();
      expect(await shownStep(joins)).toBe(await shownStep(starts));
      await inBoth((page) => openFile(page, 'README.md'));
      await runCommand(joins, 'SFT: Resume');
      await pick(joins, new RegExp(`^${name}-1`));
      await untilTold(run(`${name}-1`), 'done');
      await inBoth((page) =>
        treeItem(page, 'SFTs', new RegExp(`^${name}, language SFT, 10\\.0 %`)).waitFor(),
      );
    }

    // The same recipe from both at the same moment.
    await inBoth((page) => runCommand(page, 'SFT: Train', 'both'));
    await inBoth((page) => pick(page, /^both/));
    const names = await inBoth(async (page) => {
      const tab = page.locator('.part.editor .tab.active').filter({ hasText: /both-\d/ });
      await tab.waitFor({ timeout: 60_000 });
      return /both-\d/.exec(await tab.innerText())?.[0];
    });
    expect(new Set(names)).toEqual(new Set(['both-1', 'both-2']));
    for (const name of ['both-1', 'both-2']) {
      await untilTold(run(name), 'done');
      const steps = told(run(name)).flatMap(({ type, phase, step }) =>
        type === 'step' ? [`${phase} ${step}`] : [],
      );
      const whole = ['full', 'sparse'].flatMap((phase) =>
        Array.from({ length: STEPS }, (_, n) => `${phase} ${n + 1}`),
      );
      expect(steps).toEqual(whole);
    }
    await inBoth((page) =>
      until('both SFTs are listed', async () => {
        const listed = treeItem(page, 'SFTs', /^both, language SFT/);
        return (await listed.count()) === 2;
      }),
    );

    // By now whoever wanted to tell of the first runs has done so.
    await inBoth(openNotifications);
    for (const name of ['qha', 'qna']) {
      const said = await inBoth((page) => notification(page, new RegExp(`${name} (is|was) trained`)).count());
      expect(said[0] + said[1], `${name} is told of once`).toBe(1);
    }
    await second.closePage();
  },
  300_000,
);
