import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveRecipe } from '../recipe/defaults.ts';
import { parseRecipe } from '../recipe/load.ts';
import type { ResolvedRecipe } from '../recipe/types.ts';
import {
  createRun,
  isRun,
  latestRun,
  type NewRun,
  openRun,
  type OwnedRun,
  runsFolderOf,
} from './runFolder.ts';

let folder: string;
let recipeFile: string;
let open: OwnedRun[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sft-runs-'));
  recipeFile = join(folder, 'pos-en.sft.yaml');
  open = [];
});

afterEach(async () => {
  for (const run of open) await run.claim.release();
  await rm(folder, { recursive: true });
});

const facts = {
  modelType: 'bert',
  maskable: () => 1000,
  maskableByRow: () => new Map(),
  maxLength: 512,
  dropout: { hidden: 0.1, attention: 0.1, head: 0.1 },
};

function recipeFrom(text: string, file = recipeFile): ResolvedRecipe {
  return resolveRecipe(parseRecipe(text, file), facts);
}

const recipeText = 'kind: task\nbase: ./base\ndata: { train: t.conllu }\n';

async function create(options: Partial<NewRun> = {}): Promise<OwnedRun> {
  const run = await createRun({ recipe: recipeFrom(recipeText), recipeFile, ...options });
  open.push(run);
  return run;
}

describe('the folder of a new run', () => {
  it('lies beside the recipe and gets the next number', async () => {
    expect((await create()).folder).toBe(join(folder, 'runs', 'pos-en-1'));
    await mkdir(join(folder, 'runs', 'pos-en-7'));
    await mkdir(join(folder, 'runs', 'pos-en-x9'));
    await mkdir(join(folder, 'runs', 'pos-en-more-20'));
    const run = await create();
    expect(run.folder).toBe(join(folder, 'runs', 'pos-en-8'));
    expect(run.sft).toBe(join(run.folder, 'pos-en.sft.safetensors'));
  });

  it('lies in another folder of runs, or is the one named', async () => {
    const runsFolder = join(folder, 'elsewhere');
    expect((await create({ runsFolder })).folder).toBe(join(runsFolder, 'pos-en-1'));
    expect((await create({ out: join(folder, 'a', 'b') })).folder).toBe(join(folder, 'a', 'b'));
  });

  it('is one of its own for each of many that start at once', async () => {
    const runs = await Promise.all(Array.from({ length: 8 }, async () => create()));
    expect(new Set(runs.map((run) => run.folder)).size).toBe(8);
  });

  it.each([{}, { out: 'runs/mine' }])(
    'holds the recipe with every field, also after a move: %o',
    async (given) => {
      const out = given.out === undefined ? {} : { out: join(folder, given.out) };
      const run = await create(out);
      const text = await readFile(run.recipe, 'utf8');
      expect(text).toMatch(
        /^# Run (pos-en-1|mine), started 20.* from "..\/..\/pos-en.sft.yaml"\.\n# .*every field/i,
      );
      expect(recipeFrom(text, run.recipe)).toEqual(recipeFrom(recipeText));
      expect(text).not.toContain(folder);
    },
  );

  it('names absolute paths in its recipe where it lies apart from the recipe', async () => {
    const apart = await mkdtemp(join(tmpdir(), 'sft-apart-'));
    try {
      const run = await create({ out: join(apart, 'run') });
      await run.claim.release();
      expect(recipeFrom(await readFile(run.recipe, 'utf8'), run.recipe)).toEqual(recipeFrom(recipeText));
      await rename(run.folder, join(apart, 'moved'));
      const moved = join(apart, 'moved', 'recipe.yaml');
      expect(recipeFrom(await readFile(moved, 'utf8'), moved)).toEqual(recipeFrom(recipeText));
    } finally {
      await rm(apart, { recursive: true });
    }
  });

  it('may be an empty folder, but none that holds a run or anything else', async () => {
    const out = join(folder, 'out');
    await mkdir(out);
    await writeFile(join(out, '.hidden'), '');
    const run = await create({ out });
    await expect(create({ out })).rejects.toMatchObject({ code: 'run-folder-taken', place: { file: out } });
    await run.claim.release();
    await expect(create({ out })).rejects.toMatchObject({ code: 'run-folder-taken' });
    await writeFile(recipeFile, recipeText);
    await expect(create({ out: folder })).rejects.toMatchObject({
      code: 'run-folder-full',
      message: expect.stringContaining('it holds '),
    });
  });

  it('goes to one of two that want the same', async () => {
    const out = join(folder, 'out');
    const both = await Promise.allSettled([create({ out }), create({ out })]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is refused where a file is in the way, and nothing is left behind', async () => {
    await writeFile(join(folder, 'runs'), '');
    await expect(create()).rejects.toMatchObject({
      code: 'run-path-taken',
      place: { file: join(folder, 'runs') },
    });
    const out = join(folder, 'runs', 'sub');
    await expect(create({ out })).rejects.toMatchObject({ code: 'run-path-taken', place: { file: out } });
    expect(await readdir(folder)).toEqual(['runs']);
  });

  it('is removed again when the run cannot start in it', async () => {
    const broken = { recipe: { ...recipeFrom(recipeText), base: null as unknown as string } };
    await expect(create(broken)).rejects.toThrow();
    expect(await readdir(join(folder, 'runs'))).toEqual([]);
  });
});

it("the runs of a run's own recipe lie beside that run, and not in it", async () => {
  expect(runsFolderOf(join(folder, 'pos.sft.yaml'))).toBe(join(folder, 'runs'));
  const run = await create();
  expect(runsFolderOf(run.recipe)).toBe(join(folder, 'runs'));
});

it("a user's own recipe.yaml is that of no run", async () => {
  const own = join(folder, 'recipe.yaml');
  await writeFile(own, recipeText);
  expect(await isRun(folder)).toBe(false);
  expect(runsFolderOf(own)).toBe(join(folder, 'runs'));
  // Of a run, however it was edited.
  await writeFile(join(folder, 'events.jsonl'), '');
  expect(await isRun(folder)).toBe(true);
});

describe('the folder of an old run', () => {
  it('is found by the name of the recipe, newest first', async () => {
    const runs = runsFolderOf(recipeFile);
    expect(await latestRun(runs, 'pos-en')).toBeUndefined();
    await create();
    const second = await create();
    await mkdir(join(folder, 'runs', 'pos-en-10'));
    expect(await isRun(join(folder, 'runs', 'pos-en-10'))).toBe(false);
    expect(await latestRun(runs, 'pos-en')).toBe(second.folder);
    expect(await latestRun(runs, 'pos')).toBeUndefined();
  });

  it('is taken over when nobody works on it', async () => {
    const run = await create();
    await expect(openRun(run.folder, 'pos-en')).rejects.toMatchObject({ code: 'run-owned' });
    await run.claim.release();
    const again = await openRun(run.folder, 'pos-en');
    open.push(again);
    expect({ ...again, claim: null }).toEqual({ ...run, claim: null });
  });

  it('is refused where there is none', async () => {
    const none = join(folder, 'none');
    await expect(openRun(none, 'x')).rejects.toMatchObject({ code: 'run-not-a-run', place: { file: none } });
    await expect(openRun(dirname(none), 'x')).rejects.toMatchObject({ code: 'run-not-a-run' });
  });
});
