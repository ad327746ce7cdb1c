import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { writeEmptySft, writeNanSft } from '../../../test/support/badSfts.ts';
import { refused } from '../../../test/support/files.ts';
import { inventSft } from '../../../test/support/inventSft.ts';
import { tinyWorkspace, type TinyWorkspace, writeTinyBase } from '../../../test/support/tinyWorkspace.ts';
import { compiledEngine } from '../../engine/compiled/compiledEngine.ts';
import { readResults } from '../../home/resultsRecord.ts';
import type { BenchProgress } from '../../protocol/bench.ts';
import { type Benches, newBenches } from './benches.ts';

let workspace: TinyWorkspace;
let benches: Benches;
let engines = 0;
const never = new AbortController().signal;
const ignore = () => undefined;

beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft-benches-')));
  const labels = ['ADJ', 'ADV', 'NOUN', 'PUNCT', 'VERB'];
  await inventSft(workspace.path('base'), workspace.path('pos'), { seed: 1, labels });
  await inventSft(workspace.path('base'), workspace.path('xx'), { seed: 2 });
  benches = newBenches({
    home: {
      predictions: workspace.path('predictions'),
      results: workspace.path('results.jsonl'),
      sharedTexts: workspace.path('sharedTexts'),
    },
    newEngine() {
      engines++;
      return compiledEngine({ threads: 1 });
    },
  });
});

afterAll(async () => {
  await benches.dispose();
  rmSync(workspace.folder, { recursive: true, force: true });
});

const setting = (language: number) => ({
  sfts: [
    { file: workspace.path('pos'), coefficient: 1 },
    { file: workspace.path('xx'), coefficient: language },
  ],
});

