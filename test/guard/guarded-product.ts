// A program of its own (allocationLimit.test.ts): a matrix product of 1.2 GB, with the arena or with the settings that
// Electron gets. Prints the sum of its entries.
import { matMul, sum } from '@tensorflow/tfjs-core';
import { compiledEngine } from '../../src/engine/compiled/compiledEngine.ts';

const SIZE = 17_400;

const engine = compiledEngine({ threads: 1, arena: process.argv[2] === 'arena' });
const executable = await engine.compile({
  inputs: [
    { name: 'a', shape: [SIZE, 1], type: 'float32' },
    { name: 'b', shape: [SIZE, 1], type: 'float32' },
  ],
  gradients: [],
  accumulated: [],
  program: ({ a, b }) => ({ outputs: { sums: sum(matMul(a, b, false, true), 1) } }),
});
const sums = new Float32Array(SIZE);
await executable.run({ a: new Float32Array(SIZE).fill(1), b: new Float32Array(SIZE).fill(1) }, { sums });
process.stdout.write(`${sums[SIZE - 1]}\n`);
