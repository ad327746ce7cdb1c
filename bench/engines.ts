import { engineNames, type EngineName } from '../src/core/engineNames.ts';
import { candidateOf } from '../src/engine/choose/candidates.ts';
import { homePaths } from '../src/home/home.ts';
import { train } from '../src/training/train.ts';
import { median } from './statistics.ts';
import { stepBatches, stepJob, warmUpSteps, type StepSetting } from './steps.ts';
import { nextStep } from './support/nextStep.ts';

/** Whole training steps on one engine. */
export interface EngineResult {
  readonly name: EngineName;
  readonly full: number;
  readonly sparse: number;
}

const SETTING: StepSetting = { shape: 'MiniLM', task: 'tagging', l1: 0.1, measured: 8 };

/**
 * The same training steps on every engine that this machine has, fetched ones (`sft engine add`) included: one step of each in turn.
 * Seconds, medians.
 */
export async function timeEngines(threads: number): Promise<EngineResult[]> {
  const places = { engines: homePaths().engines };
  const data = await stepBatches(SETTING);
  const warmUp = warmUpSteps(SETTING);
  const steps = warmUp + SETTING.measured;
  const runs: { name: EngineName; run: ReturnType<typeof train>; full: number[]; sparse: number[] }[] = [];
  for (const name of engineNames) {
    const { probe, open } = candidateOf(name);
    if (!(await probe(places)).found) continue;
    const on = await open({ ...places, threads });
    const run = train(stepJob(SETTING, { ...data, steps, engine: { threads }, on }));
    runs.push({ name, run, full: [], sparse: [] });
  }
  for (let turn = 0; turn < 2 * steps; turn++) {
    for (const { name, run, full, sparse } of runs) {
      const event = await nextStep(run);
      if (event === undefined) throw new Error(`The run on ${name} ended early.`);
      if (event.step > warmUp) (event.phase === 'full' ? full : sparse).push(event.seconds);
    }
  }
  // To its end, so that each gives up what it holds.
  for (const { run } of runs) await nextStep(run);
  return runs.map(({ name, full, sparse }) => ({ name, full: median(full), sparse: median(sparse) }));
}
