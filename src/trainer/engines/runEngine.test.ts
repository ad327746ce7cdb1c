import { describe, expect, it } from 'vitest';
import { smallConfig } from '../../../test/support/smallEncoder.ts';
import type { Precision } from '../../core/precision.ts';
import type { Engine } from '../../engine/engine.ts';
import { tokenClassification } from '../../model/heads/tokenClassification.ts';
import type { PreparedData } from '../prepare.ts';
import { engineOfRun, type EngineWish, type OpenEngine } from './runEngine.ts';
import type { TrialShape } from './trialShape.ts';

/** A machine with one engine. */
function machine(halves: Engine['halves']) {
  const shapes: (TrialShape | undefined)[] = [];
  const open: OpenEngine = async (_, { shape }) => {
    shapes.push(shape);
    return {
      name: 'cpu',
      version: '1',
      repeatable: true,
      probes: true,
      resident: false,
      halves,
      takesSharedMemory: async () => false,
      compile: async () => ({ run: async () => {}, release: async () => {} }),
    };
  };
  return { open, shapes };
}

/** What the engine of a run is chosen by. */
function prepared(precision?: Precision) {
  return {
    base: { config: smallConfig(64) },
    data: { head: tokenClassification, outputs: 5 },
    recipe: precision === undefined ? {} : { precision },
  } as unknown as PreparedData;
}

const chosen = (halves: Engine['halves'], precision?: Precision, wish: Partial<EngineWish> = {}) => {
  const { open, shapes } = machine(halves);
  return { found: engineOfRun(prepared(precision), { threads: 1, open, ...wish }), shapes };
};

describe('the engine of a run in mixed precision', () => {
  it('is measured in it', async () => {
    const { found, shapes } = chosen('native', 'mixed');
    expect((await found).notes).toEqual([]);
    expect(shapes[0]?.precision).toBe('mixed');
    const single = chosen('native');
    await single.found;
    expect(single.shapes[0]).not.toHaveProperty('precision');
  });

  it('says that it gains nothing, once, where there are no units for it', async () => {
    expect((await chosen('emulated', 'mixed').found).notes).toEqual([
      expect.stringMatching(/^The engine cpu has no units for half precision/),
    ]);
    expect((await chosen('emulated').found).notes).toEqual([]);
    expect((await chosen('emulated', 'mixed', { before: 'cpu' }).found).notes).toEqual([]);
  });

  it('is refused where it has none', async () => {
    await expect(chosen('none', 'mixed').found).rejects.toMatchObject({ code: 'engine-single' });
    await expect(chosen('none', 'mixed', { before: 'cpu' }).found).rejects.toMatchObject({
      code: 'engine-single',
    });
    await expect(chosen('none').found).resolves.toMatchObject({ notes: [] });
  });
});
