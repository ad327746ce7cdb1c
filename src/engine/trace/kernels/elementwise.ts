import { backend_util, type DataType } from '@tensorflow/tfjs-core';
import { traceKernel, type Call } from './context.ts';

type Fold = (a: number, b: number) => number;

/** Two-operand operators; two uniform constants are folded, an operand that changes nothing is dropped. */
const BINARY: Record<string, { op: string; fold: Fold; neutral?: number; dtype?: DataType }> = {
  Add: { op: 'Add', fold: (a, b) => a + b, neutral: 0 },
  Sub: { op: 'Sub', fold: (a, b) => a - b },
  Multiply: { op: 'Mul', fold: (a, b) => a * b, neutral: 1 },
  RealDiv: { op: 'Div', fold: (a, b) => a / b },
  Maximum: { op: 'Max', fold: Math.max },
  Minimum: { op: 'Min', fold: Math.min },
  Equal: { op: 'Equal', fold: (a, b) => Number(a === b), dtype: 'bool' },
};

const UNARY: Record<string, { op: string; fold: (x: number) => number }> = {
  Neg: { op: 'Neg', fold: (x) => -x },
  Exp: { op: 'Exp', fold: Math.exp },
  Log: { op: 'Log', fold: Math.log },
  Sqrt: { op: 'Sqrt', fold: Math.sqrt },
  Tanh: { op: 'Tanh', fold: Math.tanh },
  Sign: { op: 'Sign', fold: Math.sign },
  Abs: { op: 'Abs', fold: Math.abs },
};

export function registerElementwise(): void {
  for (const [kernel, { op, fold, neutral, dtype }] of Object.entries(BINARY)) {
    traceKernel(kernel, (call) => binary(call, op, fold, neutral, dtype));
  }
  for (const [kernel, { op, fold }] of Object.entries(UNARY)) {
    traceKernel(kernel, (call) => {
      const value = call.uniform('x');
      const { shape, dtype } = call.inputs.x;
      if (value !== undefined) return call.uniformResult(fold(value), shape, dtype);
      return call.result(call.emit(op, [call.name('x')])[0], shape, dtype);
    });
  }
  traceKernel('Erf', (call) => call.result(call.emit('Erf', [call.wholeName('x')])[0], call.inputs.x.shape));
  traceKernel('Square', (call) => {
    const x = call.wholeName('x');
    return call.result(call.emit('Mul', [x, x])[0], call.inputs.x.shape);
  });
  traceKernel('Cast', (call) => {
    const dtype = call.attrs.dtype as DataType;
    if (call.inputs.x.dtype === dtype) return call.same(call.traced('x'), call.inputs.x.shape, dtype);
    const value = call.uniform('x');
    if (value !== undefined) return call.uniformResult(value, call.inputs.x.shape, dtype);
    const to = { float32: 1, int32: 6, bool: 9 }[dtype as 'float32' | 'int32' | 'bool'];
    const [name] = call.emit('Cast', [call.name('x')], { attributes: { to: { int: to } } });
    return call.result(name, call.inputs.x.shape, dtype);
  });
  traceKernel('Select', (call) => {
    const [name] = call.emit('Where', [call.name('condition'), call.name('t'), call.name('e')]);
    return call.result(name, call.inputs.t.shape, call.inputs.t.dtype);
  });
}

function binary(call: Call, op: string, fold: Fold, neutral?: number, dtype?: DataType) {
  const { a, b } = call.inputs;
  const shape = backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
  const [x, y] = [call.uniform('a'), call.uniform('b')];
  const type = dtype ?? a.dtype;
  if (x !== undefined && y !== undefined) return call.uniformResult(fold(x, y), shape, type);
  if (neutral !== undefined) {
    if (x === neutral && sameShape(b.shape, shape)) return call.same(call.traced('b'), shape, type);
    if (y === neutral && sameShape(a.shape, shape)) return call.same(call.traced('a'), shape, type);
  }
  // A uniform operand enters as a scalar, unless the other alone would not give the result's shape.
  const left = x !== undefined && !sameShape(b.shape, shape) ? call.wholeName('a') : call.name('a');
  const right = y !== undefined && !sameShape(a.shape, shape) ? call.wholeName('b') : call.name('b');
  return call.result(call.emit(op, [left, right])[0], shape, type);
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}
