import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { temporaryFolder } from '../../test/support/files.ts';
import { readChangedRecipe, writeChanges } from './changes.ts';
import { runPaths } from './runFolder.ts';

const recipe = 'kind: task\nselect:\n  k: 600\n';

describe("a run's recipe as it is shown", () => {
  it('is what it was started with where nothing was changed', async () => {
    const run = runPaths(temporaryFolder(), 'pos');
    expect(await readChangedRecipe(run, 1000)).toBe('');
    writeFileSync(run.recipe, recipe);
    expect(await readChangedRecipe(run, 1000)).toBe(recipe);
  });

  it('says above what was changed while it trained, as a comment', async () => {
    const run = runPaths(temporaryFolder(), 'pos');
    writeFileSync(run.recipe, recipe);
    await writeChanges(run.folder, { k: 450 });
    expect(await readChangedRecipe(run, 1000)).toBe(
      `# Changed while it trained:\n#   select.k: 450\n\n${recipe}`,
    );
    await writeChanges(run.folder, { k: 450, stopAfter: 8 });
    const shown = await readChangedRecipe(run, 1000);
    expect(shown).toContain('#   select.k: 450\n#   full.stopAfter: 8\n');
    expect(parse(shown)).toEqual(parse(recipe));
  });
});
