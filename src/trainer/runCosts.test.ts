import { describe, expect, it } from 'vitest';
import { shapeConfig, type ShapeName } from '../../bench/support/shapes.ts';
import { maskedLanguageModelling } from '../model/heads/maskedLanguageModelling.ts';
import { tokenClassification } from '../model/heads/tokenClassification.ts';
import type { ResolvedRecipe } from '../recipe/types.ts';
import { runCosts, type CostedRun } from './runCosts.ts';

const K: Record<ShapeName, number> = { mBERT: 14_155_776, BASE: 8_500_000, MiniLM: 1_805_230 };

interface Setting {
  readonly shape: ShapeName;
  readonly task: 'mlm' | 'tagging';
  readonly l1?: number;
  readonly steps?: number;
  readonly recipe?: Partial<ResolvedRecipe>;
}

/** The runs of bench/RESULTS.md: 8 sentences of about 27 word pieces, or 4 blocks of 256. */
function run({ shape, task, l1 = 0.1, steps = 8, recipe = {} }: Setting): CostedRun {
  const phase = { steps, epochs: null, minSteps: null, maxSteps: null, l1 };
  const common = {
    method: 'ltsft',
    select: { k: K[shape], density: 0, by: 'lottery', iterations: 1 },
    full: phase,
    sparse: phase,
    optimizer: { batchSize: task === 'mlm' ? 4 : 8, accumulate: 1, weightDecay: 0 },
    checkpoint: { everySteps: null, everyMinutes: 10 },
    validate: null,
  };
  const own =
    task === 'mlm'
      ? {
          kind: 'language',
          freeze: ['layerNorm', 'decoder'],
          mlm: { probability: 0.15, blockSize: 256, lines: false, untie: true },
        }
      : { kind: 'task', freeze: ['layerNorm'] };
  const config = shapeConfig(shape);
  // As lengths of real sentences are spread.
  const sentences = [4, 7, 10, 13, 16, 19, 22, 25, 28, 31, 35, 40, 48, 60, 80].map((length) => length - 1);
  const lengths = task === 'mlm' ? [256, 256, 256, 256] : sentences;
  return {
    recipe: { ...common, ...own, ...recipe } as unknown as ResolvedRecipe,
    config,
    data: {
      head: task === 'mlm' ? maskedLanguageModelling(true) : tokenClassification,
      outputs: task === 'mlm' ? config.vocabSize : 17,
      training: { lengths, count: 1500 },
      validation: { lengths: [], count: 0 },
      reads: task === 'mlm' ? 0.15 : 0.85,
      distinct: 4000,
      bytes: 25e6,
    },
    machine: { flopsPerSecond: 145e9, threads: 2 },
  };
}

/** Seconds and gigabytes, measured. */
const measured: readonly [ShapeName, 'mlm' | 'tagging', number, [number, number], [number, number]][] = [
  ['MiniLM', 'tagging', 0.1, [0.2, 0.66], [0.16, 0.53]],
  ['MiniLM', 'mlm', 0.1, [0.76, 0.88], [0.75, 0.79]],
  ['mBERT', 'tagging', 0.1, [1.03, 3.19], [0.95, 1.98]],
  ['mBERT', 'tagging', 0, [1.03, 3.21], [0.9, 2.12]],
  ['mBERT', 'mlm', 0.1, [5, 3.59], [4.89, 2.77]],
];

function plan(recipe: Partial<ResolvedRecipe>): string[] {
  return runCosts(run({ shape: 'MiniLM', task: 'tagging', recipe })).phases.map(
    ({ iteration, phase, steps }) => `${iteration} ${phase} ${steps}`,
  );
}

function memory(steps: number): number {
  return runCosts(run({ shape: 'mBERT', task: 'mlm', steps })).peak;
}

describe('what a run costs', () => {
  it.each(measured)('a step of %s, %s, L1 %d, as it was measured', (shape, task, l1, full, sparse) => {
    const { phases } = runCosts(run({ shape, task, l1 }));
    for (const [i, [seconds, gigabytes]] of [full, sparse].entries()) {
      const { secondsPerStep, memory, phase } = phases[i];
      expect(secondsPerStep / seconds, `${phase} time`).toBeGreaterThan(0.6);
      expect(secondsPerStep / seconds, `${phase} time`).toBeLessThan(1.6);
      expect(memory / 1e9 / gigabytes, `${phase} memory`).toBeGreaterThan(0.75);
      expect(memory / 1e9 / gigabytes, `${phase} memory`).toBeLessThan(1.25);
    }
  });

  it('the SFT of the usual size has the bytes that it had', () => {
    const { disk } = runCosts(run({ shape: 'mBERT', task: 'tagging' }));
    expect(disk.sft / 113e6).toBeCloseTo(1, 1);
  });

  it('every phase of every iteration, a random mask without a full one, the baselines one', () => {
    const select = { k: 1000, density: 0, by: 'lottery' as const, iterations: 2 };
    expect(plan({ select })).toEqual(['1 full 8', '1 sparse 8', '2 full 8', '2 sparse 8']);
    expect(plan({ select: { ...select, by: 'random' } })).toEqual(['1 sparse 8', '2 sparse 8']);
    expect(plan({ method: 'full' })).toEqual(['1 full 8']);
    expect(plan({ method: 'head' })).toEqual(['1 full 8']);
  });

  it('more work costs more: steps, K, validation, a head alone less', () => {
    const seconds = (recipe: Partial<ResolvedRecipe>, steps = 100) =>
      runCosts(run({ shape: 'MiniLM', task: 'tagging', steps, recipe })).seconds;
    expect(seconds({}, 200)).toBeGreaterThan(1.8 * seconds({}, 100));
    expect(seconds({ method: 'full' })).toBeLessThan(seconds({}));
    expect(seconds({ method: 'head' })).toBeLessThan(0.5 * seconds({ method: 'full' }));
    const base = run({ shape: 'MiniLM', task: 'tagging', steps: 100 });
    const validate = {
      everySteps: 10,
      everyEpochs: null,
      metric: 'accuracy',
      keepBest: true,
      sample: null,
    } as const;
    const validated = runCosts({
      ...base,
      recipe: { ...base.recipe, validate },
      data: { ...base.data, validation: { lengths: [20, 30], count: 500 } },
    });
    expect(validated.phases.map(({ validations }) => validations)).toEqual([10, 10]);
    expect(validated.seconds).toBeGreaterThan(1.2 * runCosts(base).seconds);
    expect(validated.disk.best).toBeGreaterThan(0);
  });

  it('long training of a language touches the whole vocabulary', () => {
    expect(memory(20_000) - memory(10)).toBeGreaterThan(0.8 * 16 * 119_547 * 768);
  });
});
