import { runInline, type KernelRunner } from '../core/kernelTasks.ts';
import { startKernelPool } from '../engine/kernelPool.ts';
import type { TrainingJob } from './job.ts';

/** Entries from which several threads are worth their start. */
const PARALLEL_FROM = 4_000_000;

/** What does a phase's kernel tasks. */
export interface PhaseKernels {
  readonly run: KernelRunner;
  /** Whether arrays must lie in memory that threads share. */
  readonly shared: boolean;
  close(): Promise<void>;
}

/** Threads for a large model, where engine and Node can share memory between them; else the calling thread alone. */
export async function startPhaseKernels(
  { engine, threads, parallelFrom = PARALLEL_FROM }: Pick<TrainingJob, 'engine' | 'threads' | 'parallelFrom'>,
  entries: number,
): Promise<PhaseKernels> {
  if (threads > 1 && entries >= parallelFrom && (await engine.takesSharedMemory())) {
    return { shared: true, ...(await startKernelPool(threads)) };
  }
  return { run: runInline, shared: false, async close() {} };
}
