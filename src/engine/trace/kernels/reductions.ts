import { util } from '@tensorflow/tfjs-core';
import { traceKernel, type Call } from './context.ts';

export function registerReductions(): void {
  for (const [kernel, op] of [
    ['Sum', 'ReduceSum'],
    ['Max', 'ReduceMax'],
    ['Mean', 'ReduceMean'],
  ]) {
    traceKernel(kernel, (call) => reduce(call, op));
  }
  traceKernel('Softmax', (call) => lastAxis(call, 'logits', 'Softmax'));
  traceKernel('LogSoftmax', (call) => lastAxis(call, 'logits', 'LogSoftmax'));
}

function reduce(call: Call, op: string) {
  const { shape, dtype } = call.inputs.x;
  const axes = util.parseAxisParam(call.attrs.axis as number | number[], [...shape]);
  const keep = call.attrs.keepDims === true;
  const reduced = shape.map((size, i) => (axes.includes(i) ? 1 : size));
  const [name] = call.emit(op, [call.wholeName('x'), call.int64(axes)], {
    attributes: { keepdims: { int: Number(keep) } },
  });
  return call.result(name, keep ? reduced : shape.filter((_, i) => !axes.includes(i)), dtype);
}

function lastAxis(call: Call, input: string, op: string) {
  const [name] = call.emit(op, [call.wholeName(input)], { attributes: { axis: { int: -1 } } });
  return call.result(name, call.inputs[input].shape);
}
