import { KernelBackend, type DataId, type DataType, type TensorInfo } from '@tensorflow/tfjs-core';
import type { ElementType } from '../graph/graph.ts';
import { newRecorder, type Recorder, type Traced } from './recorder.ts';

export const TRACE_BACKEND = 'trace';

/** Large arrays are inputs of a graph, never constants in it. */
const LARGEST_CONSTANT = 4096;

/**
 * A TensorFlow.js backend that computes nothing: each kernel call is recorded as operators of a graph.
 * A class because TensorFlow.js wants a KernelBackend.
 */
export class TraceBackend extends KernelBackend {
  private values = new WeakMap<DataId, Traced>();
  private recording: Recorder | undefined;

  /** Starts an empty graph; what is recorded until `finish` belongs to it. */
  start(): Recorder {
    this.recording = newRecorder();
    return this.recording;
  }

  finish(): void {
    this.recording = undefined;
  }

  get recorder(): Recorder {
    if (this.recording === undefined) throw new Error('No graph is being traced.');
    return this.recording;
  }

  /** Makes a tensor of this backend that stands for `traced`. */
  tensor(traced: Traced, shape: readonly number[], dtype: DataType): TensorInfo {
    const dataId = {};
    this.values.set(dataId, traced);
    return { dataId, shape: [...shape], dtype };
  }

  traced(info: TensorInfo): Traced {
    const traced = this.values.get(info.dataId);
    if (traced === undefined) throw new Error('A tensor of another backend entered a traced graph.');
    return traced;
  }

  override write(values: ArrayLike<number> | Uint8Array[] | null, shape: number[], dtype: DataType): DataId {
    const numbers = Array.from((values ?? []) as ArrayLike<number>, Number);
    const size = shape.reduce((product, length) => product * length, 1);
    const first = numbers[0] ?? 0;
    if (numbers.every((value) => value === first))
      return this.tensor({ uniform: first }, shape, dtype).dataId;
    if (size > LARGEST_CONSTANT) throw new Error(`A constant of ${size} elements entered a traced graph.`);
    return this.tensor({ name: this.recorder.constant(elementType(dtype), shape, numbers) }, shape, dtype)
      .dataId;
  }

  override read(): never {
    throw new Error('A traced tensor has no values; a model must not read tensors.');
  }

  override readSync(): never {
    return this.read();
  }

  override disposeData(): boolean {
    return true;
  }

  override refCount(): number {
    return 1;
  }

  override incRef(): void {}

  override numDataIds(): number {
    return 0;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override dispose(): void {}
}

/** The graph's element type for a TensorFlow.js type. */
export function elementType(dtype: DataType): ElementType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new Error(`Tensors of type ${dtype} cannot be traced.`);
}
