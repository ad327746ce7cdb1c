import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CancellationTokenSource,
  createMessageConnection,
  type MessageConnection,
  ProgressType,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import type { EngineName } from '../../src/core/engineNames.ts';
import type { BenchProgress, BenchRequests } from '../../src/protocol/bench.ts';
import type { CellOutcome, CellProgress, NotebookRequests } from '../../src/protocol/notebook.ts';
import { benchProgress } from '../../src/trainer/bench/benchAnswers.ts';
import { inventSft } from '../support/inventSft.ts';
import { conlluText, inventSentences, tinyWorkspace, type TinyWorkspace } from '../support/tinyWorkspace.ts';

let workspace: TinyWorkspace;
let child: ChildProcess;
let connection: MessageConnection;

beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft bench é#-')));
  const labels = ['ADJ', 'ADV', 'NOUN', 'PUNCT', 'VERB'];
  await inventSft(workspace.path('base'), workspace.path('pos'), { seed: 1, labels });
  await inventSft(workspace.path('base'), workspace.path('xx'), { seed: 2 });
  const { NODE_OPTIONS: _, ...env } = process.env;
  const started = spawn(process.execPath, [resolve(import.meta.dirname, '../../dist/session.js')], {
    env: { ...env, SFT_HOME: workspace.path('.sft-home') },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child = started;
  connection = createMessageConnection(
    new StreamMessageReader(started.stdout),
    new StreamMessageWriter(started.stdin),
  );
  connection.listen();
});

afterAll(() => {
  connection.dispose();
  child.kill();
  rmSync(workspace.folder, { recursive: true, force: true });
});

async function ask<M extends keyof BenchRequests>(
  method: M,
  params: BenchRequests[M]['params'],
  source = new CancellationTokenSource(),
): Promise<BenchRequests[M]['result']> {
  return connection.sendRequest(method, params, source.token);
}

const sfts = () => [
  { file: workspace.path('pos'), coefficient: 1 },
  { file: workspace.path('xx'), coefficient: 0.5 },
];

/** Runs a cell as the editor does; gives what was told while it ran. */
async function runCell(text: string, progressToken: number) {
  const told: CellProgress[] = [];
  const listening = connection.onProgress(new ProgressType<CellProgress>(), progressToken, (progress) => {
    told.push(progress);
  });
  const params: NotebookRequests['runCell']['params'] = {
    folder: workspace.folder,
    cells: [{ language: 'sft-cell', text }],
    index: 0,
    above: [],
    progressToken,
  };
  const outcome: CellOutcome = await connection.sendRequest('runCell', params);
  listening.dispose();
  return { told, state: outcome.state };
}

const open = (engine: EngineName | undefined) =>
  ask('openBench', { base: workspace.path('base'), sfts: sfts(), engine });

describe("the compose bench in a window's session", () => {
  it('computes on the engine that is named, and says where that is not here', async () => {
    const on = async (engine: EngineName | undefined) => {
      const { bench } = await open(engine);
      return ask('evaluateBench', { bench, data: workspace.path('dev.conllu') });
    };
    const wasm = await on('wasm');
    expect(wasm).toMatchObject({ examples: 12, remembered: false });
    expect((await on(undefined)).value).toBeCloseTo(wasm.value ?? NaN, 6);
    await expect(open('tfjs-node-gpu')).rejects.toThrow(/tfjs-node-gpu/);
  });

  it('tells progress and a quick figure, and can be cancelled', async () => {
    const { bench } = await ask('openBench', { base: workspace.path('base'), sfts: sfts() });
    // Long enough that a request to stop arrives in the middle.
    const long = workspace.path('long.conllu');
    writeFileSync(long, conlluText(inventSentences(6000, 3)));
    const source = new CancellationTokenSource();
    const listening = connection.onProgress(benchProgress, 'first', (progress) => {
      if ('quick' in progress) source.cancel();
    });
    const cancelled = ask('evaluateBench', { bench, data: long, sample: 8, progressToken: 'first' }, source);
    await expect(cancelled).rejects.toMatchObject({ code: -32_800 });
    listening.dispose();

    const data = workspace.path('train.conllu');
    const told: BenchProgress[] = [];
    connection.onProgress(benchProgress, 2, (progress) => {
      told.push(progress);
    });
    const found = await ask('evaluateBench', { bench, data, sample: 8, progressToken: 2, role: 'dev' });
    expect(found).toMatchObject({ metric: 'accuracy', examples: 48 });
    expect(told).toContainEqual({ done: 48, of: 48 });
    expect(told).toContainEqual({ quick: expect.objectContaining({ examples: 8 }) });
    const results = await ask('results', { filter: { data: 'train' } });
    expect(results).toMatchObject([
      { value: found.value, role: 'dev', sfts: [{ name: 'pos' }, { name: 'xx' }] },
    ]);
  });

  it('says in a sentence what is wrong', async () => {
    await expect(ask('closeBench', { bench: 99 })).resolves.toBeNull();
    await expect(ask('openBench', { base: workspace.path('none'), sfts: [] })).rejects.toMatchObject({
      code: 1,
      data: { what: expect.stringContaining('none'), advice: expect.any(String) },
    });
  });
});

describe('a cell of a notebook', () => {
  it.each([
    ['evaluate', 'compositions: { a: pos, b: [pos, xx] }, data: [dev.conllu, train.conllu]', 4],
    ['compare', 'systems: { a: { seeds: [pos, [pos, xx@0.5]] }, b: pos }, data: dev.conllu', 3],
    ['matrix', 'tasks: { t: pos }, languages: { l: xx }, tests: [{ language: l, file: dev.conllu }]', 3],
    ['sweep', 'sfts: [pos, xx], over: [{ sft: 2, values: [0.1, 0.2] }], data: dev.conllu', 2],
    ['attribute', 'sft: pos, keep: [1, 10], data: dev.conllu', 3],
  ])('tells how many of its evaluations are made: %s', async (kind, fields, of) => {
    const { told, state } = await runCell(`${kind}: { base: base, ${fields} }`, 1000 + of + kind.length);
    expect(state).toBe('done');
    expect(told[0]).toEqual({ doing: 'loading the base model', evaluations: null, secondsLeft: null });
    const counts = told.flatMap(({ evaluations }) => evaluations ?? []);
    expect(new Set(counts.map((one) => one.of))).toEqual(new Set([of]));
    const done = counts.map((one) => one.done);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    // Whatever follows the last evaluation has counted it.
    expect(done.at(-1)).toBeGreaterThanOrEqual(of - 1);
  });
});
