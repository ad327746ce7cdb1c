import type { KernelRunner } from '../core/kernelTasks.ts';
import type { Mask } from '../core/mask.ts';
import type { MaskGroup } from '../core/maskGroups.ts';
import type { Example } from '../data/example.ts';
import type { PhaseKind, RunEvent, StepEvent } from '../protocol/events.ts';
import { fullGroups, sparseGroups } from './entryGroups.ts';
import { gradientComputer, type GradientComputer } from './gradients.ts';
import type { TrainingJob } from './job.ts';
import { isBetter } from './metrics.ts';
import type { EntryGroup } from './optimizer.ts';
import { startPhaseKernels, type PhaseKernels } from './phaseKernels.ts';
import { phaseStatistics, type PhaseStatistics } from './phaseStatistics.ts';
import { residentEntries } from './residentEntries.ts';
import { sampleGradients } from './sampledGradients.ts';
import type { ShortGradients } from './shortGradients.ts';
import { newStepper } from './stepper.ts';
import { newStrides } from './strides.ts';
import type { BestSoFar, EntryValues, TrainingState } from './state.ts';
import { trains, type Weights } from './weights.ts';

/** What a phase works on. */
export interface PhaseContext {
  readonly job: TrainingJob;
  readonly weights: Weights;
  readonly iteration: number;
  readonly phase: PhaseKind;
  /** Where selection adds entries to the mask in this iteration, and how many, as things stand. */
  readonly groups: () => readonly MaskGroup[];
  /** The mask, empty in the first full phase. */
  readonly mask: Mask;
  readonly start: readonly EntryValues[];
  /** Entries of all parameters: the N of the L1 term. */
  readonly parameters: number;
  /** Where to go on, in a resumed run. */
  readonly resume: TrainingState | undefined;
}

/** Thrown when training was asked to stop: the state has been saved by then. */
export class TrainingStopped extends Error {}

/** Said before the run is silent for so long. */
const LOADS_STRIDE =
  'The device will make several steps in one run. The graph for that is loaded first: up to a minute, once in this phase.';

/**
 * One phase: AdamW with linear decay from a fresh start, on everything (full) or on mask and head (sparse).
 * @throws UserError `training-diverged` when loss or gradient is no longer a number.
 */
export async function* runPhase(context: PhaseContext): AsyncGenerator<RunEvent, void> {
  const kernels = await startPhaseKernels(context.job, context.parameters);
  try {
    const parts = setUp(context, kernels);
    try {
      yield* runSteps(context, kernels.run, parts);
    } finally {
      await parts.computer.release();
    }
  } finally {
    await kernels.close();
  }
}

async function* runSteps(
  context: PhaseContext,
  run: KernelRunner,
  { computer, groups }: PhaseParts,
): AsyncGenerator<RunEvent, void> {
  const { job, weights, iteration, phase, resume } = context;
  const { steps } = job[phase];
  const phaseIndex = 2 * (iteration - 1) + Number(phase === 'sparse');
  restore(groups, resume);
  const progress = { best: resume?.best ?? null };
  const l1 = job[phase].l1 / context.parameters;
  const batchesOf = rememberBatches(job, phaseIndex);
  const parts = { job, phase, phaseIndex, steps, l1, groups, batchesOf };
  const strides = phase === 'full' ? newStrides({ ...parts, weights }) : undefined;
  const stepper = newStepper({ ...parts, computer, strides, lossScale: resume?.lossScale, run });
  const statistics = newStatistics(context);
  const last =
    resume?.position.ended === true
      ? resume.position.step
      : phase === 'full'
        ? Math.min(steps, job.full.stopAfter ?? steps)
        : steps;
  let trained = 0;
  try {
    for (let step = resume?.position.step ?? 0; step < last; step++) {
      const most = stepsToRest(job, step, last);
      if (strides?.loadsFirst(step, most) === true) yield { type: 'note', text: LOADS_STRIDE };
      const made = await stepper.make(step, most);
      for (const text of made.notes) yield { type: 'note', text };
      const { loss, distance, gradientNorm, learningRate, tokens, seconds } = made;
      const own = { step: step + 1, loss, l1: l1 * distance, gradientNorm, learningRate, tokens, seconds };
      const ofSources = lossBySource(job, job.sources?.of(phaseIndex, step), made.losses);
      yield { type: 'step', iteration, phase, ...own, ...ofSources };
      trained += seconds;
      if (!made.isAtRest) continue;
      yield* statistics?.after(step + 1, trained) ?? [];
      trained = 0;
      const reason = phase === 'full' && step + 1 < last ? reasonToEnd(job, statistics) : undefined;
      const ended = reason !== undefined;
      yield* validateIfDue(context, groups, { step: step + 1, last: ended || step + 1 === last }, progress);
      // Told before the checkpoint, so that a run which is stopped here goes on with the next phase.
      if (ended) yield { type: 'shortened', iteration, phase: 'full', step: step + 1, steps, reason };
      const settling = statistics?.settling();
      const state = { ...progress, settling, lossScale: stepper.lossScale() };
      yield* checkpointIfDue(context, groups, { step: step + 1, ended }, state);
      if (ended) break;
    }
  } finally {
    await strides?.release();
  }
  if (progress.best !== null && job.validation?.keepBest === true)
    restoreValues(groups, await job.best.load());
}

