import { readFileSync, writeFileSync } from 'node:fs';
import type { Example } from '../src/data/example.ts';
import type { CompiledEngineOptions } from '../src/engine/compiled/compiledEngine.ts';
import type { Engine } from '../src/engine/engine.ts';
import type { TrainingJob } from '../src/training/job.ts';
import { train } from '../src/training/train.ts';
import { median } from './statistics.ts';
import { benchJob } from './support/jobs.ts';
import { startPeer } from './support/peer.ts';
import { peerShape, randomEncoder, shapeConfig, type ShapeName } from './support/shapes.ts';
import { languageBatches, longest, padded, taggingBatches } from './support/texts.ts';

/** A setting in which whole training steps are timed. */
export interface StepSetting {
  readonly shape: ShapeName;
  readonly task: 'mlm' | 'tagging';
  readonly l1: number;
  readonly measured: number;
}

export interface StepResult extends StepSetting {
  readonly phase: 'full' | 'sparse';
  /** Median tokens of a batch. */
  readonly tokens: number;
  /** Median tokens of a batch as the reference has it, every sequence as long as the longest. */
  readonly paddedTokens: number;
  readonly seconds: number;
  readonly peerSeconds: number | null;
  /** Median of the pairs' ratios. */
  readonly ratio: number | null;
  readonly peakBytes: number;
  readonly peerPeakBytes: number | null;
}

export interface PeerOptions {
  /** The Python that runs the reference's algorithm; without it only ours is timed. */
  readonly python: string | undefined;
  /** Whether its AdamW is the fused one. */
  readonly fused: boolean;
  readonly threads: number;
}

/** Memory is first touched in the first steps. */
const FIRST_STEPS = 3;
/** Steps of one side before it is the other's turn: few, since the machine's speed drifts, and more than one, since nobody pauses after each. */
const TURN = 4;
const K: Record<ShapeName, number> = { mBERT: 14_155_776, BASE: 8_500_000, MiniLM: 1_805_230 };

/** A few steps of ours and of the peer in turn, on the same batches, in both phases. */
export async function timeSteps(
  setting: StepSetting,
  { python, fused, threads }: PeerOptions,
): Promise<StepResult[]> {
  const { shape, task, l1, measured } = setting;
  const warmUp = warmUpSteps(setting);
  const steps = warmUp + measured;
  const config = shapeConfig(shape);
  const { batches, labels } = await stepBatches(setting);
  const job = stepJob(setting, { batches, labels, steps, engine: { threads } });
  const peer = python === undefined ? undefined : startPeer(python);
  const setUp = (phase: string) =>
    peer?.call('setup', {
      shape: peerShape(config),
      head: task === 'mlm' ? 'mlm' : 'token-classification',
      labels,
      l1,
      dropout: 0.1,
      fused,
      threads,
      phase,
      k: K[shape],
    });
  const timed: Record<
    'full' | 'sparse',
    { ours: number[]; theirs: number[]; tokens: number[]; peak: number; theirPeak: number | null }
  > = {
    full: { ours: [], theirs: [], tokens: [], peak: 0, theirPeak: null },
    sparse: { ours: [], theirs: [], tokens: [], peak: 0, theirPeak: null },
  };
  for await (const event of train(job)) {
    if (event.type === 'phase') {
      resetPeak();
      await setUp(event.phase);
    }
    if (event.type !== 'step') continue;
    const into = timed[event.phase];
    if (event.step > warmUp) {
      into.ours.push(event.seconds);
      into.tokens.push(event.tokens);
    }
    const beyond = event.step - warmUp;
    const turn = beyond === 0 ? warmUp : beyond > 0 && beyond % TURN === 0 ? TURN : 0;
    for (let step = event.step - turn; step < event.step; step++) {
      const theirs = await peer?.call<{ seconds: number }>('step', {
        batch: padded(batches[step % measured]),
      });
      if (theirs !== undefined && step >= warmUp) into.theirs.push(theirs.seconds);
    }
    if (event.step === steps) {
      into.peak = peakBytes();
      into.theirPeak = (await peer?.call<{ vmHwm: number }>('memory'))?.vmHwm ?? null;
    }
  }
  await peer?.quit();
  return (['full', 'sparse'] as const).map((phase) => {
    const { ours, theirs, tokens, peak, theirPeak } = timed[phase];
    return {
      ...setting,
      phase,
      tokens: Math.round(median(tokens)),
      paddedTokens: Math.round(median(batches.map((batch) => batch.length * longest(batch)))),
      seconds: median(ours),
      peerSeconds: theirs.length > 0 ? median(theirs) : null,
      ratio: theirs.length > 0 ? median(theirs.map((one, i) => one / ours[i])) : null,
      peakBytes: peak,
      peerPeakBytes: theirPeak,
    };
  });
}

/** Steps before timing begins. */
export function warmUpSteps({ task, measured }: StepSetting): number {
  // Batches of sentences differ: once through all of them before timing, so that every row of the embeddings has been touched.
  return task === 'tagging' ? Math.max(FIRST_STEPS, measured) : FIRST_STEPS;
}

export interface StepBatches {
  readonly batches: Example[][];
  readonly labels: number;
}

/** The batches of a setting, one a measured step. */
export async function stepBatches({ shape, task, measured }: StepSetting): Promise<StepBatches> {
  return task === 'mlm'
    ? { batches: await languageBatches(shape, measured), labels: shapeConfig(shape).vocabSize }
    : taggingBatches(shape, measured);
}

export interface StepJob extends StepBatches {
  readonly steps: number;
  readonly engine: CompiledEngineOptions;
  readonly on?: Engine;
}

/** The job of a setting, which alone holds the base, so that it can free what it has moved. */
export function stepJob(
  { shape, task, l1 }: StepSetting,
  { batches, labels, steps, engine, on }: StepJob,
): TrainingJob {
  const config = shapeConfig(shape);
  return benchJob({
    config,
    base: randomEncoder(config),
    task,
    labels,
    batches,
    steps,
    l1,
    k: K[shape],
    dropout: 0.1,
    learningRate: 5e-5,
    engine,
    on,
  });
}

/** Largest resident size of this process since the last reset; 0 where the system does not tell. */
function peakBytes(): number {
  try {
    const [, kilobytes = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return Number(kilobytes) * 1024;
  } catch {
    return 0;
  }
}

function resetPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Not Linux: the peak is then that of the whole process.
  }
}
