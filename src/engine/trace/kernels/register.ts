import { registerElementwise } from './elementwise.ts';
import { registerFused } from './fused.ts';
import { registerMatrices } from './matrices.ts';
import { registerReductions } from './reductions.ts';
import { registerShapes } from './shapes.ts';

/** Makes every kernel that a model uses known to the trace backend. */
export function registerTraceKernels(): void {
  registerElementwise();
  registerFused();
  registerMatrices();
  registerReductions();
  registerShapes();
}
