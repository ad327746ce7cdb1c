import { expect, it } from 'vitest';
import { candidateOf } from '../engine/choose/candidates.ts';
import { here, missing } from '../engine/choose/candidate.ts';
import type { EngineName } from '../core/engineNames.ts';
import { maySideBySide } from './sideBySide.ts';

/** Engines of which these are here. */
const engines = (...found: readonly EngineName[]) =>
  (['cpu', 'cuda', 'wasm'] as const).map((name) => ({
    ...candidateOf(name),
    probe: async () => (found.includes(name) ? here('') : missing('')),
  }));

it('runs compute side by side on our own engine for the processor alone', async () => {
  const named = (['cpu', 'cuda', 'webgpu', 'wasm', 'tfjs-node-gpu'] as const).map((name) =>
    maySideBySide(name),
  );
  expect(await Promise.all(named)).toEqual([true, false, false, false, false]);
  expect(await maySideBySide('auto', engines('cpu', 'wasm'))).toBe(true);
  expect(await maySideBySide('auto', engines('cpu', 'cuda', 'wasm'))).toBe(false);
  expect(await maySideBySide('auto', engines('wasm'))).toBe(false);
});
