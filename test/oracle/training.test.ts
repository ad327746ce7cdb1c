import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applySfts, applySftsInPlace } from '../../src/core/composition.ts';
import { compiledEngine } from '../../src/engine/compiled/compiledEngine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { StepEvent } from '../../src/protocol/events.ts';
import type { JobSources, TrainingJob } from '../../src/training/job.ts';
import { assignRoles } from '../../src/training/roles.ts';
import { memoryBestStore } from '../../src/training/state.ts';
import { train, type TrainingResult } from '../../src/training/train.ts';
import { engines, tolerances, type Tolerances } from '../support/engines.ts';
import { hasOracle, oracle } from '../support/oracle.ts';
import { examplesOf } from '../support/oracleBatches.ts';
import { oracleDiffs, oracleJson, oracleTensors } from '../support/oracleFiles.ts';
import { oracleModel } from '../support/oracleModel.ts';

interface Log {
  readonly head: string;
  readonly spec: {
    readonly k: number;
    readonly iterations: number;
    readonly steps: [number, number];
    readonly learning_rate: number;
    readonly l1: [number, number];
    readonly accumulation: number;
    readonly max_grad_norm: number;
    readonly warmup?: number;
    readonly batches: number;
    readonly sources?: Record<string, number>;
  };
  readonly num_params: number;
  readonly num_maskable_params: number;
  readonly maskable: string[];
  readonly dense: string[];
  readonly phases: {
    source?: string[];
    loss: number[];
    l1_loss?: number[];
    grad_norm: number[];
    learning_rate: number[];
  }[];
  readonly selections: { threshold: number }[];
}

/** A softmax does not see a constant added to its scores: the true gradient of these is 0, what Adam makes of it is noise. */
const WITHOUT_GRADIENT = /attention\.self\.key\.bias$|^qa_outputs\.bias$/;

const FOLDERS = [
  'ltsft-tagging',
  'ltsft-tagging-l1',
  'ltsft-mlm',
  'ltsft-mlm-l1',
  'ltsft-iterations',
  'ltsft-source-language',
  'multi-source',
];

describe.skipIf(!hasOracle)('training equals the reference', () => {
  for (const engine of engines) {
    for (const folder of FOLDERS.filter((name) => existsSync(join(oracle, name)))) {
      it(`${folder} on the engine ${engine.name}`, { timeout: engine.patience }, async () => {
        const { tolerances } = engine;
        const log = oracleJson<Log>(`${folder}/log.json`);
        const { spec } = log;
        const job = await jobOf(folder, log, engine);
        const steps: StepEvent[] = [];
        const thresholds: number[] = [];
        const running = train(job);
        let result: TrainingResult;
        for (;;) {
          const next = await running.next();
          if (next.done === true) {
            result = next.value;
            break;
          }
          if (next.value.type === 'step') steps.push(next.value);
          if (next.value.type === 'select') thresholds.push(next.value.threshold);
          if (next.value.type === 'start') {
            expect(next.value.maskable).toBe(log.num_maskable_params);
            expect(next.value.parameters).toBe(log.num_params);
          }
        }

        const phases = log.phases.flatMap(({ loss, l1_loss, grad_norm, learning_rate }) =>
          grad_norm.map((norm, i) => ({
            loss: mean(loss.slice(i * spec.accumulation, (i + 1) * spec.accumulation)),
            l1: folder.endsWith('-l1') ? l1_loss![i] : 0,
            norm,
            rate: learning_rate[i],
          })),
        );
        expect(steps).toHaveLength(phases.length);
        steps.forEach((step, i) => {
          const at = `step ${i}`;
          expect(Math.abs(step.loss - phases[i].loss), at).toBeLessThan(tolerances.loss);
          expect(Math.abs(step.gradientNorm - phases[i].norm), at).toBeLessThan(tolerances.norm);
          expect(Math.abs(step.l1 - phases[i].l1), at).toBeLessThan(1e-5);
          expect(step.learningRate, at).toBeCloseTo(phases[i].rate, 8);
        });
        log.selections.forEach(({ threshold }, i) => expect(thresholds[i]).toBeCloseTo(threshold, 5));

        const mask = await oracleTensors(`${folder}/mask.safetensors`);
        const expected = await oracleTensors(`${folder}/sft.safetensors`);
        const prefix = spec.iterations > 1 ? `iteration${spec.iterations}.` : '';
        let entries = 0;
        for (const name of log.maskable) {
          const wanted = [...(mask.get(`${prefix}${name}`)!.values as Int32Array)];
          const diff = result.sft.diffs.get(name);
          expect([...(diff?.indices ?? [])], name).toEqual(wanted);
          entries += wanted.length;
          const stored = expected.get(`diffs.${name}.indices`)?.values ?? [];
          const values = expected.get(`diffs.${name}.values`)?.values ?? [];
          const byIndex = new Map(wanted.map((index, i) => [index, diff!.values[i]]));
          Array.from(stored).forEach((index, i) =>
            expect(Math.abs(byIndex.get(index)! - values[i]), name).toBeLessThan(tolerances.diff),
          );
        }
        expect(result.entries).toBe(entries);
        expect([...result.sft.abs.keys()].toSorted()).toEqual(log.dense);
        for (const name of log.dense.filter((dense) => !WITHOUT_GRADIENT.test(dense))) {
          const values = expected.get(`abs.${name}`)!.values;
          const found = result.sft.abs.get(name)!.values;
          found.forEach((value, i) =>
            expect(Math.abs(value - values[i]), name).toBeLessThan(tolerances.dense),
          );
        }
      });
    }
  }
});

