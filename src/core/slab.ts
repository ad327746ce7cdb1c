import { alignedBytes, LARGEST_MEMORY, newKernelMemory, type KernelMemory } from './kernelMemory.ts';

/**
 * The arrays of a group of entries that train together, side by side in memory of the kernels, so that the optimiser's passes
 * (core/passes.ts) can work on them in place. ONNX Runtime reads and writes them like any array.
 */
export interface Slab {
  readonly values: Float32Array<ArrayBuffer>;
  /** p0; empty where L1 does not need it. */
  readonly originals: Float32Array<ArrayBuffer>;
  readonly gradients: Float32Array<ArrayBuffer>;
  readonly first: Float32Array<ArrayBuffer>;
  readonly second: Float32Array<ArrayBuffer>;
}

export interface SlabOptions {
  readonly withOriginals: boolean;
  /** Whether threads share the memory. */
  readonly shared: boolean;
}

/** Parameters share a memory up to this size: few memories, and none near the format's limit of 4 GiB. */
const MEMORY_BYTES = 2 ** 30;

/** Slabs of so many entries each, all zero. One that is too large for a memory gets ordinary arrays. */
export function allocateSlabs(counts: readonly number[], options: SlabOptions): Slab[] {
  const slabs: Slab[] = [];
  for (let start = 0; start < counts.length;) {
    let end = start;
    let bytes = 0;
    while (
      end < counts.length &&
      (end === start || bytes + slabBytes(counts[end], options) <= MEMORY_BYTES)
    ) {
      bytes += slabBytes(counts[end++], options);
    }
    const memory = bytes > LARGEST_MEMORY ? undefined : newKernelMemory(bytes, options.shared);
    for (const count of counts.slice(start, end)) slabs.push(slabIn(memory, count, options));
    start = end;
  }
  return slabs;
}

/** A slab in a memory, or of ordinary arrays without one. */
export function slabIn(
  memory: KernelMemory | undefined,
  count: number,
  { withOriginals }: Pick<SlabOptions, 'withOriginals'>,
): Slab {
  const take = (size: number) => memory?.floats(size) ?? new Float32Array(size);
  return {
    values: take(count),
    originals: take(withOriginals ? count : 0),
    gradients: take(count),
    first: take(count),
    second: take(count),
  };
}

/** Bytes of a slab in a memory. */
export function slabBytes(count: number, { withOriginals }: Pick<SlabOptions, 'withOriginals'>): number {
  return (withOriginals ? 5 : 4) * alignedBytes(count);
}
