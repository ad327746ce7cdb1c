// A program of its own (allocationLimit.test.ts): training steps of mBERT's shape with the settings that Electron gets, and
// what they took of memory, as one JSON object on standard output.
import { hash32 } from '../../src/core/random.ts';
import { NO_LABEL, type Example } from '../../src/data/example.ts';
import type { PhaseKind } from '../../src/protocol/events.ts';
import { train } from '../../src/training/train.ts';
import { benchJob } from '../../bench/support/jobs.ts';
import { randomEncoder, shapeConfig } from '../../bench/support/shapes.ts';
import { watchRuns, type WatchedRuns } from './watchedRuns.ts';

export interface GuardedStep extends WatchedRuns {
  readonly parameters: number;
  readonly losses: Readonly<Record<PhaseKind, readonly number[]>>;
  /** Most bytes of all ArrayBuffers together, seen between any two runs of a graph, and of all WebAssembly memories ever made. */
  readonly arrayBytes: number;
  readonly kernelBytes: readonly number[];
}

const STEPS = 2;
/** More than one run takes, so that gradients of several are summed. */
const SENTENCES = 5;
const LENGTH = 128;

/** WebAssembly as far as it is watched. */
interface WebAssemblyApi {
  Memory: new (size: { initial: number; maximum?: number; shared?: boolean }) => {
    readonly buffer: ArrayBuffer;
  };
}

/** Sizes in bytes of every memory that is made from now on. */
function watchMemories(): number[] {
  const { WebAssembly: wasm } = globalThis as unknown as { readonly WebAssembly: WebAssemblyApi };
  const sizes: number[] = [];
  wasm.Memory = new Proxy(wasm.Memory, {
    construct(target, [size]: [{ readonly initial: number }]) {
      const memory = new target(size);
      sizes.push(memory.buffer.byteLength);
      return memory;
    },
  });
  return sizes;
}

/** A sentence of random pieces, one in seven masked. */
function sentence(seed: number, vocabSize: number): Example {
  const ids = Int32Array.from({ length: LENGTH }, (_, i) => hash32(seed, i) % vocabSize);
  return { ids, labels: ids.map((id, i) => (i % 7 === 0 ? id : NO_LABEL)) };
}

const kernelBytes = watchMemories();
const watched = watchRuns();
const config = shapeConfig('mBERT');
const batch = Array.from({ length: SENTENCES }, (_, i) => sentence(i, config.vocabSize));
const job = benchJob({
  config,
  base: randomEncoder(config),
  task: 'mlm',
  labels: config.vocabSize,
  batches: [batch],
  steps: STEPS,
  l1: 0.1,
  k: 14_155_776,
  dropout: 0.1,
  learningRate: 5e-5,
  engine: { threads: 2, arena: process.argv[2] === 'arena' },
});
const parameters = [...job.originals.values()].reduce((sum, { values }) => sum + values.length, 0);

let arrayBytes = 0;
const look = () => (arrayBytes = Math.max(arrayBytes, process.memoryUsage().arrayBuffers));
const engine: typeof job.engine = {
  ...job.engine,
  async compile(spec) {
    const executable = await job.engine.compile(spec);
    return {
      ...executable,
      async run(feeds, results, options) {
        look();
        await executable.run(feeds, results, options);
        look();
      },
    };
  },
};

const losses: Record<PhaseKind, number[]> = { full: [], sparse: [] };
for await (const event of train({ ...job, engine })) {
  look();
  if (event.type === 'step') losses[event.phase].push(event.loss);
}
const result: GuardedStep = { ...watched, parameters, losses, arrayBytes, kernelBytes };
process.stdout.write(`${JSON.stringify(result)}\n`);
