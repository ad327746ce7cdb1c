import { alignedBytes, LARGEST_MEMORY, newKernelMemory } from '../core/kernelMemory.ts';
import type { KernelRunner, KernelTask } from '../core/kernelTasks.ts';
import type { Mask } from '../core/mask.ts';
import {
  rowSumTasks,
  sampledProductTasks,
  strideOf,
  tileStarts,
  tileStartsLength,
  transposeTasks,
} from '../core/sampledProducts.ts';
import { slabBytes, slabIn } from '../core/slab.ts';
import type { StepShape } from '../data/shape.ts';
import type { ModelConfig } from '../model/config.ts';
import { encoderTaps, tapLength, type Tap } from '../model/taps.ts';
import type { ShortGradients } from './shortGradients.ts';
import type { Weights } from './weights.ts';

export interface SampledOptions {
  readonly config: ModelConfig;
  readonly weights: Weights;
  readonly mask: Mask;
  /** Whether p0 is needed at every step. */
  readonly l1: boolean;
  /** Whether the last layer is computed at the queries only. */
  readonly selectsQueries: boolean;
  /** Positions of the largest run. */
  readonly positions: number;
  readonly shared: boolean;
  readonly run: KernelRunner;
}

/** Share of a weight's entries up to which the chosen ones cost less than the whole product; about 1/3 was measured. */
export const DENSEST = 0.25;
/** Arrays for transposed factors: one is read while the other is filled. */
const SCRATCHES = 2;

/**
 * In a sparse phase nobody reads a weight's gradient outside the mask. Where the mask is thin, its entries alone are computed, from the
 * input and the output gradient of the weight's layer, in place of the whole product: less work, and no memory for the rest. The
 * gradient of the layer's bias, where that is masked too, falls off. This sets it up for all weights with a thin mask; undefined where
 * there is none, or one memory cannot hold it.
 */
export function sampleGradients(options: SampledOptions): ShortGradients | undefined {
  const { config, mask, l1, positions } = options;
  const all = encoderTaps(config, options.selectsQueries).filter((tap) => isThin(tap, options));
  if (all.length === 0) return undefined;
  const counts = all.map(({ weight }) => mask.get(weight)?.length ?? 0);
  const sizes = sizesOf(all);
  const byLayer = Array.from({ length: config.layers }, (_, l) => all.filter(({ layer }) => layer === l));
  const most = Math.max(
    ...byLayer.map((taps) => [...sizesOf(taps).values()].reduce((sum, size) => sum + size, 0)),
  );
  const slabOptions = { withOriginals: l1 };
  let bytes = 0;
  for (const count of counts) bytes += slabBytes(count, slabOptions) + alignedBytes(count);
  for (const { height, width } of all) bytes += alignedBytes(tileStartsLength(height, width));
  const biased = all.filter((tap) => isMasked(tap.bias, options));
  for (const { height } of biased) bytes += alignedBytes(height);
  for (const size of sizes.values()) bytes += alignedBytes(size * positions);
  bytes += SCRATCHES * alignedBytes(most * strideOf(positions));
  if (bytes > LARGEST_MEMORY) return undefined;
  const memory = newKernelMemory(bytes, options.shared);
  const slabs = new Map(all.map(({ weight }, i) => [weight, slabIn(memory, counts[i], slabOptions)]));
  const chosen = new Map(
    all.map(({ weight, height, width }, i) => {
      const indices = memory.integers(counts[i]);
      indices.set(mask.get(weight) ?? []);
      const starts = memory.integers(tileStartsLength(height, width));
      starts.set(tileStarts(indices, height, width));
      return [weight, { indices, starts }];
    }),
  );
  const arrays = new Map([...sizes].map(([name, size]) => [name, memory.floats(size * positions)]));
  const array = (name: string, length: number) => {
    const found = arrays.get(name);
    if (found === undefined || found.length < length)
      throw new Error(`No room for ${length} numbers of ${name}.`);
    return found.subarray(0, length);
  };
  const biases = new Map(biased.map(({ bias, height }) => [bias, memory.floats(height)]));
  const scratches = Array.from({ length: SCRATCHES }, () => memory.floats(most * strideOf(positions)));
  return {
    slabs,
    biases,
    taps: all,
    outputs: (shape) =>
      Object.fromEntries(
        all.flatMap((tap) => {
          const length = tapLength(tap, shape);
          return [
            [tap.input, array(tap.input, tap.width * length)],
            [tap.gradient, array(tap.gradient, tap.height * length)],
          ];
        }),
      ),
    collect(shape, add) {
      let products: KernelTask[] = [];
      for (const [l, taps] of byLayer.entries()) {
        // While a layer's products are computed, the next one's factors are transposed: they come and go through the cache.
        const layer = transposed(taps, shape, scratches[l % SCRATCHES]);
        options.run([...layer.tasks, ...products]);
        products = taps.flatMap((tap) => productTasks(tap, shape, layer.arrays, add));
      }
      options.run(products);
    },
  };

  /** Inputs and output gradients of a layer, each as [features, positions], and the tasks that make them so. */
  function transposed(taps: readonly Tap[], shape: StepShape, scratch: Float32Array<ArrayBuffer>) {
    const arrays = new Map<string, Float32Array<ArrayBuffer>>();
    const tasks: KernelTask[] = [];
    let at = 0;
    for (const tap of taps) {
      const length = tapLength(tap, shape);
      for (const [name, width] of [
        [tap.input, tap.width],
        [tap.gradient, tap.height],
      ] as const) {
        if (arrays.has(name)) continue;
        const to = scratch.subarray(at, (at += width * strideOf(length)));
        arrays.set(name, to);
        tasks.push(...transposeTasks({ from: array(name, width * length), to, width, length }));
      }
    }
    return { arrays, tasks };
  }

  function productTasks(
    tap: Tap,
    shape: StepShape,
    arrays: ReadonlyMap<string, Float32Array<ArrayBuffer>>,
    add: boolean,
  ): KernelTask[] {
    const [entries, slab] = [chosen.get(tap.weight), slabs.get(tap.weight)];
    const [x, y] = [arrays.get(tap.input), arrays.get(tap.gradient)];
    if (entries === undefined || slab === undefined || x === undefined || y === undefined) return [];
    const length = tapLength(tap, shape);
    const into = slab.gradients;
    const bias = biases.get(tap.bias);
    return [
      ...sampledProductTasks({ ...entries, width: tap.width, x, y, length, into, add }),
      ...(bias === undefined ? [] : rowSumTasks({ y, length, into: bias, add })),
    ];
  }
}

/** Features of each array that is tapped, by its name. */
function sizesOf(taps: readonly Tap[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { input, width, gradient, height } of taps) sizes.set(input, width).set(gradient, height);
  return sizes;
}

function isThin({ weight, height, width }: Tap, options: SampledOptions): boolean {
  const chosen = options.mask.get(weight)?.length ?? 0;
  return isMasked(weight, options) && chosen <= DENSEST * height * width;
}

function isMasked(name: string, { weights, mask }: SampledOptions): boolean {
  return weights.roles.get(name) === 'maskable' && (mask.get(name)?.length ?? 0) > 0;
}