/** Steps until somebody looks at the weights, who must find them at that step. */
function stepsToRest({ validation, statistics }: TrainingJob, step: number, last: number): number {
  const intervals = [validation?.everySteps, statistics?.everySteps];
  const left = intervals.flatMap((every) => (every === undefined ? [] : [every - (step % every)]));
  return Math.min(last - step, ...left);
}

/** A stride has fewer steps. */
const LOOK_BACK = 64;

/** The batches of steps, which are read once although strides look ahead. */
function rememberBatches(
  job: Pick<TrainingJob, 'batches'>,
  phaseIndex: number,
): (step: number) => readonly (readonly Example[])[] {
  const known = new Map<number, readonly (readonly Example[])[]>();
  return (step) => {
    for (const past of known.keys()) if (past < step - LOOK_BACK) known.delete(past);
    const batches = known.get(step) ?? job.batches(phaseIndex, step);
    known.set(step, batches);
    return batches;
  };
}

/** The mean loss of each source of a step. */
function lossBySource(
  { sources }: Pick<TrainingJob, 'sources'>,
  of: readonly number[] | undefined,
  losses: readonly number[],
): Pick<StepEvent, 'lossBySource'> {
  if (sources === undefined || of === undefined) return {};
  const own = (source: number) => losses.filter((_, i) => of[i] === source);
  const means = [...new Set(of)].map((source) => {
    const mean = own(source).reduce((sum, loss) => sum + loss, 0) / own(source).length;
    return [sources.names[source], mean] as const;
  });
  return { lossBySource: Object.fromEntries(means) };
}

/** Why a full phase ends before its schedule does. */
function reasonToEnd(
  { live }: Pick<TrainingJob, 'live'>,
  statistics: PhaseStatistics | undefined,
): 'asked' | 'settled' | undefined {
  if (live?.selectsNow() === true) return 'asked';
  return statistics?.isSettled() === true ? 'settled' : undefined;
}

interface PhaseParts {
  readonly computer: GradientComputer;
  readonly groups: EntryGroup[];
}

/** What is told of the mask while it forms; nothing of a run without one. */
function newStatistics(context: PhaseContext): PhaseStatistics | undefined {
  const { weights, iteration, phase, mask, groups } = context;
  const { method, statistics } = context.job;
  if (statistics === undefined || method !== 'ltsft') return undefined;
  const { everySteps } = statistics;
  const { settle } = phase === 'full' ? context.job.full : {};
  const settling = context.resume?.settling;
  return phaseStatistics({ weights, iteration, phase, mask, groups, everySteps, settle, settling });
}

