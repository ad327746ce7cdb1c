import {
  ownMemoryModule,
  relaxedOwnMemoryModule,
  relaxedSharedMemoryModule,
  sharedMemoryModule,
} from './kernelModule.ts';

/** The functions of kernels/kernels.as, beside src. Offsets are in bytes. */
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
  sampledProducts(
    indices: number,
    starts: number,
    row: number,
    end: number,
    tiles: number,
    width: number,
    x: number,
    y: number,
    length: number,
    stride: number,
    out: number,
    add: number,
  ): void;
  rowSums(
    x: number,
    length: number,
    stride: number,
    row: number,
    end: number,
    out: number,
    add: number,
  ): void;
  transpose(
    from: number,
    rows: number,
    width: number,
    column: number,
    end: number,
    to: number,
    stride: number,
  ): void;
  changeBits(values: number, originals: number, out: number, count: number): void;
  countKeys(keys: number, count: number, histogram: number): number;
  countLower(keys: number, count: number, bin: number, histogram: number): void;
  markKeys(keys: number, count: number, least: number, bits: number): void;
  collectKeys(keys: number, count: number, least: number, out: number): number;
}

/** A WebAssembly memory; another thread that is given one of shared memory makes its own kernels on it. */
export interface MemoryHandle {
  readonly buffer: ArrayBuffer;
}

/** Memory in which the kernels can work. */
export interface KernelMemory {
  readonly handle: MemoryHandle;
  readonly shared: boolean;
  readonly kernels: Kernels;
  /** The next array of so many numbers, all zero, aligned to 16 bytes. */
  floats(count: number): Float32Array<ArrayBuffer>;
  integers(count: number): Uint32Array<ArrayBuffer>;
}

/** What is used of WebAssembly, which is no part of the language's own library of types. */
interface WebAssemblyApi {
  readonly Memory: new (size: { initial: number; maximum?: number; shared?: boolean }) => MemoryHandle;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly validate: (bytes: Uint8Array) => boolean;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Kernels };
}
const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly: WebAssemblyApi };

const PAGE = 65_536;
const MOST_PAGES = 65_535;
/** Bytes of the largest memory. */
export const LARGEST_MEMORY = MOST_PAGES * PAGE;

const memories = new WeakMap<ArrayBufferLike, KernelMemory>();
const modules = new Map<boolean, object>();

/**
 * Memory of at least so many bytes; what has not been written takes none of the machine's. Its arrays are typed as ArrayBuffers
 * also where threads share it: only code that hands them to a library must know.
 */
export function newKernelMemory(bytes: number, shared: boolean): KernelMemory {
  const initial = Math.max(1, Math.ceil(bytes / PAGE));
  const handle = new wasm.Memory(shared ? { initial, maximum: MOST_PAGES, shared } : { initial });
  const { buffer } = handle;
  let at = 0;
  const take = (count: number) => {
    const start = at;
    at += alignedBytes(count);
    return start;
  };
  const memory: KernelMemory = {
    handle,
    shared,
    kernels: kernelsOn(handle, shared),
    floats: (count) => new Float32Array(buffer, take(count), count),
    integers: (count) => new Uint32Array(buffer, take(count), count),
  };
  memories.set(buffer, memory);
  return memory;
}

/** The kernels on a memory. */
export function kernelsOn(handle: MemoryHandle, shared: boolean): Kernels {
  const module = modules.get(shared) ?? compileModule(shared);
  modules.set(shared, module);
  return new wasm.Instance(module, { env: { memory: handle } }).exports;
}

/** The module for such a memory, with fused multiply-adds where this Node knows them. */
function compileModule(shared: boolean): object {
  const relaxed = moduleBytes(shared ? relaxedSharedMemoryModule : relaxedOwnMemoryModule);
  if (wasm.validate(relaxed)) return new wasm.Module(relaxed);
  return new wasm.Module(moduleBytes(shared ? sharedMemoryModule : ownMemoryModule));
}

function moduleBytes(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}

/** The memory in which an array lies, if it lies in one. */
export function kernelMemoryOf(array: Float32Array | Uint32Array): KernelMemory | undefined {
  return memories.get(array.buffer);
}

/** Bytes that an array of so many numbers takes of a memory. */
export function alignedBytes(count: number): number {
  return Math.ceil((count * 4) / 16) * 16;
}
