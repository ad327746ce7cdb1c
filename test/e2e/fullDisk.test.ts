import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { mountSmallDisk, type SmallDisk } from '../support/smallDisk.ts';
import { tinyWorkspace } from '../support/tinyWorkspace.ts';
import { notification } from '../support/vscode/driver/notifications.ts';
import { pick, runCommand } from '../support/vscode/driver/palette.ts';
import { panelIsDone, told, train } from '../support/vscode/driver/runs.ts';
import { openActivity, treeItem } from '../support/vscode/driver/tree.ts';
import { webview } from '../support/vscode/driver/webview.ts';
import { until } from '../support/vscode/until.ts';
import { windowTest } from '../support/vscode/windowTest.ts';

windowTest(
  'a disk that gets full ends a run with a sentence, a new one is refused with it, and with room again both go on',
  async ({ open, skip }) => {
    const workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft-full-')));
    // Long enough to be disturbed; a checkpoint every three steps wants room again and again.
    workspace.task('long', { full: { steps: 4000 }, sparse: { steps: 10 } });
    workspace.task('other');
    const { page, folder } = await open({ files: workspace.folder });
    rmSync(workspace.folder, { recursive: true });
    const runs = join(folder, 'runs');
    mkdirSync(runs);
    const disk = mounted(runs);
    if (disk === undefined) {
      skip('nothing can be mounted here');
      return;
    }
    try {
      await openActivity(page, 'SFT');
      await train(page, /^long/, 'long-1');
      const run = join(runs, 'long-1');
      const checkpoints = () => told(run).filter(({ type }) => type === 'checkpoint').length;
      await until('two checkpoints', () => checkpoints() >= 2);
      disk.fill();
      const panel = webview(page);
      await panel.locator('.trouble').filter({ hasText: 'the disk is full' }).waitFor({ timeout: 60_000 });
      await treeItem(page, 'Runs', /^long-1, failed/).waitFor();

      disk.fill(); // What the run kept in reserve for its last words is free now.
      await runCommand(page, 'SFT: Train', 'Which recipe');
      await pick(page, /^other/);
      await notification(page, 'the disk is full').waitFor();
      expect(existsSync(join(runs, 'other-1/events.jsonl'))).toBe(false);
      rmSync(disk.filler);

      const before = told(run).filter(({ type }) => type === 'step').length;
      await panel.getByRole('button', { name: 'Resume' }).click();
      await until(
        'it goes on',
        () => told(run).filter(({ type }) => type === 'step').length > before + 3 && checkpoints() > 2,
      );
      await panel.getByRole('button', { name: 'Stop' }).click();
      await treeItem(page, 'Runs', /^long-1, stopped/).waitFor();
      const steps = told(run).flatMap(({ type, step }) => (type === 'step' ? [step] : []));
      expect(steps).toEqual(steps.map((_, i) => i + 1));
      await train(page, /^other/, 'other-1');
      await panelIsDone(page);
    } finally {
      execFileSync('umount', ['--lazy', runs]);
    }
  },
);

/** A disk of 8 MB at a folder; undefined where this machine does not let us mount. */
function mounted(folder: string): SmallDisk | undefined {
  try {
    return mountSmallDisk(folder);
  } catch {
    return undefined;
  }
}
