import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../../test/support/files.ts';
import type { EngineName } from '../../core/engineNames.ts';
import { here, missing, type EngineCandidate } from '../../engine/choose/candidate.ts';
import { chooseEngine, type ChooseOptions } from './chooseEngine.ts';
import type { TrialResult } from './trials.ts';
import type { TrialShape } from './trialShape.ts';

const shape: TrialShape = {
  hiddenSize: 32,
  intermediateSize: 64,
  heads: 4,
  layers: 2,
  microTokens: 512,
  length: 64,
  outputs: 5,
  isLanguage: false,
};

function candidate(name: EngineName, more: Partial<EngineCandidate> = {}): EngineCandidate {
  return {
    name,
    title: name,
    competes: name !== 'wasm',
    onDevice: name === 'webgpu' || name === 'cuda',
    probe: async () => here('it is here'),
    open: async () => ({
      name,
      version: '1',
      repeatable: true,
      probes: false,
      resident: false,
      halves: 'none',
      takesSharedMemory: async () => false,
      compile: async () => ({ run: async () => {}, release: async () => {} }),
    }),
    ...more,
  };
}

const absent = (name: EngineName, command: string | null = null) =>
  candidate(name, { probe: async () => missing('it is not installed', command) });

/** A machine with these engines; `speeds` are the seconds of a step of each that works. */
function machine(candidates: readonly EngineCandidate[], speeds: Partial<Record<EngineName, number>> = {}) {
  const folder = temporaryFolder();
  const tryOut = vi.fn(async ({ name }: { name: EngineName }): Promise<TrialResult> => {
    const seconds = speeds[name];
    return seconds === undefined ? { problem: 'No supported adapters' } : { seconds };
  });
  const home = { engines: folder, speeds: join(folder, 'state', 'engines.json') };
  const options: ChooseOptions = {
    threads: 2,
    shape,
    home,
    candidates,
    tryOut,
    memory: async () => null,
    isBusy: async () => false,
  };
  return { options, tryOut, file: home.speeds };
}

const smallCard = async (name: EngineName) => (name === 'cuda' ? 100e6 : null);

const nameOf = async (...given: Parameters<typeof chooseEngine>) => (await chooseEngine(...given)).name;

describe('an engine that is asked for by name', () => {
  it('is opened, and nothing is measured', async () => {
    const { options, tryOut } = machine([candidate('cpu'), candidate('webgpu')]);
    expect(await nameOf('webgpu', options)).toBe('webgpu');
    expect(tryOut).not.toHaveBeenCalled();
  });

  it('is refused where it is missing, with the command that brings it', async () => {
    const { options } = machine([candidate('cpu'), absent('tfjs-node', 'sft engine add tfjs-node')]);
    await expect(chooseEngine('tfjs-node', options)).rejects.toMatchObject({
      code: 'engine-not-here',
      problem: {
        what: 'The engine tfjs-node cannot be used here: it is not installed.',
        advice: expect.stringContaining('`sft engine add tfjs-node`') as string,
      },
    });
  });

  it('is refused where its card is too small for even a small run, before anything is loaded', async () => {
    const { options } = machine([candidate('cpu'), candidate('cuda')]);
    const small = { ...options, memory: async () => 100e6 };
    await expect(chooseEngine('cuda', small)).rejects.toMatchObject({ code: 'engine-too-small' });
  });
});

