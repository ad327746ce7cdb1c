import { cpSync, existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openFile } from '../support/vscode/driver/editor.ts';
import { notification, pressInNotification } from '../support/vscode/driver/notifications.ts';
import { paletteCommands, pick, quickPickItem, runCommand } from '../support/vscode/driver/palette.ts';
import { lens, openProblems, pressLens, problem } from '../support/vscode/driver/problems.ts';
import { panelIsDone, runPanel, shownStep, told } from '../support/vscode/driver/runs.ts';
import { openActivity, treeItem } from '../support/vscode/driver/tree.ts';
import { webview } from '../support/vscode/driver/webview.ts';
import { tinyRecipe, withDemo } from '../support/vscode/demo.ts';
import { complaints } from '../support/vscode/extensionHost.ts';
import { makeReadOnly } from '../support/vscode/readOnly.ts';
import { until } from '../support/vscode/until.ts';
import { openInstead, reload } from '../support/vscode/window.ts';
import { windowTest } from '../support/vscode/windowTest.ts';

const pointer = `version https://git-lfs.github.com/spec/v1
oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
size 12345
`;

windowTest(
  'bad input of every sort gets a sentence, nothing is lost, and the extension host has nothing to complain of',
  async ({ open, annotate }) => {
    const files = {
      'nonsense.sft.yaml': 'kind: language\n\u0001\u0002 }{ [[[ : : %\n - a: b: c\n',
      'lfs.sft.yaml': tinyRecipe('lfs', { base: 'lfs' }),
      'lfs/model.safetensors': pointer,
      'pointer.sft.safetensors': pointer,
      'long.sft.yaml': tinyRecipe('long', { steps: 3000 }),
      'second #2/small.sft.yaml': tinyRecipe('small', { demo: '..' }),
      'all.code-workspace': JSON.stringify({ folders: [{ path: '.' }, { path: 'second #2' }] }),
    };
    const demo = { steps: 10, batchSize: 8, trained: ['qha'], files };
    const window = await withDemo(demo, (folder) => {
      for (const name of ['config.json', 'tokenizer_config.json', 'vocab.txt'])
        cpSync(join(folder, 'base', name), join(folder, 'lfs', name));
      unfinished(folder, 'half-1');
      unfinished(folder, 'far-1');
      return open({ files: folder });
    });
    const { page, folder, server } = window;
    const panel = webview(page);
    const trouble = panel.locator('.trouble');

    // A run that another computer works on, by its owner file.
    const owner = join(folder, 'runs/far-1/owner-1.json');
    const who = { host: 'elsewhere', namespace: null, pid: 4711, started: null, token: 'far' };
    writeFileSync(owner, JSON.stringify(who));
    utimesSync(owner, new Date(), new Date());
    await openActivity(page, 'SFT');
    await treeItem(page, 'Runs', /^far-1, on elsewhere/).click();
    await runPanel(page, 'far-1');
    await trouble.filter({ hasText: 'cannot be reached from here works on this run' }).waitFor();
    await expect.poll(() => panel.getByRole('button', { name: 'Resume' }).count()).toBe(0);

    // A record whose last line is half-written: the run is shown, and goes on without losing a step.
    await treeItem(page, 'Runs', /^half-1, interrupted/).click();
    await runPanel(page, 'half-1');
    await trouble.filter({ hasText: 'Its process is gone without a word' }).waitFor();
    await panel.getByRole('button', { name: 'Resume' }).click();
    await panelIsDone(page);
    expect(told(join(folder, 'runs/half-1')).filter(({ type }) => type === 'step')).toHaveLength(20);

    // Nonsense for a recipe.
    await openFile(page, 'nonsense.sft.yaml');
    await lens(page, '\\d problems').waitFor();
    await openProblems(page);
    await problem(page, /not valid YAML: .*\[Ln 2, /)
      .first()
      .waitFor();
    await pressLens(page, 'Train');
    await notification(page, /nonsense\.sft\.yaml:2: This is not valid YAML/).waitFor();

    // A pointer of Git LFS for an SFT and for the weights of a base model.
    await treeItem(
      page,
      'SFTs',
      /^pointer\.sft\.safetensors cannot be read: This is a Git LFS pointer/,
    ).waitFor();
    await trainOpened('lfs');
    await trouble
      .filter({ hasText: /model\.safetensors: This is a Git LFS pointer.*git lfs pull/ })
      .waitFor();

    // A run whose folder is deleted while it trains.
    await trainOpened('long');
    await until('the run is under way', async () => (await shownStep(page)) > 0);
    rmSync(join(folder, 'runs/long-1'), { recursive: true });
    await trouble.filter({ hasText: 'The folder of this run is gone' }).waitFor({ timeout: 60_000 });

    // No folder open at all.
    await openInstead(window, folder, 'nothing');
    expect(await paletteCommands(page, 'SFT: New Recipe')).not.toContain('SFT: New Recipe');
    await runCommand(page, 'SFT: Train');
    await pressInNotification(page, 'There is no recipe (NAME.sft.yaml) in this workspace yet', 'New Recipe');
    await notification(page, 'A recipe lies beside its data: open a folder first').waitFor();
    await runCommand(page, 'SFT: Evaluate SFT on File');
    await notification(page, 'There is no SFT yet: train a recipe, or import an SFT file').waitFor();
    // The editor shows no more than three messages within 800 ms by themselves; the others are only in its list.
    await runCommand(page, 'Notifications: Show Notifications');
    await runCommand(page, 'SFT: Open Run');
    await notification(page, 'There is no run for this').waitFor();

    // Several folders, one in the other: everything is offered once, and a run lies beside its recipe.
    await openInstead(window, folder, { workspaceFile: 'all.code-workspace' });
    // The editor sometimes takes such a file for one without folders, until it is read again.
    await until(
      'the workspace has its folders',
      async () => {
        await openActivity(page, 'Explorer');
        const found = await page
          .getByRole('treeitem', { name: 'second #2' })
          .first()
          .waitFor({ timeout: 8000 })
          .then(
            () => true,
            () => false,
          );
        if (!found) await reload(window);
        return found;
      },
      90,
    );
    await openActivity(page, 'SFT');
    await runCommand(page, 'SFT: Train', 'small.sft.yaml');
    const small = quickPickItem(page, 'small.sft.yaml');
    await small.first().waitFor();
    await expect.poll(() => small.count()).toBe(1);
    await small.click();
    await runPanel(page, 'small-1');
    await panelIsDone(page);
    const sft = join(folder, 'second #2/runs/small-1/small.sft.safetensors');
    expect(existsSync(sft)).toBe(true);
    await treeItem(page, 'SFTs', /^small, language SFT/).waitFor();
    await expect.poll(() => treeItem(page, 'SFTs', /^small, language SFT/).count()).toBe(1);

    // A workspace that cannot be written to.
    const undo = makeReadOnly(folder);
    if (undo === undefined)
      await annotate('A read-only workspace was left out: nothing can be mounted here.');
    else {
      try {
        await runCommand(page, 'SFT: Train', 'small.sft.yaml');
        await pick(page, 'small.sft.yaml');
        await notification(page, /small-2: The file cannot be written: .*read-only.*/).waitFor();
      } finally {
        undo();
      }
      expect(existsSync(sft)).toBe(true);
      expect(existsSync(join(folder, 'second #2/runs/small-2'))).toBe(false);
    }

    expect(complaints(server)).toEqual([]);

    async function trainOpened(name: string): Promise<void> {
      await openFile(page, `${name}.sft.yaml`);
      await runCommand(page, 'SFT: Train');
      await runPanel(page, `${name}-1`);
    }
  },
  420_000,
);

/** A copy of the demo's finished run as it was in its sparse phase, when something ended it in the middle of a line. */
function unfinished(folder: string, name: string): void {
  const run = join(folder, 'runs', name);
  cpSync(join(folder, 'runs/qha-1'), run, { recursive: true });
  rmSync(join(run, 'qha.sft.safetensors'));
  const events = join(run, 'events.jsonl');
  const lines = readFileSync(events, 'utf8').split('\n');
  const steps = lines.flatMap((line, at) => (line.includes('"phase":"sparse"') ? [at] : []));
  writeFileSync(events, `${lines.slice(0, steps[5]).join('\n')}\n{"type":"step","pha`);
}