describe('compose benches', () => {
  it('evaluate what their sliders say: a quick figure first, then the whole file, which is recorded', async () => {
    const { bench } = await benches.open({ base: workspace.path('base'), ...setting(1) });
    const data = workspace.path('train.conllu');
    const told: BenchProgress[] = [];
    const first = await benches.evaluate({ bench, data, sample: 8 }, never, (progress) =>
      told.push(progress),
    );
    const quick = told.flatMap((progress) => ('quick' in progress ? [progress.quick] : []));
    expect(quick).toMatchObject([{ metric: 'accuracy', examples: 8, of: 48, low: expect.any(Number) }]);
    expect(first).toMatchObject({ metric: 'accuracy', examples: 48, of: 48, remembered: false });
    expect(first.labels?.NOUN.support).toBeGreaterThan(0);

    const { milliseconds } = await benches.set({ bench, setting: setting(-2) });
    expect(milliseconds).toBeGreaterThanOrEqual(0);
    const moved = await benches.evaluate({ bench, data, tuned: true }, never, ignore);
    await benches.set({ bench, setting: setting(1) });
    const back = await benches.evaluate({ bench, data, sample: 8, sampleOnly: true }, never, ignore);
    expect(back).toMatchObject({ examples: 8, remembered: true, value: quick[0].value });
    const recorded = await readResults(workspace.path('results.jsonl'));
    expect(recorded.map(({ value, tuned }) => [value, tuned])).toEqual([
      [first.value, false],
      [moved.value, true],
    ]);
  });

  it('hold a setting against another one, and sweep over a coefficient', async () => {
    const { bench } = await benches.open({ base: workspace.path('base'), ...setting(1) });
    const data = workspace.path('train.conllu');
    const reference = { sfts: [{ file: workspace.path('pos'), coefficient: 1 }] };
    const own = await benches.evaluate({ bench, data }, never, ignore);
    const { difference, low, high, p } = await benches.compare({ bench, data, reference }, never);
    await benches.set({ bench, setting: reference });
    const other = await benches.evaluate({ bench, data }, never, ignore);
    expect(difference).toBeCloseTo((own.value ?? NaN) - (other.value ?? NaN), 12);
    expect(low).toBeLessThanOrEqual(difference ?? NaN);
    expect(high).toBeGreaterThanOrEqual(difference ?? NaN);
    expect(p).toBeGreaterThan(0);
    await benches.set({ bench, setting: setting(1) });
    const told: BenchProgress[] = [];
    const axes = [{ target: 1, values: [0.5, 1] }];
    const swept = await benches.sweep({ bench, data, axes }, never, (progress) => told.push(progress));
    expect(swept.points[1]).toEqual({ coefficients: [1], value: own.value, low: own.low, high: own.high });
    expect(told).toMatchObject([
      { point: swept.points[0], done: 1, of: 2 },
      { point: swept.points[1], done: 2, of: 2 },
    ]);
  });

  it('drop the base when nobody asks, and load it again', async () => {
    const { bench } = await benches.open({ base: workspace.path('base'), ...setting(1), idleMinutes: 1e-6 });
    await vi.waitFor(() => expect(benches.warm()).toBeUndefined());
    const before = engines;
    const data = workspace.path('dev.conllu');
    expect((await benches.evaluate({ bench, data }, never, ignore)).examples).toBe(12);
    expect(engines).toBe(before + 1);
  });

  it('say what cannot be opened, and stay as they were where a setting cannot be taken', async () => {
    await refused('file-missing', () => benches.open({ base: workspace.path('nowhere'), ...setting(1) }));
    const { bench } = await benches.open({ base: workspace.path('base'), ...setting(1) });
    const none = { sfts: [{ file: workspace.path('none'), coefficient: 1 }] };
    await refused('file-missing', () => benches.set({ bench, setting: none }));
    await refused('sft-coefficient', () => benches.set({ bench, setting: setting(Infinity) }));
    const data = workspace.path('dev.conllu');
    expect((await benches.evaluate({ bench, data }, never, ignore)).examples).toBe(12);
    benches.close(bench);
    await refused('bench-unknown', () => benches.set({ bench, setting: setting(1) }));
  });

  it('refuse an SFT with a value that is no number, or of another base, and stay as they were', async () => {
    const { bench } = await benches.open({ base: workspace.path('base'), ...setting(1) });
    const data = workspace.path('dev.conllu');
    const before = await benches.evaluate({ bench, data }, never, ignore);
    writeNanSft(workspace.path('xx'), workspace.path('nan'));
    await writeTinyBase(workspace.path('other'), 2);
    await inventSft(workspace.path('other'), workspace.path('foreign'), { seed: 3 });
    for (const [name, code] of [
      ['nan', 'sft-broken'],
      ['foreign', 'sft-other-base'],
    ] as const) {
      const bad = { sfts: [...setting(1).sfts, { file: workspace.path(name), coefficient: 1 }] };
      await refused(code, () => benches.open({ base: workspace.path('base'), ...bad }));
      await refused(code, () => benches.set({ bench, setting: bad }));
      await refused(code, () => benches.compare({ bench, data, reference: bad }, never));
      expect((await benches.evaluate({ bench, data }, never, ignore)).value).toBe(before.value);
    }
  });

  it('say that an SFT is empty, whose coefficient changes nothing', async () => {
    await writeEmptySft(workspace.path('xx'), workspace.path('empty'));
    const [pos] = setting(1).sfts;
    const withEmpty = (coefficient: number) => ({
      sfts: [pos, { file: workspace.path('empty'), coefficient }],
    });
    const { bench, warnings } = await benches.open({ base: workspace.path('base'), ...withEmpty(1) });
    expect(warnings).toEqual([expect.stringMatching(/empty: The SFT holds nothing/)]);
    const data = workspace.path('dev.conllu');
    const { value } = await benches.evaluate({ bench, data }, never, ignore);
    expect((await benches.set({ bench, setting: withEmpty(-3) })).warnings).toHaveLength(1);
    expect((await benches.evaluate({ bench, data }, never, ignore)).value).toBe(value);
    const { difference } = await benches.compare({ bench, data, reference: { sfts: [pos] } }, never);
    expect(difference).toBe(0);
  });

  it('say that data are of another task, and evaluate the next file', async () => {
    const [, language] = setting(1).sfts;
    const { bench } = await benches.open({ base: workspace.path('base'), sfts: [language] });
    const evaluate = async (name: string) =>
      benches.evaluate({ bench, data: workspace.path(name) }, never, ignore);
    await refused('evaluate-not-text', () => evaluate('dev.conllu'));
    expect((await evaluate('dev.txt')).metric).toBe('loss');
    await benches.set({ bench, setting: setting(1) });
    await refused('data-columns-count', () => evaluate('dev.txt'));
    expect((await evaluate('dev.conllu')).metric).toBe('accuracy');
  });
});
