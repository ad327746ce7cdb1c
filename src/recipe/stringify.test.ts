import { resolve } from 'node:path';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { resolveRecipe } from './defaults.ts';
import { parseRecipe } from './load.ts';
import { stringifyRecipe } from './stringify.ts';
import type { RecipeFacts, ResolvedRecipe } from './types.ts';

const facts: RecipeFacts = {
  modelType: 'bert',
  maskable: () => 1000,
  maskableByRow: () => new Map(),
  maxLength: 512,
  dropout: { hidden: 0.1, attention: 0.1, head: 0.1 },
};

function resolved(text: string, file = '/work/recipes/r.sft.yaml'): ResolvedRecipe {
  return resolveRecipe(parseRecipe(text, file), facts);
}

const name = fc.stringMatching(/^[A-Za-z0-9_]{1,8}$/);
const path = fc.oneof(
  name,
  fc.constantFrom('./a b.txt', '../x: y.txt', 'no', '1.5', '#1', '- a', "it's", '{a}', 'é.txt', 'f@2'),
);
const steps = fc.integer({ min: 1, max: 1e6 });
const rate = fc.double({ min: 1e-9, max: 0.5, noNaN: true });
const files = fc.oneof(path, fc.array(path, { minLength: 1, maxLength: 12 }));
const some = { requiredKeys: [] };
const phase = fc.oneof(
  fc.record({ steps, l1: rate }, some),
  fc.record({ epochs: fc.integer({ min: 1, max: 9 }), maxSteps: steps, l1: rate }, some),
);
const common = {
  name,
  language: fc.constantFrom('no', 'mt', 'pt-BR'),
  preset: fc.constant('quick'),
  apply: fc.array(
    fc.oneof(path, fc.record({ sft: path, coefficient: fc.double({ min: -2, max: 2, noNaN: true }) })),
  ),
  method: fc.constantFrom('ltsft', 'full'),
  select: fc.oneof(
    fc.record({ k: fc.integer({ min: 1, max: 1000 }) }),
    fc.record({
      density: fc.double({ min: 0.01, max: 1, noNaN: true }),
      by: fc.constantFrom('random', 'lottery'),
    }),
  ),
  full: phase,
  sparse: phase,
  optimizer: fc.record(
    { learningRate: rate, batchSize: steps.map((n) => Math.min(n, 99)), maxGradNorm: rate },
    some,
  ),
  dropout: fc.oneof(rate, fc.record({ hidden: rate, head: rate }, some)),
  precision: fc.constantFrom('single', 'mixed'),
  freeze: fc.subarray(['layerNorm', 'embeddings']),
  l1OnSparseOnly: fc.boolean(),
  report: fc.record({ everySteps: steps }, some),
  checkpoint: fc.record({ everySteps: steps, everyMinutes: rate }, some),
  seed: fc.nat(),
};
const validate = fc.oneof(
  fc.record({ everySteps: steps, keepBest: fc.boolean(), sample: steps }, some),
  fc.record({ everyEpochs: rate }, some),
);
const task = fc.record(
  {
    kind: fc.constant('task'),
    base: path,
    data: fc.record({ train: files, validation: files }),
    ...common,
    validate,
    maxLength: fc.integer({ min: 8, max: 512 }),
    task: fc.record(
      { type: fc.constant('tagging'), labels: fc.uniqueArray(path, { minLength: 1 }) },
      { requiredKeys: ['type'] },
    ),
  },
  { requiredKeys: ['kind', 'base', 'data'] },
);
const mixed = fc.record(
  {
    kind: fc.constant('task'),
    base: path,
    sources: fc.array(
      fc.record(
        {
          train: files,
          validation: files,
          apply: common.apply,
          language: fc.constantFrom('mt', 'pt-BR'),
          repeat: fc.integer({ min: 1, max: 9 }),
        },
        { requiredKeys: ['train'] },
      ),
      { minLength: 1, maxLength: 3 },
    ),
    ...common,
    task: fc.constantFrom({ type: 'parsing', decoding: 'greedy' }, { type: 'questionAnswering', stride: 9 }),
  },
  { requiredKeys: ['kind', 'base', 'sources'] },
);
/** Names that differ; heads are the recipe's alone. */
const named = mixed.map(({ sources, ...rest }) => ({
  ...rest,
  sources: sources.map((source, i) => ({ ...source, name: `s${i}` })),
}));
const language = fc.record(
  {
    kind: fc.constant('language'),
    base: path,
    data: fc.oneof(
      fc.record({ text: files, validation: files }),
      fc.record({ text: files, validationShare: rate }),
    ),
    ...common,
    validate,
    mlm: fc.record({ probability: rate, lines: fc.boolean(), untie: fc.boolean() }, some),
  },
  { requiredKeys: ['kind', 'base', 'data'] },
);

it('gives a recipe that is read and resolved to the same, wherever it stands', () => {
  fc.assert(
    fc.property(fc.oneof(task, named, language), (written) => {
      const recipe = resolved(stringify(written));
      expect(resolved(stringifyRecipe(recipe), '/elsewhere/recipe.yaml')).toEqual(recipe);
      const style = { from: '/work/recipes/runs/r-1', within: '/work' };
      expect(resolved(stringifyRecipe(recipe, style), '/work/recipes/runs/r-1/recipe.yaml')).toEqual(recipe);
    }),
    { numRuns: 100 },
  );
});

it('writes paths inside the moved folder relative, others absolute', () => {
  const recipe = resolved('kind: task\nbase: /models/base\ndata: { train: a.conllu }\n');
  const text = stringifyRecipe(recipe, { from: '/work/recipes/runs/r-1', within: '/work/recipes' });
  expect(text).toContain(`base: ${resolve('/models/base')}\n`);
  expect(text).toContain('train: [ ../../a.conllu ]');
});
