import { joinMasks, maskSize, type Mask } from '../core/mask.ts';
import { userError } from '../core/errors/userError.ts';
import { type GroupCount, groupsSize } from '../core/maskGroups.ts';
import { hash32 } from '../core/random.ts';
import { collectGarbage } from '../engine/collectGarbage.ts';
import type { Sft } from '../core/sft.ts';
import { embeddingNames } from '../model/names.ts';
import type { PhasePlan, RunEvent } from '../protocol/events.ts';
import { maskGroups } from '../recipe/budget.ts';
import { chooseEntries, chooseKept, keepFullPhase } from './choose.ts';
import { fullDifference, sparseDifference } from './difference.ts';
import type { TrainingJob } from './job.ts';
import { runPhase } from './phase.ts';
import { captureEntries, rewind } from './rewind.ts';
import { countEntries } from './roles.ts';
import type { EntryValues } from './state.ts';
import { warmupNotes } from './warmup.ts';
import { newWeights, type Weights } from './weights.ts';

export interface TrainingResult {
  readonly sft: Sft;
  /** How many entries the mask has (0 for the baselines, which have none). */
  readonly entries: number;
  readonly weights: Weights;
}

/**
 * Lottery-ticket sparse fine-tuning (Algorithm 1 of the paper), or a baseline: full fine-tuning, or the head alone.
 * Tells what happens as it happens; what it returns is the SFT.
 * @throws UserError when K is out of range or the loss is no longer a number; TrainingStopped after `signal`.
 */
export async function* train(job: TrainingJob): AsyncGenerator<RunEvent, TrainingResult> {
  const { select, method, resume } = job;
  const maskable = countEntries(job.originals, job.roles, 'maskable');
  const parameters = [...job.originals.values()].reduce((sum, { values }) => sum + values.length, 0);
  const groupsOf = (iteration: number) => maskGroups({ ...select, k: job.live?.k() ?? select.k }, iteration);
  if (method === 'ltsft' && (groupsSize(groupsOf(1)) < 1 || select.k > maskable)) {
    throw userError('training-k-range', { k: select.k, free: maskable });
  }
  const weights = newWeights(job.originals, job.roles, job.model.config, denseTables(job));
  const phases = planPhases(job);
  if (resume === undefined) {
    yield startEvent(job, phases, maskable, parameters);
    const rest = method === 'ltsft' ? select.k % select.iterations : 0;
    if (rest > 0) yield { type: 'note', text: iterationsText(select) };
    for (const text of warmupNotes(phases, job.optimizer)) yield { type: 'note', text };
  }

  let mask: Mask = resume?.mask ?? new Map<string, Uint32Array>();
  let start: readonly EntryValues[] = resume?.start ?? [];
  const first = resume?.position.iteration ?? 1;
  for (let iteration = first; iteration <= (method === 'ltsft' ? select.iterations : 1); iteration++) {
    const resumed = resume !== undefined && iteration === first ? resume : undefined;
    const groups = () => groupsOf(iteration);
    const context = { job, weights, iteration, parameters, groups, start };
    if (resumed !== undefined) rewind(weights, start);

    if (resumed?.position.phase !== 'sparse') {
      // Full phase: everything trains. (A uniformly random choice does not ask what has changed.)
      if (needsFullPhase(job)) {
        if (resumed === undefined) yield { type: 'phase', iteration, phase: 'full', steps: job.full.steps };
        yield* runPhase({ ...context, phase: 'full', mask, resume: resumed });
      }
      if (method !== 'ltsft') break;
      if (job.keepFullPhase !== undefined && needsFullPhase(job))
        yield await keep(job.keepFullPhase, weights);

      // Select: of the entries not yet in the mask, those that changed most join it.
      const began = performance.now();
      const seed = hash32(job.seed, iteration);
      const wanted = groups();
      const k = groupsSize(wanted);
      const chosen =
        job.kept === undefined
          ? chooseEntries(weights, select.by, wanted, mask, seed)
          : chooseKept(job.kept, select.by, wanted, seed);
      mask = joinMasks(mask, chosen.mask);
      yield {
        type: 'select',
        iteration,
        by: select.by,
        k,
        chosen: chosen.count,
        threshold: chosen.threshold,
        byParameter: Object.fromEntries([...mask].map(([name, indices]) => [name, indices.length])),
        seconds: (performance.now() - began) / 1000,
      };
      for (const short of chosen.groups) {
        if (short.count < short.k) yield { type: 'note', text: fewText(short, chosen.groups.length > 1) };
      }

      // Rewind: back to where this iteration started.
      rewind(weights, start);
      collectGarbage();
      yield { type: 'rewind', iteration };
      yield { type: 'phase', iteration, phase: 'sparse', steps: job.sparse.steps };
    }

    // Sparse phase: only the mask (and the head) trains.
    yield* runPhase({
      ...context,
      phase: 'sparse',
      mask,
      resume: resumed?.position.phase === 'sparse' ? resumed : undefined,
    });
    start = captureEntries(weights, mask);
  }
  const sft = method === 'ltsft' ? sparseDifference(weights, mask) : fullDifference(weights);
  return { sft, entries: maskSize(mask), weights };
}

