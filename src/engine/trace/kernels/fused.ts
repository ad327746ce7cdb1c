import { traceKernel } from './context.ts';
import { FUSED } from '../../fusedKernels.ts';

/** Kernels of our own that have one operator here and are composed of smaller ones on other backends. */
export function registerFused(): void {
  traceKernel(FUSED.layerNormalization, (call) => {
    const { x } = call.inputs;
    const [normalized, mean, inverse] = call.emit(
      'LayerNormalization',
      [call.name('x'), call.wholeName('weight'), call.wholeName('bias')],
      { outputs: 3, attributes: { axis: { int: -1 }, epsilon: { float: call.attrs.epsilon as number } } },
    );
    const statistic = [...x.shape.slice(0, -1), 1];
    return [call.result(normalized, x.shape), call.result(mean, statistic), call.result(inverse, statistic)];
  });
  traceKernel(FUSED.gelu, (call) => {
    const [name] = call.emit('Gelu', [call.wholeName('x')], { domain: 'com.microsoft' });
    return call.result(name, call.inputs.x.shape);
  });
  traceKernel(FUSED.keepFactors, (call) => {
    const scale = call.float(call.attrs.scale as number);
    const [size] = call.emit('Shape', [call.name('like')]);
    const [mask] = call.emit('Reshape', [call.name('mask'), size]);
    const [name] = call.emit('DequantizeLinear', [mask, scale]);
    return call.result(name, call.inputs.like.shape);
  });
  traceKernel(FUSED.splitRows, (call) => {
    const { x, mask } = call.inputs;
    const [axis, heads] = [call.attrs.axis as number, call.attrs.heads as number];
    const width = (x.shape.at(-1) ?? 0) / heads;
    const sizeAt = (at: number) =>
      call.emit('Shape', [call.name('mask')], {
        attributes: { start: { int: at }, end: { int: at + 1 } },
      })[0];
    const [size] = call.emit('Concat', [sizeAt(0), sizeAt(axis), call.int64([heads, width])], {
      attributes: { axis: { int: 0 } },
    });
    const [name] = call.emit('Reshape', [call.wholeName('x'), size]);
    return call.result(name, [mask.shape[0], mask.shape[axis], heads, width]);
  });
  // The caller promises that no index occurs twice: ScatterND adds repeated ones without synchronisation.
  traceKernel(FUSED.scatterRows, (call) => {
    const { shape } = call.inputs.like;
    const [size] = call.emit('Shape', [call.name('like')]);
    const [zeros] = call.emit('ConstantOfShape', [size]);
    const column = call.emit('Reshape', [call.name('indices'), call.int64([-1, 1])])[0];
    const [wide] = call.emit('Cast', [column], { attributes: { to: { int: 7 } } });
    return call.result(call.emit('ScatterND', [zeros, wide, call.wholeName('updates')])[0], shape);
  });
  traceKernel(FUSED.subtractAt, (call) => {
    const [wide] = call.emit('Cast', [call.name('indices')], { attributes: { to: { int: 7 } } });
    const [before] = call.emit('GatherND', [call.name('x'), wide]);
    const [after] = call.emit('Sub', [before, call.name('amount')]);
    return call.result(call.emit('ScatterND', [call.name('x'), wide, after])[0], call.inputs.x.shape);
  });
}
