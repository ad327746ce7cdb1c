import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { KernelMemory, MemoryHandle } from '../core/kernelMemory.ts';
import { runInline, type KernelRunner, type KernelTask } from '../core/kernelTasks.ts';
import {
  CONTROL,
  doTasks,
  newKernelTable,
  readResult,
  TABLE_TASKS,
  writeTask,
  type KernelTable,
} from './kernelTable.ts';

/** Tells a worker of a memory that tasks will name by its number, or that they never will again. */
export interface MemoryMessage {
  readonly id: number;
  readonly handle: MemoryHandle | null;
}

/** Threads that do kernel tasks together with the caller's own. */
export interface KernelPool {
  /** Does tasks on all threads; those in memory that is not shared on the caller's alone. Blocks until all are done. */
  readonly run: KernelRunner;
  /** Lets the threads end, and with them their hold on memories. */
  close(): Promise<void>;
}

/**
 * A pool of `threads` threads, the caller's included.
 * @throws what kept a thread from starting
 */
export async function startKernelPool(threads: number): Promise<KernelPool> {
  const table = newKernelTable();
  const { control } = table;
  const workers = Array.from({ length: threads - 1 }, () => startWorker(table));
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  // What has been outgrown and given up must not be kept by what once worked on it, here or in a worker.
  const ids = new WeakMap<KernelMemory, number>();
  const gone = new FinalizationRegistry((id: number) => tell({ id, handle: null }));
  let made = 0;

  function tell(message: MemoryMessage): void {
    for (const worker of workers) worker.postMessage(message, []);
  }

  function idOf(memory: KernelMemory): number {
    const known = ids.get(memory);
    if (known !== undefined) return known;
    const id = made++;
    ids.set(memory, id);
    gone.register(memory, id);
    tell({ id, handle: memory.handle });
    return id;
  }

  function runRound(tasks: readonly KernelTask[], meanwhile?: () => void) {
    const memories = new Map<number, KernelMemory>();
    tasks.forEach(({ memory, kernel, numbers }, i) => {
      const id = idOf(memory);
      memories.set(id, memory);
      writeTask(table, i, id, kernel, numbers);
    });
    Atomics.store(control, CONTROL.tasks, tasks.length);
    Atomics.store(control, CONTROL.next, 0);
    Atomics.store(control, CONTROL.done, 0);
    wake(control);
    try {
      meanwhile?.();
    } finally {
      // Whatever happens, no thread is at work when this returns.
      doTasks(table, (id) => kernelsOf(memories, id));
      waitForWorkers();
    }
    if (Atomics.load(control, CONTROL.failed) !== 0) throw new Error('A thread of the kernel pool failed.');
    return tasks.map((_, i) => readResult(table, i));
  }

  function waitForWorkers() {
    for (;;) {
      const done = Atomics.load(control, CONTROL.done);
      if (done === workers.length) return;
      Atomics.wait(control, CONTROL.done, done);
    }
  }

  return {
    run(tasks, meanwhile) {
      const alone = workers.length === 0 || tasks.length === 0 || tasks.some(({ memory }) => !memory.shared);
      if (alone) return runInline(tasks, meanwhile);
      const results = [];
      for (let at = 0; at < tasks.length; at += TABLE_TASKS) {
        results.push(...runRound(tasks.slice(at, at + TABLE_TASKS), at === 0 ? meanwhile : undefined));
      }
      return results;
    },
    async close() {
      Atomics.store(control, CONTROL.quit, 1);
      wake(control);
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

function kernelsOf(memories: ReadonlyMap<number, KernelMemory>, id: number): KernelMemory['kernels'] {
  const memory = memories.get(id);
  if (memory === undefined) throw new Error(`No task of this round is in memory ${id}.`);
  return memory.kernels;
}

/** Read when this program starts: each phase starts threads, and by then an update may have replaced the files. */
const workerUrl = workerCode();

/** The worker as a URL that holds its code; where it stands beside this file as a source, that one's. */
function workerCode(): URL {
  if (import.meta.url.endsWith('.ts')) return new URL('./kernelWorker.ts', import.meta.url);
  const file = new URL('./kernelWorker.js', import.meta.url);
  try {
    // Code in a URL has no place of its own.
    const code = readFileSync(file, 'utf8').replaceAll('import.meta.url', JSON.stringify(file.href));
    return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
  } catch {
    return file; // what needs no threads works without it, and starting one says what is missing
  }
}

function startWorker(table: KernelTable): Worker {
  const worker = new Worker(workerUrl, { workerData: table });
  // A pool that nobody closed must not keep the process alive.
  worker.unref();
  return worker;
}

function wake(control: Int32Array<SharedArrayBuffer>): void {
  Atomics.add(control, CONTROL.round, 1);
  Atomics.notify(control, CONTROL.round);
}