function iterationsText({ k, iterations }: TrainingJob['select']): string {
  const each = Math.floor(k / iterations);
  return `K is no multiple of select.iterations: ${each} entries are chosen ${iterations} times, ${each * iterations} in all.`;
}

function fewText({ name, k, count }: GroupCount, isOneOfSeveral: boolean): string {
  const where = name === null ? (isOneOfSeveral ? ' of layers without a budget' : '') : ` of ${name}`;
  return `Only ${count} of the ${k} entries${where} asked for have moved.`;
}

/** Whether the mask, or a baseline, depends on a full phase. */
function needsFullPhase({ method, select, kept }: Pick<TrainingJob, 'method' | 'select' | 'kept'>): boolean {
  return method !== 'ltsft' || (select.by !== 'random' && kept === undefined);
}

async function keep(
  { share, save }: NonNullable<TrainingJob['keepFullPhase']>,
  weights: Weights,
): Promise<RunEvent> {
  const began = performance.now();
  const kept = keepFullPhase(weights, share);
  const { bytes } = await save(kept);
  const { count, moved } = kept;
  return { type: 'kept', count, moved, bytes, seconds: (performance.now() - began) / 1000 };
}

/** Every phase of a run, in order. */
function planPhases(job: TrainingJob): PhasePlan[] {
  const { method, select, full, sparse } = job;
  if (method !== 'ltsft') return [{ iteration: 1, phase: 'full', steps: full.steps }];
  return Array.from({ length: select.iterations }, (_, i): PhasePlan[] => [
    ...(needsFullPhase(job) ? [{ iteration: i + 1, phase: 'full', steps: full.steps } as const] : []),
    { iteration: i + 1, phase: 'sparse', steps: sparse.steps },
  ]).flat();
}

/** Tables of which every row must be updated at each step: weight decay moves all, a tied output matrix reads all. */
function denseTables({ model, optimizer, roles }: TrainingJob): string[] {
  const names = embeddingNames(model.config);
  const trained = Object.values(names).filter((name) => roles.get(name) !== 'frozen');
  if (optimizer.weightDecay > 0) return trained;
  return trained.filter((name) => model.parameters.has(name));
}

function startEvent(job: TrainingJob, phases: PhasePlan[], maskable: number, parameters: number): RunEvent {
  const k = job.method === 'ltsft' ? job.select.k : 0;
  return {
    type: 'start',
    version: 1,
    time: new Date().toISOString(),
    name: job.name,
    engine: job.engine.name,
    threads: job.threads,
    seed: job.seed,
    k,
    maskable,
    parameters,
    maskableByParameter: maskableByParameter(job),
    ...(job.method === 'ltsft' ? { by: job.select.by } : {}),
    ...(job.method === 'ltsft' && job.select.budget !== undefined ? { hasBudget: true } : {}),
    phases,
  };
}

function maskableByParameter({ originals, roles }: TrainingJob): Record<string, number> {
  const maskable = [...originals].filter(([name]) => roles.get(name) === 'maskable');
  return Object.fromEntries(maskable.map(([name, { values }]) => [name, values.length]));
}
