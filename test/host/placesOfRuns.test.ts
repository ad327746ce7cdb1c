import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { startLiveRun } from '../support/startLiveRun.ts';
import { tinyWorkspace } from '../support/tinyWorkspace.ts';
import { statusBarItem } from '../support/vscode/driver/editor.ts';
import { offeredInline } from '../support/vscode/driver/offered.ts';
import { runCommand, pick } from '../support/vscode/driver/palette.ts';
import { panelIsDone, runPanel, train } from '../support/vscode/driver/runs.ts';
import { openActivity, treeItem } from '../support/vscode/driver/tree.ts';
import { windowTest } from '../support/vscode/windowTest.ts';

windowTest(
  'runs lie where the setting says, and a workspace opened through a link knows those that its terminal started',
  async ({ open }) => {
    const workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft-places-')));
    workspace.task('pos');
    const { page, folder, home } = await open({
      extension: 'development',
      linked: true,
      files: workspace.folder,
      settings: { 'sft.runsFolder': '../kept elsewhere' },
    });
    rmSync(workspace.folder, { recursive: true });
    await openActivity(page, 'SFT');
    await train(page, /^pos/, 'pos-1');
    await panelIsDone(page);
    const elsewhere = join(dirname(folder), 'kept elsewhere');
    expect(existsSync(join(elsewhere, 'pos-1/pos.sft.safetensors'))).toBe(true);
    expect(existsSync(join(folder, 'runs'))).toBe(false);
    await treeItem(page, 'Runs', /^pos-1/).waitFor();
    await treeItem(page, 'SFTs', /^pos/).waitFor();

    // A program in the terminal sees where the link leads.
    const real = realpathSync(folder);
    expect(real).not.toBe(folder);
    startLiveRun(join(real, 'runs/live-1'), home);
    const live = treeItem(page, 'Runs', /^live-1, full/);
    await live.waitFor();
    await statusBarItem(page, /live/).waitFor();
    expect(await offeredInline(live)).toEqual(['Pause', 'Stop and Keep']);
    expect(await treeItem(page, 'Runs', /^live-1/).count()).toBe(1);
    await runCommand(page, 'SFT: Open Run', 'live');
    await pick(page, /^live-1/);
    const panel = await runPanel(page, 'live-1');
    await panel.getByRole('button', { name: 'Stop' }).click();
    await treeItem(page, 'Runs', /^live-1, stopped/).waitFor();
    expect(await treeItem(page, 'Runs', /^live-1/).count()).toBe(1);
    await panel.getByRole('button', { name: 'Resume' }).waitFor();
  },
);
