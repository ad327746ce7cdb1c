import { join } from 'node:path';
import { withDemo } from '../support/vscode/demo.ts';
import {
  notification,
  openNotifications,
  pressInNotification,
} from '../support/vscode/driver/notifications.ts';
import { shownStep, told, train, untilTold } from '../support/vscode/driver/runs.ts';
import { until } from '../support/vscode/until.ts';
import { windowTest } from '../support/vscode/windowTest.ts';

windowTest(
  'a window that was closed over a live run says, opened again, that it went on and how to stop it',
  async ({ open }) => {
    const window = await withDemo({ steps: 3000, batchSize: 256 }, (files) => open({ files }));
    const run = join(window.folder, 'runs/qha-1');
    const steps = () => told(run).filter(({ type }) => type === 'step').length;
    await train(window.page, /^qha/, 'qha-1');
    await until('it is under way', async () => (await shownStep(window.page)) > 3);
    const { page } = await window.reopened(async () => {
      const before = steps();
      await until('it trains on without a window', () => steps() > before + 20, 60);
    });
    const wentOn = /qha went on while the window was closed.*"Stop and Keep" ends it after this step/;
    // Its toast may have hidden already; in the centre it stays.
    await openNotifications(page);
    await notification(page, wentOn).waitFor({ timeout: 60_000 });
    await pressInNotification(page, wentOn, 'Stop and Keep');
    await untilTold(run, 'stopped');
  },
);