describe.skipIf(!hasOracle)('the full phase ends where the reference ends it', () => {
  for (const engine of engines) {
    for (const folder of FOLDERS.filter((name) => existsSync(join(oracle, name, 'phase1.safetensors')))) {
      it(`${folder} on the engine ${engine.name}`, { timeout: engine.patience }, async () => {
        const log = oracleJson<Log>(`${folder}/log.json`);
        await expectFullPhase(folder, log, await jobOf(folder, log, engine, 'full'), engine.tolerances);
      });
    }
  }
});

/** The devices' way, on the processor too. */
const striding = [
  { ...compiledEngine({ threads: 2, strides: true }), tolerances: tolerances.cpu, patience: 60_000 },
  ...engines.filter(({ compileStride }) => compileStride !== undefined),
];

describe.skipIf(!hasOracle)('so it does with several steps in one run', () => {
  for (const engine of striding) {
    for (const folder of ['ltsft-tagging', 'ltsft-tagging-l1']) {
      it(`${folder} on the engine ${engine.name}`, { timeout: engine.patience }, async () => {
        const log = oracleJson<Log>(`${folder}/log.json`);
        let strides = 0;
        const counting: Engine = {
          ...engine,
          async compileStride(spec, plan) {
            const executable = await engine.compileStride?.(spec, plan);
            if (executable === undefined) return undefined;
            return {
              ...executable,
              async run(...given) {
                strides += plan.steps;
                await executable.run(...given);
              },
            };
          },
        };
        const job = await jobOf(folder, log, counting, 'full');
        const together = { ...job, strides: 4, microTokens: 4096 };
        await expectFullPhase(folder, log, together, engine.tolerances);
        expect(strides).toBeGreaterThan(log.spec.steps[0] / 2);
      });
    }
  }
});

async function expectFullPhase(folder: string, log: Log, job: TrainingJob, { dense }: Tolerances) {
  const running = train(job);
  let next = await running.next();
  while (next.done !== true) next = await running.next();
  const { parameters } = await oracleModel(log.head, true);
  const trained = applySfts(parameters, [{ sft: next.value.sft, coefficient: 1 }]);
  for (const [name, wanted] of await oracleTensors(`${folder}/phase1.safetensors`)) {
    if (WITHOUT_GRADIENT.test(name)) continue;
    const found = (trained.get(name) ?? parameters.get(name))!.values;
    expect(found, name).toHaveLength(wanted.values.length);
    found.forEach((value, i) =>
      expect(Math.abs(value - wanted.values[i]), `${name}[${i}]`).toBeLessThan(dense),
    );
  }
}

/** A run of the oracle as a job of ours; with `full`, its full phase alone. */
async function jobOf(
  folder: string,
  log: Log,
  engine: Engine,
  method: 'ltsft' | 'full' = 'ltsft',
): Promise<TrainingJob> {
  const { spec } = log;
  const { model, parameters, packing } = await oracleModel(log.head, true);
  const language = `${folder}/language-a.safetensors`;
  if (existsSync(join(oracle, language))) {
    applySftsInPlace(parameters, [{ sft: await oracleDiffs(language), coefficient: 1 }]);
  }
  const batches = await oracleTensors(`${folder}/batches.safetensors`);
  const freeze = log.head === 'mlm' ? (['layerNorm', 'decoder'] as const) : (['layerNorm'] as const);
  const roles = assignRoles(parameters.keys(), model.config, freeze, 'ltsft');
  // The reference's L1 term has no effect except in the folders that say so.
  const l1 = folder.endsWith('-l1') ? spec.l1 : [0, 0];
  return {
    name: folder,
    method,
    model,
    originals: parameters,
    roles,
    select: { k: spec.k, density: 0, by: 'lottery', iterations: spec.iterations },
    full: { steps: spec.steps[0], l1: l1[0] },
    sparse: { steps: spec.steps[1], l1: l1[1] },
    optimizer: {
      learningRate: spec.learning_rate,
      warmupSteps: spec.warmup ?? 0,
      weightDecay: 0,
      maxGradNorm: spec.max_grad_norm,
    },
    l1OnSparseOnly: false,
    dropout: { hidden: 0, attention: 0, head: 0 },
    packing,
    seed: 1,
    engine,
    threads: 2,
    microTokens: 24,
    batches: (phase, step) =>
      Array.from({ length: spec.accumulation }, (_, i) => {
        const number = step * spec.accumulation + i;
        const source = log.phases[phase].source?.[number];
        if (source === undefined) return examplesOf(batches, '', number % spec.batches);
        // Each source goes through its batches again and again, phase by phase.
        const before = log.phases[phase].source!.slice(0, number).filter((one) => one === source);
        return examplesOf(batches, `${source}.`, before.length % spec.sources![source]);
      }),
    ...(spec.sources === undefined ? {} : { sources: await sourcesOf(log) }),
    best: memoryBestStore(),
  };
}

/** The oracle's sources: two have a language's SFT, the third has none. */
async function sourcesOf({ spec, phases }: Log): Promise<JobSources> {
  const names = Object.keys(spec.sources!);
  const [a, b] = await Promise.all(
    ['a', 'b'].map((name) => oracleDiffs(`ltsft-source-language/language-${name}.safetensors`)),
  );
  return {
    names,
    diffs: [a.diffs, b.diffs, new Map()],
    of: (phase, step) => [names.indexOf(phases[phase].source![step])],
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