describe('auto', () => {
  it('takes the fastest, and remembers it for this shape', async () => {
    const { options, tryOut, file } = machine(
      [candidate('cpu'), candidate('webgpu'), candidate('tfjs-node'), candidate('wasm')],
      { cpu: 0.4, webgpu: 0.1, 'tfjs-node': 0.2, wasm: 0.01 },
    );
    expect(await nameOf('auto', options)).toBe('webgpu');
    // The last resort is not measured.
    expect(tryOut.mock.calls.map(([{ name }]) => name)).toEqual(['cpu', 'webgpu', 'tfjs-node']);
    expect(await nameOf('auto', options)).toBe('webgpu');
    expect(tryOut).toHaveBeenCalledTimes(3);
    expect(readFileSync(file, 'utf8')).toContain('2x32x64/4');
    expect(await nameOf('auto', { ...options, shape: { ...shape, layers: 6 } })).toBe('webgpu');
    expect(tryOut).toHaveBeenCalledTimes(6);
  });

  it('is the last resort where none of several works, since native code cannot be loaded', async () => {
    const broken = candidate('cpu', { problem: async () => 'it cannot be loaded' });
    const { options } = machine([broken, candidate('webgpu'), candidate('wasm')]);
    expect(await nameOf('auto', options)).toBe('wasm');
    const { options: sound } = machine([candidate('cpu'), candidate('webgpu'), candidate('wasm')]);
    expect(await nameOf('auto', sound)).toBe('cpu');
  });

  it('does not remember what it measured beside a run that computed', async () => {
    const { options, tryOut } = machine([candidate('cpu'), candidate('webgpu')], { cpu: 0.4, webgpu: 0.1 });
    const beside = { ...options, isBusy: async () => true };
    expect(await nameOf('auto', beside)).toBe('webgpu');
    expect(await nameOf('auto', options)).toBe('webgpu');
    expect(tryOut).toHaveBeenCalledTimes(4);
    expect(await nameOf('auto', beside)).toBe('webgpu');
    expect(tryOut).toHaveBeenCalledTimes(4);
  });

  it('measures again where the engines are others, or the record cannot be read', async () => {
    const { options, tryOut, file } = machine([candidate('cpu'), candidate('cuda')], { cpu: 0.2, cuda: 0.4 });
    expect(await nameOf('auto', options)).toBe('cpu');
    const updated = candidate('cuda', { probe: async () => here('a newer one') });
    expect(await nameOf('auto', { ...options, candidates: [candidate('cpu'), updated] })).toBe('cpu');
    expect(tryOut).toHaveBeenCalledTimes(4);
    writeFileSync(file, '{"2x32x64');
    expect(await nameOf('auto', options)).toBe('cpu');
    expect(tryOut).toHaveBeenCalledTimes(6);
  });

  it('passes over what does not work, and does not try that again at once', async () => {
    const { options, tryOut } = machine([candidate('cpu'), candidate('webgpu')], { cpu: 0.4 });
    expect(await nameOf('auto', options)).toBe('cpu');
    expect(await nameOf('auto', options)).toBe('cpu');
    expect(tryOut).toHaveBeenCalledTimes(2);
  });

  it('measures nothing where there is no choice', async () => {
    const alone = machine([candidate('cpu'), absent('webgpu'), candidate('wasm')]);
    expect(await nameOf('auto', alone.options)).toBe('cpu');
    expect(alone.tryOut).not.toHaveBeenCalled();
    const last = machine([absent('cpu'), absent('webgpu'), candidate('wasm')]);
    expect(await nameOf('auto', last.options)).toBe('wasm');
  });

  it('takes the last resort where the only other one cannot be loaded', async () => {
    const broken = candidate('cpu', { problem: async () => 'forbidden' });
    expect(await nameOf('auto', machine([broken, candidate('wasm')]).options)).toBe('wasm');
    expect(await nameOf('auto', machine([broken, absent('wasm')]).options)).toBe('cpu');
    expect(await nameOf('cpu', machine([broken, candidate('wasm')]).options)).toBe('cpu');
  });

  it('takes the last resort where the one that was the fastest can no longer be loaded', async () => {
    let isGone = false;
    const cpu = candidate('cpu', { problem: async () => (isGone ? 'its library is gone' : null) });
    const { options } = machine([cpu, candidate('webgpu'), candidate('wasm')], { cpu: 0.5, webgpu: 1 });
    expect((await chooseEngine('auto', options)).name).toBe('cpu');
    isGone = true;
    expect((await chooseEngine('auto', options)).name).toBe('wasm');
  });

  it('passes over a card that is too small', async () => {
    const { options, tryOut } = machine([candidate('cpu'), candidate('cuda')], { cpu: 1, cuda: 0.1 });
    expect(await nameOf('auto', { ...options, memory: smallCard })).toBe('cpu');
    expect(tryOut).not.toHaveBeenCalled();
  });

  it('says what is missing where there is none', async () => {
    const { options } = machine([absent('cpu'), absent('wasm')]);
    await expect(chooseEngine('auto', options)).rejects.toMatchObject({ code: 'engine-none' });
  });
});
