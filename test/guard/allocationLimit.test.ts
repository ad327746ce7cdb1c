import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALLOCATION_LIMIT, buildGuard, whyNoGuard, type Guard } from './guard.ts';
import type { GuardedStep } from './guarded-step.ts';

const missing = whyNoGuard();
const note = missing === undefined ? '' : ` (not tried: ${missing})`;
const MEMORY = 6e9;
const small = process.availableMemory() < MEMORY ? ' (not tried: less than 6 GB of memory are free)' : '';

describe.skipIf(missing !== undefined)(`under Electron's allocation limit${note}`, () => {
  let guard: Guard;

  beforeAll(async () => {
    guard = await buildGuard();
  });

  afterAll(() => guard.remove());

  it('a process ends by SIGTRAP over one block of 2 GiB, and by nothing else', async () => {
    const below = await guard.node(['-e', `new ArrayBuffer(${ALLOCATION_LIMIT} - 1)`]);
    expect(below).toMatchObject({ code: 0, signal: null, stderr: '', largest: ALLOCATION_LIMIT - 1 });
    const at = await guard.node(['-e', `new ArrayBuffer(${ALLOCATION_LIMIT})`]);
    expect(at).toMatchObject({ code: null, signal: 'SIGTRAP', stderr: '', largest: ALLOCATION_LIMIT });
    // Memories of the kernels reserve addresses, which is no matter of the allocator.
    const kernels = await guard.node(['-e', 'new WebAssembly.Memory({ initial: 40000 })']);
    expect(kernels).toMatchObject({ code: 0, signal: null, stderr: '' });
  });

  it('ONNX Runtime ends the process with an arena, and not with the settings that Electron gets', async () => {
    expect(await guard.program('guarded-product', 'arena')).toMatchObject({
      code: null,
      signal: 'SIGTRAP',
      largest: 2 ** 31,
    });
    expect(await guard.program('guarded-product', 'electron')).toMatchObject({
      code: 0,
      signal: null,
      stdout: '17400\n',
    });
  });

  it.skipIf(small !== '')(
    `mBERT trains in both phases with the settings that Electron gets${small}`,
    { timeout: 300_000 },
    async () => {
      const { code, signal, stdout, stderr, largest } = await guard.program('guarded-step', 'electron');
      expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
      const step = JSON.parse(stdout) as GuardedStep;
      expect(step.parameters).toBeGreaterThan(177e6);
      for (const losses of [step.losses.full, step.losses.sparse]) {
        expect(losses).toHaveLength(2);
        for (const loss of losses) expect(loss).toSatisfy(Number.isFinite);
      }
      // The limit was there, and saw the embedding of 119,547 word pieces.
      expect(largest).toBeGreaterThanOrEqual(4 * 119_547 * 768);
      expect(largest).toBeLessThan(ALLOCATION_LIMIT);
      // Each step is cut in two; every output of every run lies in an array of ours.
      expect(step.runs).toBeGreaterThanOrEqual(8);
      expect([step.withoutArray, step.withoutOutputs]).toEqual([[], 0]);
      // Electron holds 8 GB of arrays on Windows, and no memory of more than 4 GiB for WebAssembly.
      expect(step.arrayBytes).toBeGreaterThan(4 * 119_547 * 768);
      expect(step.arrayBytes + step.kernelBytes.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(8e9);
      expect(Math.max(...step.kernelBytes)).toBeLessThan(2 ** 32);
      // Each reserves 8 to 10 GiB of addresses, of the 1 TiB that V8 has there.
      expect(step.kernelBytes.length).toBeLessThan(64);
    },
  );
});

it('the binding of ONNX Runtime makes no array over memory that is not V8’s, which Electron refuses', async () => {
  const bin = resolve(dirname(fileURLToPath(import.meta.resolve('onnxruntime-node'))), '../bin');
  const bindings: string[] = [];
  for await (const file of glob('**/onnxruntime_binding.node', { cwd: bin })) bindings.push(file);
  expect(bindings).not.toEqual([]);
  for (const file of bindings) {
    const binding = readFileSync(resolve(bin, file));
    expect(binding.includes('napi_create_arraybuffer'), file).toBe(true);
    expect(binding.includes('napi_create_external_arraybuffer'), file).toBe(false);
    expect(binding.includes('napi_create_external_buffer'), file).toBe(false);
  }
});
