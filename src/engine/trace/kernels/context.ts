import { registerKernel, type DataType, type NamedAttrMap, type TensorInfo } from '@tensorflow/tfjs-core';
import { elementType, TRACE_BACKEND, type TraceBackend } from '../backend.ts';
import type { EmitOptions, Traced } from '../recorder.ts';

/** One call of a kernel while tracing. */
export interface Call {
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly attrs: Readonly<Record<string, unknown>>;
  /** The name of an input's value in the graph; a uniform constant becomes a scalar that broadcasts. */
  name(input: string): string;
  /** The same, but of the input's whole shape. */
  wholeName(input: string): string;
  /** The number of which a uniform constant is made, or undefined. */
  uniform(input: string): number | undefined;
  emit(op: string, inputs: readonly string[], options?: EmitOptions): string[];
  int64(values: readonly number[]): string;
  float(value: number): string;
  result(name: string, shape: readonly number[], dtype?: DataType): TensorInfo;
  uniformResult(value: number, shape: readonly number[], dtype?: DataType): TensorInfo;
  /** A tensor that stands for the same value in another shape or none. */
  same(traced: Traced, shape: readonly number[], dtype: DataType): TensorInfo;
  traced(input: string): Traced;
}

/** Registers what the kernel `kernelName` records. */
export function traceKernel(kernelName: string, record: (call: Call) => TensorInfo | TensorInfo[]): void {
  registerKernel({
    kernelName,
    backendName: TRACE_BACKEND,
    kernelFunc: ({ inputs, backend, attrs }) =>
      record(newCall(backend as TraceBackend, inputs as Record<string, TensorInfo>, attrs ?? {})),
  });
}

function newCall(backend: TraceBackend, inputs: Record<string, TensorInfo>, attrs: NamedAttrMap): Call {
  const { recorder } = backend;
  const traced = (input: string) => backend.traced(inputs[input]);
  const name = (input: string) => {
    const value = traced(input);
    if ('name' in value) return value.name;
    return recorder.constant(elementType(inputs[input].dtype), [], [value.uniform]);
  };
  const int64 = (values: readonly number[]) => recorder.constant('int64', [values.length], values);
  return {
    inputs,
    attrs,
    traced,
    name,
    int64,
    float: (value) => recorder.constant('float32', [], [value]),
    wholeName(input) {
      const value = traced(input);
      if ('name' in value) return value.name;
      return recorder.emit('Expand', [name(input), int64(inputs[input].shape)])[0];
    },
    uniform(input) {
      const value = traced(input);
      return 'uniform' in value ? value.uniform : undefined;
    },
    emit: (op, names, options) => recorder.emit(op, names, options),
    result: (value, shape, dtype = 'float32') => backend.tensor({ name: value }, shape, dtype),
    uniformResult: (value, shape, dtype = 'float32') => backend.tensor({ uniform: value }, shape, dtype),
    same: (value, shape, dtype) => backend.tensor(value, shape, dtype),
  };
}
