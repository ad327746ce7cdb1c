import { util, type DataType } from '@tensorflow/tfjs-core';
import { traceKernel } from './context.ts';

/** Kernels that move elements or make constants. */
export function registerShapes(): void {
  traceKernel('Reshape', (call) => {
    const { shape, dtype } = call.inputs.x;
    const target = util.inferFromImplicitShape(call.attrs.shape as number[], util.sizeFromShape([...shape]));
    const value = call.uniform('x');
    if (value !== undefined) return call.uniformResult(value, target, dtype);
    if (util.arraysEqual([...shape], target)) return call.same(call.traced('x'), target, dtype);
    const sizes = call.int64(freeSizes(shape, target));
    return call.result(call.emit('Reshape', [call.name('x'), sizes])[0], target, dtype);
  });
  traceKernel('Transpose', (call) => {
    const { shape, dtype } = call.inputs.x;
    const perm = call.attrs.perm as number[];
    const value = call.uniform('x');
    if (value !== undefined) {
      return call.uniformResult(
        value,
        perm.map((axis) => shape[axis]),
        dtype,
      );
    }
    const [name] = call.emit('Transpose', [call.wholeName('x')], { attributes: { perm: { ints: perm } } });
    return call.result(
      name,
      perm.map((axis) => shape[axis]),
      dtype,
    );
  });
  traceKernel('Identity', (call) => call.same(call.traced('x'), call.inputs.x.shape, call.inputs.x.dtype));
  traceKernel('Fill', (call) =>
    call.uniformResult(
      call.attrs.value as number,
      call.attrs.shape as number[],
      call.attrs.dtype as DataType,
    ),
  );
  traceKernel('ZerosLike', (call) => call.uniformResult(0, call.inputs.x.shape, call.inputs.x.dtype));
  traceKernel('OnesLike', (call) => call.uniformResult(1, call.inputs.x.shape, call.inputs.x.dtype));
  traceKernel('PadV2', (call) => {
    const { x } = call.inputs;
    const paddings = call.attrs.paddings as [number, number][];
    const pads = call.int64([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]);
    const value = call.float(call.attrs.constantValue as number);
    const [name] = call.emit('Pad', [call.wholeName('x'), pads, value]);
    return call.result(
      name,
      x.shape.map((size, i) => size + paddings[i][0] + paddings[i][1]),
      x.dtype,
    );
  });
  traceKernel('Slice', (call) => {
    const { shape, dtype } = call.inputs.x;
    const begin = call.attrs.begin as number[];
    const size = shape.map((whole, i) => {
      const asked = (call.attrs.size as number[])[i];
      return asked === -1 ? whole - begin[i] : asked;
    });
    // An axis that is kept whole is not named: its size may vary.
    const axes = shape.flatMap((whole, i) => (begin[i] === 0 && size[i] === whole ? [] : [i]));
    if (axes.length === 0) return call.same(call.traced('x'), shape, dtype);
    const ends = axes.map((axis) => begin[axis] + size[axis]);
    const starts = axes.map((axis) => begin[axis]);
    const bounds = [starts, ends, axes].map((values) => call.int64(values));
    return call.result(call.emit('Slice', [call.wholeName('x'), ...bounds])[0], size, dtype);
  });
  traceKernel('GatherV2', (call) => {
    if (call.attrs.axis !== 0 || call.attrs.batchDims !== 0) throw new Error('Only rows are gathered.');
    const { x, indices } = call.inputs;
    const [name] = call.emit('Gather', [call.wholeName('x'), call.name('indices')], {
      attributes: { axis: { int: 0 } },
    });
    return call.result(name, [...indices.shape, ...x.shape.slice(1)], x.dtype);
  });
  traceKernel('GatherNd', (call) => {
    const { params, indices } = call.inputs;
    const [wide] = call.emit('Cast', [call.name('indices')], { attributes: { to: { int: 7 } } });
    const [name] = call.emit('GatherND', [call.wholeName('params'), wide]);
    const depth = indices.shape.at(-1) ?? 0;
    return call.result(name, [...indices.shape.slice(0, -1), ...params.shape.slice(depth)], params.dtype);
  });
}

/**
 * The target of a reshape, free of sizes that are decided at run time: 0 takes the size over, as leading axes do that stay; the
 * first size that changes follows from the others.
 */
function freeSizes(shape: readonly number[], target: readonly number[]): number[] {
  let same = 0;
  while (same < target.length && same < shape.length && shape[same] === target[same]) same++;
  if (same === 0) return [-1, ...target.slice(1)];
  return [...target.slice(0, same).map(() => 0), ...target.slice(same)];
}
