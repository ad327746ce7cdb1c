import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { compileKernels, kernelModule } from './compile.ts';

it('the compiled kernels are what their source compiles to', async () => {
  expect(await compileKernels()).toBe(readFileSync(kernelModule, 'utf8'));
});