/** What computes the phase's gradients, and what trains. */
function setUp(context: PhaseContext, { run, shared }: PhaseKernels): PhaseParts {
  const { job, weights, phase, mask } = context;
  const { engine, model, packing, dropout, precision, microTokens, seed, l1OnSparseOnly } = job;
  const l1 = job[phase].l1 > 0;
  const wanted = wantedGradients(context);
  const sampled = phase === 'sparse' ? shortGradients() : undefined;
  function shortGradients(): ShortGradients | undefined {
    // Of several sources, each adds to other entries while its batches are computed.
    if (engine.resident && job.sources === undefined)
      return residentEntries({ engine, model, weights, mask, l1, shared });
    return engine.probes && precision !== 'mixed'
      ? sampleGradients({
          config: model.config,
          weights,
          mask,
          l1,
          selectsQueries: model.head.selectsQueries,
          // Packing leaves less than half of a run's positions empty.
          positions: 2 * Math.max(microTokens, model.config.maxPositions),
          shared,
          run,
        })
      : undefined;
  }
  for (const name of sampled?.slabs.keys() ?? []) wanted.delete(name);
  const computer = gradientComputer({
    engine,
    model,
    weights,
    packing,
    dropout,
    precision,
    microTokens,
    seed,
    wanted,
    ...(sampled === undefined ? {} : { sampled }),
    touch: phase === 'full',
  });
  const options = { weights, gradients: computer.gradients, l1, l1OnSparseOnly, shared };
  const groups = phase === 'full' ? fullGroups(options) : sparseGroups(options, mask, sampled);
  return { computer, groups };
}

/**
 * Parameters whose gradients a phase needs. A parameter without an entry in the mask needs none in the sparse phase.
 */
function wantedGradients({ weights, phase, mask }: PhaseContext): Set<string> {
  const isWanted = (name: string) =>
    phase === 'full' || weights.roles.get(name) === 'dense' || (mask.get(name)?.length ?? 0) > 0;
  return new Set([...weights.originals.keys()].filter((name) => trains(weights, name) && isWanted(name)));
}

interface Progress {
  best: BestSoFar | null;
}

/** Validates at the intervals asked for, and at the end of the phase, wherever that is. */
async function* validateIfDue(
  { job, weights, iteration, phase }: PhaseContext,
  groups: readonly EntryGroup[],
  { step, last }: { readonly step: number; readonly last: boolean },
  progress: Progress,
): AsyncGenerator<RunEvent, void> {
  const { validation } = job;
  if (validation === undefined) return;
  if (step % validation.everySteps !== 0 && !last) return;
  const began = performance.now();
  const metrics = await validation.evaluate(weights);
  const value = metrics[validation.metric];
  // What is no number is no best, or nothing would ever be better.
  const best =
    !Number.isNaN(value) &&
    (progress.best === null || isBetter(validation.metric, value, progress.best.value));
  if (best) {
    progress.best = { value, step };
    if (validation.keepBest) await job.best.save(groups.map(valuesAlone));
  }
  const seconds = (performance.now() - began) / 1000;
  yield { type: 'validation', iteration, phase, step, metric: validation.metric, metrics, best, seconds };
}

/** Saves at the intervals asked for, and before stopping. */
async function* checkpointIfDue(
  { job, iteration, phase, mask, start }: PhaseContext,
  groups: readonly EntryGroup[],
  { step, ended }: { readonly step: number; readonly ended: boolean },
  progress: Progress & Pick<TrainingState, 'settling' | 'lossScale'>,
): AsyncGenerator<RunEvent, void> {
  const stopping = job.signal?.aborted === true;
  if (job.checkpoint !== undefined && (stopping || job.checkpoint.due(step))) {
    yield { type: 'checkpoint', iteration, phase, step };
    await job.checkpoint.save({
      position: { iteration, phase, step, ...(ended ? { ended } : {}) },
      mask,
      start,
      groups: groups.map((group) => group.state()),
      best: progress.best,
      settling: progress.settling,
      ...(progress.lossScale === undefined ? {} : { lossScale: progress.lossScale }),
    });
  }
  if (stopping) throw new TrainingStopped();
}

function restore(groups: readonly EntryGroup[], state: TrainingState | undefined): void {
  if (state === undefined) return;
  const saved = new Map(state.groups.map((group) => [group.name, group]));
  for (const group of groups) {
    const found = saved.get(group.name);
    if (found === undefined) throw new Error(`The checkpoint lacks ${group.name}.`);
    group.restore(found);
  }
}

/** Sets the values of the best validation; a row that was touched after it goes back to where it started. */
function restoreValues(groups: readonly EntryGroup[], best: TrainingState['groups']): void {
  const saved = new Map(best.map((group) => [group.name, group]));
  for (const group of groups) {
    const found = saved.get(group.name);
    if (found !== undefined) group.restore(found);
  }
}

const NONE = new Float32Array(0);

/** The best values need no moments: the phase is over when they are taken back. */
function valuesAlone(group: EntryGroup): TrainingState['groups'][number] {
  return { ...group.state(), first: NONE, second: NONE };
}
