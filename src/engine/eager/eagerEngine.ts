import {
  engine,
  gather,
  keep,
  scatterND,
  setBackend,
  tensor,
  tensor1d,
  tidy,
  type Tensor,
} from '@tensorflow/tfjs-core';
import '../tfjs.ts';
import type { Engine, Executable } from '../engine.ts';
import {
  gradientOf,
  shaped,
  type Feeds,
  type InputSpec,
  type NamedTensors,
  type ProgramSpec,
  type ResidentEntries,
} from '../program.ts';

export interface EagerOptions extends Partial<Pick<Engine, 'name' | 'version' | 'repeatable'>> {
  /** Loads what registers the backend; called before it is first used. */
  readonly load?: () => Promise<void>;
}

/** Runs programs op by op on a registered TensorFlow.js backend. */
export function eagerEngine(backend: string, options: EagerOptions = {}): Engine {
  const { name = `eager-${backend}`, version = '', repeatable = true, load } = options;
  return {
    name,
    version,
    repeatable,
    probes: false,
    resident: true,
    halves: 'none',
    takesSharedMemory: async () => false,
    async compile(spec) {
      await load?.();
      return executable(spec, backend);
    },
  };
}

const NONE: ReadonlySet<string> = new Set();

function isHeld({ varies, zero }: InputSpec): boolean {
  return varies === undefined && zero !== true;
}

function executable(spec: ProgramSpec, backend: string): Executable {
  const sums = new Set(spec.accumulated.map(gradientOf));
  /** Inputs of fixed size, parameters above all: they stay on the device until they change. */
  const held = new Map<string, Tensor>();
  const resident = residentTensors(spec);
  const forget = (name: string) => {
    held.get(name)?.dispose();
    held.delete(name);
  };

  function bring(feeds: Feeds, unchanged: ReadonlySet<string>): Record<string, Tensor> {
    const inputs: Record<string, Tensor> = {};
    for (const input of spec.inputs) {
      const { name, type } = input;
      if (!unchanged.has(name)) forget(name);
      const entries = resident.entries(name);
      const { array, shape } =
        entries === undefined
          ? shaped(input, feeds[name])
          : { array: feeds[name] as Float32Array, shape: [entries] };
      inputs[name] = held.get(name) ?? tensor(array, [...shape], type);
      if (isHeld(input)) held.set(name, inputs[name]);
    }
    return inputs;
  }

  return {
    async run(feeds, results, { accumulate = false, unchanged = NONE } = {}) {
      await setBackend(backend);
      const inputs = bring(feeds, unchanged);
      let outputs: Record<string, Tensor> = {};
      try {
        outputs = tidy(() => resident.atEntries(compute(spec, resident.whole(inputs))));
        for (const [name, into] of Object.entries(results)) {
          const values = (await outputs[name].data()) as Float32Array;
          if (accumulate && sums.has(name)) add(into, values);
          else into.set(values);
        }
      } finally {
        for (const input of spec.inputs) if (!isHeld(input)) inputs[input.name].dispose();
        for (const made of Object.values(outputs)) made.dispose();
      }
    },
    async release() {
      for (const one of held.values()) one.dispose();
      held.clear();
      resident.release();
    },
  };
}

/** Inputs that stay on the device but for some entries. */
function residentTensors({ resident = new Map(), inputs }: ProgramSpec) {
  const held = new Map<string, { readonly base: Tensor; readonly at: Tensor }>();
  const hold = (name: string, { indices, values }: ResidentEntries) => {
    const found = held.get(name);
    if (found !== undefined) return found;
    const rest = values.slice();
    for (const i of indices) rest[i] = 0;
    // They outlive the step in which they are made.
    const made = { base: keep(tensor1d(rest)), at: keep(tensor1d(Int32Array.from(indices), 'int32')) };
    held.set(name, made);
    return made;
  };
  return {
    entries: (name: string): number | undefined => resident.get(name)?.indices.length,
    /** What the program takes, from what was fed. */
    whole(fed: NamedTensors): NamedTensors {
      const all = { ...fed };
      for (const { name, shape } of inputs) {
        const entries = resident.get(name);
        if (entries === undefined) continue;
        const { base, at } = hold(name, entries);
        // Entries of the base are 0 there, and no index occurs twice: the sum is exact.
        const spread = scatterND(at.reshape([-1, 1]), fed[name], [entries.values.length]);
        all[name] = base.add(spread).reshape([...shape]);
      }
      return all;
    },
    atEntries(outputs: Record<string, Tensor>): Record<string, Tensor> {
      const all = { ...outputs };
      for (const [name, { at }] of held) {
        const output = gradientOf(name);
        if (output in all) all[output] = gather(all[output].reshape([-1]), at);
      }
      return all;
    },
    release() {
      for (const { base, at } of held.values()) {
        base.dispose();
        at.dispose();
      }
      held.clear();
    },
  };
}

function compute(spec: ProgramSpec, inputs: NamedTensors): Record<string, Tensor> {
  if (spec.gradients.length === 0) {
    const { loss, outputs = {} } = spec.program(inputs);
    return loss === undefined ? { ...outputs } : { ...outputs, loss };
  }
  const { value, grads } = engine().gradients(
    () => {
      const { loss } = spec.program(inputs);
      if (loss === undefined) throw new Error('A program without a loss has no gradients.');
      return loss;
    },
    spec.gradients.map((name) => inputs[name]),
  );
  return {
    loss: value,
    ...Object.fromEntries(spec.gradients.map((name, i) => [gradientOf(name), grads[i]])),
  };
}

function add(into: Float32Array, values: Float32Array): void {
  for (let i = 0; i < into.length; i++) into[i] += values[i];
}
