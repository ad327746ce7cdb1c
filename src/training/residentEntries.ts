import { alignedBytes, LARGEST_MEMORY, newKernelMemory } from '../core/kernelMemory.ts';
import type { Mask } from '../core/mask.ts';
import { slabBytes, slabIn } from '../core/slab.ts';
import type { Engine } from '../engine/engine.ts';
import { gradientOf } from '../engine/program.ts';
import type { GraphModel } from '../model/stepProgram.ts';
import type { ShortGradients } from './shortGradients.ts';
import type { Weights } from './weights.ts';

export interface ResidentOptions {
  readonly engine: Engine;
  readonly model: Pick<GraphModel, 'parameters'>;
  readonly weights: Weights;
  readonly mask: Mask;
  /** Whether p0 is needed at every step. */
  readonly l1: boolean;
  readonly shared: boolean;
}

/** Bytes of weights that a graph may hold: a file of ONNX ends at 2 GiB. */
const MOST_BYTES = 1.6e9;
const FLOAT = 4;

/**
 * In a sparse phase only masked entries of a weight change. So the weights stay on the device, and their masked entries and those
 * entries' gradients alone cross the bus, at every run. Undefined where no weight is so treated.
 */
export function residentEntries({
  engine,
  model,
  weights,
  mask,
  l1,
  shared,
}: ResidentOptions): ShortGradients | undefined {
  const limit = engine.largestArray ?? Infinity;
  let held = 0;
  const names = [...model.parameters].flatMap(([name, shape]) => {
    const chosen = mask.get(name)?.length ?? 0;
    const bytes = FLOAT * shape.reduce((product, size) => product * size, 1);
    // Tables change in rows, too; what is short is not worth it.
    const isIn = weights.roles.get(name) === 'maskable' && weights.arrays.has(name) && shape.length === 2;
    if (!isIn || chosen === 0 || bytes > limit || held + bytes > MOST_BYTES) return [];
    held += bytes;
    return [name];
  });
  const counts = names.map((name) => mask.get(name)?.length ?? 0);
  const options = { withOriginals: l1 };
  const bytes = counts.reduce((sum, count) => sum + slabBytes(count, options) + alignedBytes(count), 0);
  if (names.length === 0 || bytes > LARGEST_MEMORY) return undefined;
  const memory = newKernelMemory(bytes, shared);
  const slabs = new Map(names.map((name, i) => [name, slabIn(memory, counts[i], options)]));
  const resident = new Map(
    names.map((name) => [
      name,
      { indices: mask.get(name) ?? new Uint32Array(0), values: weights.arrays.get(name)?.values ?? NONE },
    ]),
  );
  const entries = [...slabs];
  return {
    slabs,
    taps: [],
    resident,
    feeds: () => Object.fromEntries(entries.map(([name, { values }]) => [name, values])),
    outputs: () => Object.fromEntries(entries.map(([name, slab]) => [gradientOf(name), slab.gradients])),
    collect() {},
  };
}

const NONE = new Float32Array(0);
