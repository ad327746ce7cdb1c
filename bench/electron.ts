import { train } from '../src/training/train.ts';
import { median } from './statistics.ts';
import { nextStep } from './support/nextStep.ts';
import { stepBatches, stepJob, warmUpSteps, type StepSetting } from './steps.ts';

/** A step as every Node takes it, and with the settings that keep Electron's allocator from ending the process. */
export interface ElectronResult extends StepSetting {
  readonly phase: 'full' | 'sparse';
  readonly tokens: number;
  readonly seconds: number;
  readonly electronSeconds: number;
  /** Median of the pairs' ratios: Electron's settings to the others. */
  readonly ratio: number;
}

/**
 * What Electron's settings (no arena) cost: two runs of the same steps in turn, each going first every other time. What
 * else is different there, its allocator and its V8, is not measured.
 */
export async function timeElectron(setting: StepSetting, threads: number): Promise<ElectronResult[]> {
  const data = await stepBatches(setting);
  const warmUp = warmUpSteps(setting);
  const steps = warmUp + setting.measured;
  const start = (arena: boolean) => train(stepJob(setting, { ...data, steps, engine: { threads, arena } }));
  const [plain, electron] = [start(true), start(false)];
  const timed = { full: newTimes(), sparse: newTimes() };
  for (let turn = 0; ; turn++) {
    const first = turn % 2 === 0 ? plain : electron;
    const before = await nextStep(first);
    const after = await nextStep(first === plain ? electron : plain);
    if (before === undefined || after === undefined) break;
    if (before.step <= warmUp) continue;
    const [ours, theirs] = first === plain ? [before, after] : [after, before];
    const into = timed[ours.phase];
    into.plain.push(ours.seconds);
    into.electron.push(theirs.seconds);
    into.tokens.push(ours.tokens);
  }
  return (['full', 'sparse'] as const).map((phase) => {
    const times = timed[phase];
    return {
      ...setting,
      phase,
      tokens: Math.round(median(times.tokens)),
      seconds: median(times.plain),
      electronSeconds: median(times.electron),
      ratio: median(times.electron.map((one, i) => one / times.plain[i])),
    };
  });
}

function newTimes(): { plain: number[]; electron: number[]; tokens: number[] } {
  return { plain: [], electron: [], tokens: [] };
}
