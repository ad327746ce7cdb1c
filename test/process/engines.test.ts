import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSft } from '../../src/formats/sftFile.ts';
import type { DoctorFacts } from '../../src/protocol/doctor.ts';
import { tryOut } from '../../src/trainer/engines/trials.ts';
import { sft, sftJson } from '../support/cli.ts';
import { temporaryFolder } from '../support/files.ts';
import { tinyWorkspace, type TinyWorkspace } from '../support/tinyWorkspace.ts';
import { eventsOf, runInterrupted, runResult } from './killed-run.ts';

const program = resolve(import.meta.dirname, '../../dist/cli.js');

let workspace: TinyWorkspace;
beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft-engines-')));
});
afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

const run = (...args: string[]) => sft(args, { cwd: workspace.folder });
const json = (...args: string[]) => sftJson(args, { cwd: workspace.folder });

describe('an engine that is named', () => {
  it('trains, is recorded, and evaluates to the same figure', async () => {
    await json('train', workspace.task('pos'), '--engine', 'wasm', '--threads', '1');
    const file = workspace.path('runs/pos-1/pos.sft.safetensors');
    const { metadata } = await readSft(file);
    expect(metadata).toMatchObject({
      reproducible: true,
      engine: expect.stringMatching(/^wasm \d+\.\d+/) as string,
    });
    expect(eventsOf(workspace.path('runs/pos-1'))[0]).toMatchObject({ type: 'start', engine: 'wasm' });
    const given = ['evaluate', '--base', 'base', '--sft', file, '--data', 'dev.conllu'];
    const [web, native] = [await json(...given, '--engine', 'wasm'), await json(...given)];
    expect(web.value).toBe(metadata.metrics?.accuracy);
    expect(native.value).toBe(web.value);
  });

  it('is kept by a run that is resumed, whatever is asked for then, bit for bit', async () => {
    const recipe = workspace.task('kept', { full: { steps: 40 } });
    const args = (out: string) => ['train', recipe, '--engine', 'wasm', '--threads', '1', '--out', out];
    await json(...args('whole'));
    await runInterrupted({
      cwd: workspace.folder,
      args: args('interrupted'),
      signal: 'SIGINT',
      seed: 1,
      times: 1,
      lines: 40,
      resume: false,
    });
    expect(eventsOf(workspace.path('interrupted')).at(-1)).toMatchObject({ type: 'stopped' });
    await json('train', recipe, '--resume', '--out', 'interrupted', '--engine', 'cpu');
    expect(await runResult(workspace.path('interrupted'))).toEqual(await runResult(workspace.path('whole')));
  });

  it.each(['cuda', 'tfjs-node'])('is refused with what to do where it is missing: %s', async (name) => {
    const { code, stderr } = await run('train', workspace.task('none'), '--engine', name, '--yes');
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`The engine ${name} cannot be used here: .+\\.`));
  });

  it('must be one that there is', async () => {
    expect(await run('train', workspace.task('none'), '--engine', 'abacus')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Allowed choices are auto, cpu') as string,
    });
  });
});

describe('what there is', () => {
  it('is listed, and measured by the doctor', async () => {
    const { engines } = (await json('engine', 'list')) as { engines: { name: string; found: boolean }[] };
    const found = engines.filter((one) => one.found).map(({ name }) => name);
    expect(found).toEqual(expect.arrayContaining(['cpu', 'wasm']));
    const facts = (await json('doctor')) as unknown as DoctorFacts;
    expect(facts.engines.map(({ name }) => name)).toEqual(engines.map(({ name }) => name));
    for (const name of ['cpu', 'wasm'])
      expect(facts.engines.find((one) => one.name === name)?.flopsPerSecond, name).toBeGreaterThan(1e7);
    const { stdout } = await run('doctor');
    expect(stdout).toMatch(/^wasm +works, [\d.]+ GFLOPS/m);
  });

  it('is removed', async () => {
    const folder = workspace.path('.sft-home/cache/engines/tfjs-node');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{}');
    await json('engine', 'remove', 'tfjs-node');
    expect(existsSync(folder)).toBe(false);
  });
});

describe('an engine that is tried out in a process of its own', () => {
  const request = { threads: 1, engines: join(tmpdir(), 'sft-no-engines') };
  const shape = {
    hiddenSize: 32,
    intermediateSize: 64,
    heads: 4,
    layers: 6,
    microTokens: 128,
    length: 32,
    outputs: 90,
    isLanguage: true,
  };

  it('says how fast it is', async () => {
    const [steps, product] = await Promise.all([
      tryOut({ ...request, name: 'cpu', shape }, 60_000, program),
      tryOut({ ...request, name: 'wasm', shape: { ...shape, isLanguage: false } }, 60_000, program),
    ]);
    expect(steps.seconds).toBeGreaterThan(0);
    expect(product.seconds).toBeGreaterThan(0);
  });

  it('says why it does not work', async () => {
    expect(await tryOut({ ...request, name: 'tfjs-node' }, 60_000, program)).toEqual({
      problem: expect.stringContaining('@tensorflow/tfjs-node') as string,
    });
  });

  it.each([
    [
      'crashes',
      'process.kill(process.pid, "SIGSEGV"); setInterval(() => {}, 1000)',
      'it was ended by SIGSEGV',
    ],
    ['hangs', 'setInterval(() => {}, 1000)', 'it did not finish within 1 s'],
    ['ends without a word', '', 'it ended without a word'],
    ['complains', 'console.error("no card"); process.exit(1)', 'no card'],
  ])('harms nobody where it %s', async (_, script, problem) => {
    const file = join(temporaryFolder(), 'trial.js');
    writeFileSync(file, script);
    expect(await tryOut({ ...request, name: 'cpu' }, 1000, file)).toEqual({ problem });
  });
});
