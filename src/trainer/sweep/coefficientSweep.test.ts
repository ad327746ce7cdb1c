import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refused } from '../../../test/support/files.ts';
import { inventSft } from '../../../test/support/inventSft.ts';
import { tinyWorkspace, type TinyWorkspace } from '../../../test/support/tinyWorkspace.ts';
import { compiledEngine } from '../../engine/compiled/compiledEngine.ts';
import { evenly } from '../../protocol/compose.ts';
import { loadBase } from '../base.ts';
import { type Evaluator, newEvaluator } from '../evaluator/evaluator.ts';
import { bestPoint, sweepCoefficients } from './coefficientSweep.ts';

let workspace: TinyWorkspace;
let evaluator: Evaluator;

beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft-sweep-')));
  const labels = ['ADJ', 'ADV', 'NOUN', 'PUNCT', 'VERB'];
  await inventSft(workspace.path('base'), workspace.path('pos'), { seed: 1, labels });
  await inventSft(workspace.path('base'), workspace.path('xx'), { seed: 2 });
  evaluator = newEvaluator(await loadBase(workspace.path('base')), {
    engine: compiledEngine({ threads: 1 }),
  });
});

afterAll(async () => {
  await evaluator.release();
  rmSync(workspace.folder, { recursive: true, force: true });
});

const setting = (pos: number, xx: number) => ({
  sfts: [
    { sft: workspace.path('pos'), coefficient: pos },
    { sft: workspace.path('xx'), coefficient: xx },
  ],
});

describe('a sweep over coefficients', () => {
  it('finds at each choice what evaluating that choice finds, the first axis varying slowest', async () => {
    const request = { data: workspace.path('dev.conllu') };
    const axes = [
      { target: 1, values: [-1, 2] },
      { target: 0, values: [0, 1, 1.5] },
    ];
    const told: number[] = [];
    const { points, metric, examples } = await sweepCoefficients(evaluator, setting(1, 1), axes, request, {
      tell: (_, __, done, of) => told.push(done / of),
    });
    expect(told).toEqual([1, 2, 3, 4, 5, 6].map((n) => n / 6));
    expect(examples).toBe(12);
    for (const { coefficients, value } of points) {
      const alone = await evaluator.evaluate(setting(coefficients[1], coefficients[0]), request);
      expect(value).toBe(alone.metrics[metric]);
    }
    expect(points.map(({ coefficients }) => coefficients)).toEqual([
      [-1, 0],
      [-1, 1],
      [-1, 1.5],
      [2, 0],
      [2, 1],
      [2, 1.5],
    ]);
  });

  it('can be stopped, and is refused where it would never end', async () => {
    const request = { data: workspace.path('dev.conllu') };
    const control = new AbortController();
    const stopped = sweepCoefficients(evaluator, setting(1, 1), [{ target: 1, values: [3, 4] }], request, {
      signal: control.signal,
      tell: () => control.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
    const axis = { target: 0, values: evenly(0, 1, 40) };
    await refused('sweep-too-large', () =>
      sweepCoefficients(evaluator, setting(1, 1), [axis, { ...axis, target: 1 }], request, {}),
    );
  });

  it('takes even steps, and knows that a small loss is a good one', () => {
    expect(evenly(0, 1.5, 6)).toEqual([0, 0.3, 0.6, 0.9, 1.2, 1.5]);
    const points = [3, 1, 2].map((value) => ({ coefficients: [value], value, low: value, high: value }));
    expect(bestPoint('loss', points).value).toBe(1);
    expect(bestPoint('accuracy', points).value).toBe(3);
  });
});
