import { describe, expect, it } from 'vitest';
import { inventedRecipe } from '../../test/support/inventedRecipe.ts';
import type { ResolvedRecipe } from '../recipe/types.ts';
import { shareFullPhases } from './share.ts';

const fullPhaseOf = (name: string) => `/runs/${name}/full-phase.safetensors`;

/** A run that differs from the others in these fields. */
function run(
  name: string,
  fields: Partial<ResolvedRecipe> = {},
  select: Partial<ResolvedRecipe['select']> = {},
) {
  const recipe = inventedRecipe();
  return {
    name,
    recipe: { ...recipe, name, ...fields, select: { ...recipe.select, ...select } } as ResolvedRecipe,
  };
}

const small = { k: 10, density: 0.01 };
const large = { k: 80, density: 0.08 };

function needsOf(runs: ReturnType<typeof run>[], ...started: Parameters<typeof shareFullPhases>[2][]) {
  return shareFullPhases(runs, fullPhaseOf, ...started).map(({ name, needs }) => [name, needs]);
}

describe('runs with one full phase', () => {
  it('train it once, and the others take it', () => {
    const runs = [run('a', {}, small), run('b', {}, large), run('c', { seed: 9 }, small)];
    const [a, b, c] = shareFullPhases(runs, fullPhaseOf);
    expect(a).toMatchObject({ needs: null, recipe: { keepFullPhase: true } });
    expect(b).toMatchObject({ needs: 'a', recipe: { fullFrom: fullPhaseOf('a') } });
    expect(b.recipe.keepFullPhase).toBeUndefined();
    expect(c).toMatchObject({ needs: null });
    expect(c.recipe.keepFullPhase).toBeUndefined();
  });

  it('are told apart by whole paths, and by whatever the full phase depends on', () => {
    const of = (text: string) =>
      run(text, { data: { text: [text], validation: [], validationShare: 0 } }, small);
    expect(needsOf([of('/mt/train.txt'), of('/fi/train.txt')]).map(([, needs]) => needs)).toEqual([
      null,
      null,
    ]);
    const rate = inventedRecipe().optimizer;
    expect(
      needsOf([run('a', {}, small), run('b', { optimizer: { ...rate, learningRate: 1 } }, large)])[1],
    ).toEqual(['b', null]);
  });

  it.each([
    ['choose at random', {}, { by: 'random' as const }],
    ['choose more than is kept', {}, { k: 500, density: 0.5 }],
    ['choose within layers', {}, { within: ['1'] }],
    ['have a budget of layers', {}, { budget: { emb: '10%' } }],
    ['have several iterations', {}, { iterations: 2 }],
    ['have no mask', { method: 'full' as const }, {}],
    ['do not want it kept', { keepFullPhase: false }, {}],
    ['take one already', { fullFrom: '/x' }, {}],
  ])('train their own where they %s', (_, fields, select) => {
    expect(needsOf([run('a', {}, small), run('b', fields, { ...large, ...select })])[1]).toEqual(['b', null]);
  });

  it('stay what they are once they have been started, and new ones find the one that is kept', () => {
    const runs = [run('new', {}, small), run('old', {}, large), run('fork', {}, { k: 5, density: 0.005 })];
    const started = new Map([
      ['old', { needs: null, keeps: true }],
      ['fork', { needs: 'old', keeps: false }],
    ]);
    expect(needsOf(runs, started)).toEqual([
      ['new', 'old'],
      ['old', null],
      ['fork', 'old'],
    ]);
    // One that has kept nothing is no help.
    expect(needsOf(runs.slice(0, 2), new Map([['old', { needs: null, keeps: false }]]))).toEqual([
      ['new', null],
      ['old', null],
    ]);
  });
});
