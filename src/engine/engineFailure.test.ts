import { describe, expect, it } from 'vitest';
import { userError } from '../core/errors/userError.ts';
import type { Precision } from '../core/precision.ts';
import type { Engine } from './engine.ts';
import type { StridePlan } from './graph/stride.ts';
import { EngineFailure, failureKind, guarded, reasonOf } from './engineFailure.ts';

describe('what an error of an engine means', () => {
  it.each([
    ['Failed to allocate memory for requested buffer of size 4294967296', 'memory'],
    ['OOM when allocating tensor with shape[4096,30522] and type float', 'memory'],
    ['std::bad_alloc', 'memory'],
    ['CUDA failure 2: out of memory ; GPU=0', 'memory'],
    ['WebGPU device lost (2): Device was destroyed.', 'lost'],
    ['CUDA error 719: unspecified launch failure', 'lost'],
    ['CUBLAS_STATUS_EXECUTION_FAILED', 'lost'],
    ['The graph has no value called x.', undefined],
    ['the bloom filter', undefined],
  ])('%s', (message, kind) => {
    expect(failureKind(new Error(message))).toBe(kind);
  });
});

it('what tells most of a native library is told', () => {
  const cuda =
    '/src/cuda_call.cc:154 std::conditional_t CudaCall() CUDA failure 35: CUDA driver version is insufficient ; GPU=0 ; file=x';
  expect(reasonOf(new Error(cuda))).toBe('CUDA failure 35: CUDA driver version is insufficient');
  expect(reasonOf(new Error('Something. More of it.\nand a stack'))).toBe('Something. More of it');
});

function throwing(error: unknown): Engine {
  const fail = async () => {
    throw error;
  };
  return {
    name: 'fake',
    version: '1',
    repeatable: true,
    probes: false,
    resident: false,
    halves: 'none',
    takesSharedMemory: async () => false,
    compile: async () => ({ run: fail, release: fail }),
  };
}

const run = async (error: unknown, onDevice: boolean, precision: Precision = 'single') => {
  const executable = await guarded(throwing(error), onDevice).compile({
    precision,
    program: () => ({}),
    inputs: [],
    gradients: [],
    accumulated: [],
  });
  return executable.run({}, {}).catch((thrown: unknown) => thrown);
};

const program = { program: () => ({}), inputs: [], gradients: [], accumulated: [] };
const plan = {} as StridePlan;
const compileStride = async () => throwing(new Error('out of memory')).compile(program);

describe('a guarded engine', () => {
  it('tells failures apart from errors of ours', async () => {
    expect(await run(new Error('out of memory'), false)).toMatchObject({ engine: 'fake', kind: 'memory' });
    const bug = new Error('a bug');
    expect(await run(bug, false)).toBe(bug);
    expect(await run(bug, true)).toBeInstanceOf(EngineFailure);
    const told = userError('engine-none', { reason: 'none' });
    expect(await run(told, true)).toBe(told);
  });

  it('says that a card has no half precision, where mixed precision was asked for', async () => {
    const error = new Error('Requested feature shader-f16 is not supported');
    expect(await run(error, true)).toBeInstanceOf(EngineFailure);
    expect(await run(error, true, 'mixed')).toMatchObject({ code: 'engine-halves' });
    expect(await run(new Error('device lost'), true, 'mixed')).toBeInstanceOf(EngineFailure);
  });

  it('tells failures of several steps in one run apart, too', async () => {
    const engine = guarded({ ...throwing(new Error('out of memory')), compileStride }, true);
    const executable = await engine.compileStride?.(program, plan);
    await expect(executable?.run({}, {})).rejects.toMatchObject({ kind: 'memory' });
    expect(guarded(throwing(new Error('x')), true).compileStride).toBeUndefined();
  });

  it('gives up what went with its device without a word', async () => {
    const executable = await guarded(throwing(new Error('device lost')), true).compile({
      program: () => ({}),
      inputs: [],
      gradients: [],
      accumulated: [],
    });
    await expect(executable.run({}, {})).rejects.toThrow('device lost');
    await expect(executable.release()).resolves.toBeUndefined();
  });
});
