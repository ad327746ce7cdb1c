import { util } from '@tensorflow/tfjs-core';
import { traceKernel, type Call } from './context.ts';

export function registerReductions(): void {
  // TensorFlow.js has two names for the attribute that says over which axes.
  for (const [kernel, op, axes] of [
    ['Sum', 'ReduceSum', 'axis'],
    ['Max', 'ReduceMax', 'reductionIndices'],
    ['Mean', 'ReduceMean', 'axis'],
  ]) {
    traceKernel(kernel, (call) => reduce(call, op, axes));
  }
  traceKernel('ArgMax', (call) => {
    const { shape } = call.inputs.x;
    const [wide] = call.emit('ArgMax', [call.wholeName('x')], {
      attributes: { axis: { int: Number(call.attrs.axis) }, keepdims: { int: 0 } },
    });
    const [name] = call.emit('Cast', [wide], { attributes: { to: { int: 6 } } });
    return call.result(name, shape.toSpliced(Number(call.attrs.axis), 1), 'int32');
  });
  traceKernel('Softmax', (call) => lastAxis(call, 'logits', 'Softmax'));
  traceKernel('LogSoftmax', (call) => lastAxis(call, 'logits', 'LogSoftmax'));
}

function reduce(call: Call, op: string, attribute: string) {
  const { shape, dtype } = call.inputs.x;
  // Where it is there and undefined, all axes are meant.
  if (!(attribute in call.attrs)) throw new Error(`${op} finds no ${attribute}.`);
  const axes = util.parseAxisParam(call.attrs[attribute] as number | number[], [...shape]);
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
