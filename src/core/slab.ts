import { optimizerModule } from './optimizerModule.ts';

/**
 * The arrays of a group of entries that train together, side by side in one WebAssembly memory, so that the optimiser's passes
 * (core/passes.ts) can work on them in place, four entries at a time. ONNX Runtime reads and writes them like any array.
 */
export interface Slab {
  readonly values: Float32Array<ArrayBuffer>;
  /** p0; empty where L1 does not need it. */
  readonly originals: Float32Array<ArrayBuffer>;
  readonly gradients: Float32Array<ArrayBuffer>;
  readonly first: Float32Array<ArrayBuffer>;
  readonly second: Float32Array<ArrayBuffer>;
}

/** The functions of kernels/optimizer.as, beside src. */
export interface Kernels {
  squares(gradients: number, count: number): number;
  squaresWithL1(values: number, originals: number, gradients: number, count: number, l1: number): number;
  measuredDistance(): number;
  update(
    values: number,
    gradients: number,
    first: number,
    second: number,
    count: number,
    clip: number,
    rate: number,
    root: number,
    keep: number,
  ): void;
  updateWithL1(
    values: number,
    originals: number,
    gradients: number,
    first: number,
    second: number,
    count: number,
    l1: number,
    clip: number,
    rate: number,
    root: number,
    keep: number,
  ): void;
}

/** What is used of WebAssembly, which is no part of the language's own library of types. */
interface WebAssemblyApi {
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Kernels };
}
const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly: WebAssemblyApi };

const PAGE = 65_536;
/** Parameters share a memory up to this size: few memories, and none near the format's limit of 4 GiB. */
const MEMORY_BYTES = 2 ** 30;
const LARGEST_BYTES = 65_535 * PAGE;

const kernelsByBuffer = new WeakMap<ArrayBufferLike, Kernels>();
let compiled: object | undefined;

/** The kernels that work in the memory of an array, if it lies in one. */
export function kernelsOf(array: Float32Array): Kernels | undefined {
  return kernelsByBuffer.get(array.buffer);
}

/** Slabs of so many entries each, all zero. One that is too large for a memory gets ordinary arrays. */
export function allocateSlabs(counts: readonly number[], withOriginals: boolean): Slab[] {
  const slabs: Slab[] = [];
  for (let start = 0; start < counts.length;) {
    let end = start;
    let bytes = 0;
    while (
      end < counts.length &&
      (end === start || bytes + slabBytes(counts[end], withOriginals) <= MEMORY_BYTES)
    ) {
      bytes += slabBytes(counts[end++], withOriginals);
    }
    slabs.push(...inOneMemory(counts.slice(start, end), bytes, withOriginals));
    start = end;
  }
  return slabs;
}

function slabBytes(count: number, withOriginals: boolean): number {
  return (withOriginals ? 5 : 4) * aligned(count);
}

/** Bytes of an array, up to the next multiple of 16. */
function aligned(count: number): number {
  return Math.ceil((count * 4) / 16) * 16;
}

function inOneMemory(counts: readonly number[], bytes: number, withOriginals: boolean): Slab[] {
  const buffer = bytes > LARGEST_BYTES ? undefined : newMemory(bytes);
  let at = 0;
  const take = (count: number) => {
    if (buffer === undefined) return new Float32Array(count);
    const array = new Float32Array(buffer, at, count);
    at += aligned(count);
    return array;
  };
  return counts.map((count) => ({
    values: take(count),
    originals: take(withOriginals ? count : 0),
    gradients: take(count),
    first: take(count),
    second: take(count),
  }));
}

function newMemory(bytes: number): ArrayBuffer {
  const memory = new wasm.Memory({ initial: Math.max(1, Math.ceil(bytes / PAGE)) });
  compiled ??= new wasm.Module(Uint8Array.from(atob(optimizerModule), (c) => c.charCodeAt(0)));
  const instance = new wasm.Instance(compiled, { env: { memory } });
  const { buffer } = memory;
  kernelsByBuffer.set(buffer, instance.exports);
  return buffer;
}
