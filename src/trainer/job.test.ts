import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/files.ts';
import { tinyWorkspace } from '../../test/support/tinyWorkspace.ts';
import { compiledEngine } from '../engine/compiled/compiledEngine.ts';
import { loadRecipe } from '../recipe/load.ts';
import { memoryBestStore } from '../training/state.ts';
import { examplesOf, trainingJob } from './job.ts';
import { prepareRun, resolveWithFacts } from './prepare.ts';
import { readRecipeData } from './recipeData.ts';
import { runCosts } from './runCosts.ts';

/** 48 sentences once and 12 three times: batches of 8 are 6 and 2, so that an epoch has 12, not the 11 of 84 examples from one source. */
const sources = [
  { name: 'aa', train: 'train.conllu', validation: 'dev.conllu' },
  { name: 'bb', train: 'dev.conllu', repeat: 3 },
];

async function prepared(accumulate: number) {
  const workspace = await tinyWorkspace(temporaryFolder());
  const recipe = workspace.task('mixed', {
    data: undefined,
    sources,
    full: { epochs: 2 },
    sparse: { epochs: 3 },
    optimizer: { batchSize: 8, accumulate },
    validate: { everyEpochs: 1 },
  });
  const loaded = await loadRecipe(recipe);
  return { loaded, run: await prepareRun(loaded) };
}

test.each([
  [1, 24, 36, 12],
  [4, 6, 9, 3],
])(
  'an epoch of several sources is the batches of all, in training and in its estimate: %d to a step',
  async (accumulate, full, sparse, interval) => {
    const { loaded, run } = await prepared(accumulate);
    const engine = compiledEngine({ threads: 1 });
    const { job, predictor } = trainingJob(run, { engine, threads: 1, best: memoryBestStore() });
    await predictor.release();
    expect([job.full.steps, job.sparse.steps, job.validation?.everySteps]).toEqual([full, sparse, interval]);

    const { base } = run;
    const recipe = await resolveWithFacts(loaded, base);
    const { data } = await readRecipeData(recipe, base, {});
    expect(data.training.count).toBe(84);
    expect(data.sources).toEqual([
      { examples: 48, repeat: 1 },
      { examples: 12, repeat: 3 },
    ]);
    const machine = { flopsPerSecond: 1e9, threads: 1 };
    const { phases } = runCosts({ recipe, config: base.config, data, machine });
    expect(phases.map(({ steps, validations }) => [steps, validations])).toEqual([
      [full, 2],
      [sparse, 3],
    ]);
  },
);

test('a run that goes on keeps the lengths that it began with, one of an earlier version those that it had', async () => {
  const { run } = await prepared(1);
  expect(examplesOf(run, undefined)).toBe(96);
  expect(examplesOf(run, { examples: 96 })).toBe(96);
  expect(examplesOf(run, {})).toBe(84);
  const stream = { examples: 1000, phase: 1, index: 48, pass: 0, line: 7, skip: 3 };
  expect(examplesOf(run, { stream })).toBe(1000);
});

test('a full phase that is long enough makes several steps in one run, where the device has room', async () => {
  const workspace = await tinyWorkspace(temporaryFolder());
  const stridesOf = async (steps: number, strides: boolean, more: Record<string, unknown> = {}) => {
    const run = await prepareRun(await loadRecipe(workspace.task(`s${steps}`, { full: { steps }, ...more })));
    const options = { engine: compiledEngine({ threads: 1 }), threads: 1, best: memoryBestStore(), strides };
    const { job, predictor } = trainingJob(run, options);
    await predictor.release();
    return [job.strides, job.precision];
  };
  expect(await stridesOf(1000, true)).toEqual([8, undefined]);
  expect(await stridesOf(999, true)).toEqual([undefined, undefined]);
  expect(await stridesOf(1000, false, { precision: 'mixed' })).toEqual([undefined, 'mixed']);
});
