import { traceKernel } from './context.ts';

/** Matrix products: plain ones as Gemm, stacks of them as FusedMatMul, neither of which copies a transposed operand. */
export function registerMatrices(): void {
  traceKernel('BatchMatMul', (call) => {
    const { a, b } = call.inputs;
    const transposeA = call.attrs.transposeA === true;
    const transposeB = call.attrs.transposeB === true;
    const rows = a.shape.at(transposeA ? -1 : -2) ?? 0;
    const columns = b.shape.at(transposeB ? -2 : -1) ?? 0;
    const inputs = [call.wholeName('a'), call.wholeName('b')];
    const attributes = { transA: { int: Number(transposeA) }, transB: { int: Number(transposeB) } };
    const shape = [...a.shape.slice(0, -2), rows, columns];
    const [name] =
      a.shape.length === 2 && b.shape.length === 2
        ? call.emit('Gemm', inputs, { attributes })
        : call.emit('FusedMatMul', inputs, { domain: 'com.microsoft', attributes });
    return call.result(name, shape);
  });
}
