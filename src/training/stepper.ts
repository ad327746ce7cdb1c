import { BETA1, BETA2, clipFactor, linearSchedule } from '../core/adamw.ts';
import { userError } from '../core/errors/userError.ts';
import type { KernelRunner } from '../core/kernelTasks.ts';
import { afterFinite, afterOverflow, firstLossScale, type LossScale } from '../core/lossScale.ts';
import { hash32 } from '../core/random.ts';
import type { Example } from '../data/example.ts';
import type { PhaseKind } from '../protocol/events.ts';
import type { GradientComputer } from './gradients.ts';
import type { TrainingJob } from './job.ts';
import { measure, update, type EntryGroup } from './optimizer.ts';
import { computeScaled } from './scaledStep.ts';
import type { Strides, StrideStep } from './strides.ts';

/** A step that has been made: gradients computed, what trains moved. */
export interface MadeStep extends StrideStep {
  readonly learningRate: number;
  readonly seconds: number;
  /** What is to be said of it. */
  readonly notes: readonly string[];
  /** Whether the weights are those of this step, and not of a later one that was made along with it. */
  readonly isAtRest: boolean;
}

export interface Stepper {
  /**
   * Makes a step; steps are asked for one after the other. `most`: how many may be made along with it, this one counted.
   * @throws UserError `training-diverged` when loss or gradient is no longer a number
   */
  make(step: number, most: number): Promise<MadeStep>;
  /** In mixed precision, with what the next loss is multiplied. */
  lossScale(): LossScale | undefined;
}

export interface StepperOptions {
  readonly job: TrainingJob;
  readonly phase: PhaseKind;
  readonly phaseIndex: number;
  /** Steps of the schedule. */
  readonly steps: number;
  /** lambda / N. */
  readonly l1: number;
  readonly computer: GradientComputer;
  readonly groups: readonly EntryGroup[];
  readonly strides: Strides | undefined;
  readonly batchesOf: (step: number) => readonly (readonly Example[])[];
  /** Of a phase that goes on. */
  readonly lossScale: LossScale | undefined;
  readonly run: KernelRunner;
}

/** Makes the optimiser steps of a phase: one at a time, or, on a device, several in one run. */
export function newStepper(options: StepperOptions): Stepper {
  const { job, phase, phaseIndex, l1, computer, groups, strides, batchesOf, run } = options;
  const { optimizer } = job;
  let lossScale = job.precision === 'mixed' ? (options.lossScale ?? firstLossScale) : undefined;
  let ahead: readonly (StrideStep & { readonly seconds: number })[] = [];
  let notes: string[] = [];
  const halved = (step: number, scale: number) => void notes.push(halvedText(step + 1, scale));

  function check(step: number, { loss, gradientNorm }: Pick<StrideStep, 'loss' | 'gradientNorm'>): void {
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm))
      throw userError('training-diverged', { step: step + 1, phase, loss });
  }

  async function one(step: number, learningRate: number): Promise<StrideStep> {
    const batches = batchesOf(step);
    const diffs = job.sources?.of(phaseIndex, step).map((source) => job.sources?.diffs[source] ?? new Map());
    const attempt = async (scale: number) => {
      const stepId = hash32(job.seed, phaseIndex, step);
      const { losses, tokens } = await computer.compute(batches, stepId, { sources: diffs, scale });
      const loss = losses.reduce((sum, share) => sum + share, 0) / losses.length;
      const { squares, distance } = measure(groups, l1, run);
      return { losses, tokens, loss, distance, gradientNorm: Math.sqrt(squares) };
    };
    const computed = await computeScaled(lossScale, attempt, (scale) => halved(step, scale));
    ({ lossScale } = computed);
    check(step, computed);
    const constants = {
      learningRate,
      correction1: 1 - BETA1 ** (step + 1),
      correction2: 1 - BETA2 ** (step + 1),
      weightDecay: optimizer.weightDecay,
    };
    update(groups, constants, l1, clipFactor(computed.gradientNorm, optimizer.maxGradNorm), run);
    return computed;
  }

  /** Steps in one run; none where they do not go together. */
  async function several(step: number, most: number): Promise<typeof ahead> {
    for (;;) {
      const found = await strides?.run(step, most, lossScale?.scale ?? 1);
      if (found === undefined) return [];
      const { steps, overflowed, seconds } = found;
      if (lossScale !== undefined) for (const _ of steps) lossScale = afterFinite(lossScale);
      if (overflowed && lossScale !== undefined) {
        const smaller = afterOverflow(lossScale);
        // The step by itself says why.
        if (smaller === undefined) return [];
        lossScale = smaller;
        halved(step + steps.length, smaller.scale);
        if (steps.length === 0) continue;
      }
      return steps.map((made) => ({ ...made, seconds: seconds / steps.length }));
    }
  }

  return {
    async make(step, most) {
      const began = performance.now();
      const learningRate =
        optimizer.learningRate * linearSchedule(step, optimizer.warmupSteps, options.steps);
      if (ahead.length === 0) ahead = await several(step, most);
      const [early, ...later] = ahead;
      ahead = later;
      if (early !== undefined) check(step, early);
      const made = early ?? { ...(await one(step, learningRate)), seconds: undefined };
      const said = notes;
      notes = [];
      return {
        ...made,
        learningRate,
        seconds: made.seconds ?? (performance.now() - began) / 1000,
        notes: said,
        isAtRest: later.length === 0,
      };
    },
    lossScale: () => lossScale,
  };
}

function halvedText(step: number, scale: number): string {
  return `Step ${step} was computed again: its gradients were too large for half precision. The loss is multiplied by ${scale} from now on.`;
}
