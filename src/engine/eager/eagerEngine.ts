import { engine, setBackend, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import '../tfjs.ts';
import type { Engine, Executable } from '../engine.ts';
import { gradientOf, shaped, type Feeds, type NamedTensors, type ProgramSpec } from '../program.ts';

/** Runs programs op by op on a registered TensorFlow.js backend. */
export function eagerEngine(backend: string): Engine {
  return {
    name: `eager-${backend}`,
    probes: false,
    takesSharedMemory: async () => false,
    async compile(spec) {
      return executable(spec, backend);
    },
  };
}

function executable(spec: ProgramSpec, backend: string): Executable {
  const sums = new Set(spec.accumulated.map(gradientOf));
  return {
    async run(feeds, results, { accumulate = false } = {}) {
      await setBackend(backend);
      const inputs = toTensors(spec, feeds);
      const outputs = tidy(() => compute(spec, inputs));
      for (const [name, into] of Object.entries(results)) {
        const values = (await outputs[name].data()) as Float32Array;
        if (accumulate && sums.has(name)) add(into, values);
        else into.set(values);
      }
      for (const made of [...Object.values(inputs), ...Object.values(outputs)]) made.dispose();
    },
    async release() {},
  };
}

function toTensors(spec: ProgramSpec, feeds: Feeds): NamedTensors {
  return Object.fromEntries(
    spec.inputs.map((input) => {
      const { array, shape } = shaped(input, feeds[input.name]);
      return [input.name, tensor(array, [...shape], input.type)];
    }),
  );
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
