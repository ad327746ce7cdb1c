import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refused, temporaryFolder } from '../../../test/support/files.ts';
import { inventSft } from '../../../test/support/inventSft.ts';
import { inventSentences, tinyWorkspace, type TinyWorkspace } from '../../../test/support/tinyWorkspace.ts';
import { applySfts } from '../../core/composition.ts';
import { uniform } from '../../core/random.ts';
import { compiledEngine } from '../../engine/compiled/compiledEngine.ts';
import type { Engine } from '../../engine/engine.ts';
import { readSft } from '../../formats/sftFile.ts';
import { universalRelations } from '../../data/parsing.ts';
import { biaffine } from '../../model/heads/biaffine.ts';
import { questionAnswering } from '../../model/heads/questionAnswering.ts';
import { loadBase } from '../base.ts';
import { evaluateFile } from '../evaluateFile.ts';
import { isWrong } from './evaluationData.ts';
import { type Evaluator, newEvaluator, type Setting } from './evaluator.ts';
import { predictionCache } from './predictionCache.ts';

const labels = ['ADJ', 'ADV', 'NOUN', 'PUNCT', 'VERB'];
let workspace: TinyWorkspace;
let task: string;
let language: string;

beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft-evaluator-')));
  const base = workspace.path('base');
  task = await inventSft(base, workspace.path('pos.sft.safetensors'), { seed: 1, labels });
  language = await inventSft(base, workspace.path('xx.sft.safetensors'), { seed: 2, share: 0.2 });
});

afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

/** An engine that counts how often a graph was run. */
function countingEngine(): Engine & { readonly runs: () => number } {
  let count = 0;
  const engine = compiledEngine({ threads: 1 });
  return {
    ...engine,
    runs: () => count,
    async compile(spec) {
      const executable = await engine.compile(spec);
      return {
        release: () => executable.release(),
        run(...args) {
          count++;
          return executable.run(...args);
        },
      };
    },
  };
}

async function open(cacheFolder?: string, bytes?: number): Promise<Evaluator & { runs: () => number }> {
  const engine = countingEngine();
  const cache = cacheFolder === undefined ? undefined : predictionCache(cacheFolder, bytes);
  const evaluator = newEvaluator(await loadBase(workspace.path('base')), { engine, cache });
  return { ...evaluator, runs: engine.runs };
}

const both = (a: number, b: number): Setting => ({
  sfts: [
    { sft: task, coefficient: a },
    { sft: language, coefficient: b },
  ],
});
const dev = () => ({ data: workspace.path('dev.conllu') });
const train = () => ({ data: workspace.path('train.conllu') });

/** Six questions about two invented texts. */
function squad(): string {
  const paragraphs = inventSentences(2, 11).map((words, p) => {
    const context = words.map(({ form }) => form).join(' ');
    const qas = words.slice(0, 3).map(({ form }, q) => ({
      id: `${p}-${q}`,
      question: `${form} ?`,
      answers: [{ text: form, answer_start: context.indexOf(form) }],
    }));
    return { context, qas };
  });
  return JSON.stringify({ version: '1.1', data: [{ title: 'x', paragraphs }] });
}

describe('a warm evaluator', () => {
  it('finds after many moves what a fresh one finds', async () => {
    const warm = await open();
    for (let move = 0; move < 30; move++)
      await warm.set(both(3 * uniform(1, move) - 1, 3 * uniform(2, move) - 1));
    const found = await warm.evaluate(both(1, 0.5), dev());
    const fresh = await evaluateFile(await loadBase(workspace.path('base')), both(1, 0.5).sfts, {
      ...dev(),
      engine: compiledEngine({ threads: 1 }),
    });
    expect(found.metrics).toEqual(fresh.metrics);
    expect(found.interval()).toEqual(fresh.interval());
    expect(found.outcomes()).toEqual(fresh.outcomes());
    await warm.release();
  });

  it('has the bits of composing from the files in its weights, and the base when it is released', async () => {
    const before = await loadBase(workspace.path('base'));
    const warm = await open();
    await warm.set(both(1, 1));
    await warm.set(both(1, -0.37));
    const terms = [
      { sft: (await readSft(task)).sft, coefficient: 1 },
      { sft: (await readSft(language)).sft, coefficient: -0.37 },
    ];
    const composed = applySfts(before.parameters, terms, { headFrom: 'none' });
    for (const [name, { values }] of warm.base.parameters) expect(values).toEqual(composed.get(name)?.values);
    await warm.release();
    for (const [name, { values }] of warm.base.parameters)
      expect(values).toEqual(before.parameters.get(name)?.values);
  });

  it('takes in that an SFT or a data file has changed', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'changing.sft.safetensors');
    const data = join(folder, 'changing.conllu');
    await inventSft(workspace.path('base'), file, { seed: 5, labels });
    writeFileSync(data, readFileSync(dev().data));
    const warm = await open();
    const setting = { sfts: [{ sft: file, coefficient: 1 }] };
    const first = await warm.evaluate(setting, { data });
    await inventSft(workspace.path('base'), file, { seed: 6, labels });
    const second = await warm.evaluate(setting, { data });
    expect(second.outcomes()).not.toEqual(first.outcomes());
    writeFileSync(data, readFileSync(train().data));
    expect((await warm.evaluate(setting, { data })).examples).toBe(48);
    await warm.release();
  });

  it('evaluates a language SFT by its masks, and goes back to tagging', async () => {
    const spoken = workspace.path('spoken.sft.safetensors');
    await inventSft(workspace.path('base'), spoken, { seed: 3 });
    const warm = await open();
    const text = { data: workspace.path('dev.txt'), blockSize: 24 };
    const tagged = await warm.evaluate(both(1, 1), dev());
    const alone = { sfts: [{ sft: spoken, coefficient: 1 }] };
    const language = await warm.evaluate(alone, text);
    expect(language.metric).toBe('loss');
    expect(language.outcomes()).toHaveLength(language.examples);
    const fresh = await evaluateFile(await loadBase(workspace.path('base')), alone.sfts, {
      ...text,
      engine: compiledEngine({ threads: 1 }),
    });
    expect(language.metrics).toEqual(fresh.metrics);
    expect((await warm.evaluate(both(1, 1), dev())).metrics).toEqual(tagged.metrics);
    await warm.release();
  });

  it('says which head, base or labels are missing', async () => {
    const warm = await open();
    const foreign = workspace.path('foreign.sft.safetensors');
    await inventSft(workspace.path('base'), foreign, {
      seed: 4,
      labels,
      metadata: { baseFingerprint: 'ab'.repeat(32) },
    });
    const alone = { sfts: [{ sft: foreign, coefficient: 1 }] };
    await refused('sft-other-base', () => warm.evaluate(alone, dev()));
    expect((await warm.evaluate({ ...alone, force: true }, dev())).warnings).toHaveLength(1);
    const two = { sfts: [...alone.sfts, ...both(1, 1).sfts], force: true };
    await refused('sft-two-heads', () => warm.evaluate(two, dev()));
    expect((await warm.evaluate({ ...two, headFrom: 1 }, dev())).metric).toBe('accuracy');
    await refused('evaluate-labels', () => warm.evaluate(both(1, 1), { ...dev(), labels: ['A'] }));
    await refused('file-missing', () => warm.evaluate(both(1, 1), { data: workspace.path('none.conllu') }));
    await warm.release();
  });
});

describe('an evaluation', () => {
  it('tells a figure on a sample first, and does not predict that again', async () => {
    const warm = await open();
    const told: { examples: number; low: number }[] = [];
    const progress: number[] = [];
    const whole = await warm.evaluate(both(1, 1), train(), {
      quick: {
        sample: 10,
        tell: (quick) => told.push({ examples: quick.examples, low: quick.interval().low }),
      },
      progress: ({ done, of }) => progress.push(done / of),
    });
    expect(told).toEqual([{ examples: 10, low: expect.any(Number) }]);
    expect(whole.examples).toBe(48);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBe(1);
    const direct = await warm.evaluate(both(1, 1), train());
    expect(whole.metrics).toEqual(direct.metrics);
    const sample = await warm.evaluate(both(1, 1), train(), { sample: 10 });
    expect(sample.examples).toBe(10);
    expect(sample.all).toBe(48);
    const larger = await warm.evaluate(both(1, 1), train(), { sample: 20 });
    expect(sample.chosen.every((e) => larger.chosen.includes(e))).toBe(true);
    await warm.release();
  });

  it('can be interrupted between two runs, and goes on with another', async () => {
    const warm = await open();
    const controller = new AbortController();
    const interrupted = warm.evaluate(both(1, 1), train(), {
      quick: { sample: 5, tell: () => controller.abort(new Error('enough')) },
      signal: controller.signal,
    });
    await expect(interrupted).rejects.toThrow('enough');
    expect((await warm.evaluate(both(1, 1), dev())).examples).toBe(12);
    await warm.release();
  });

  it('counts each example for each metric, and shows which went wrong', async () => {
    const warm = await open();
    const found = await warm.evaluate(both(1, 1), dev());
    for (const metric of ['accuracy', 'macroF1', 'f1']) {
      const { rows, score } = found.counts(metric);
      expect(rows).toHaveLength(12);
      const sums = new Float64Array(rows[0].length);
      for (const row of rows) row.forEach((value, i) => (sums[i] += value));
      expect(score(sums)).toBeCloseTo(found.metrics[metric], 12);
    }
    const words = found.outcomes().flatMap(({ items }) => items);
    const right = words.filter(({ gold, predicted }) => gold === predicted).length;
    expect(right / words.length).toBeCloseTo(found.metrics.accuracy, 12);
    expect(found.outcomes().some(isWrong)).toBe(true);
    await warm.release();
  });
});

describe('predictions on disk', () => {
  it('are found by another process: no forward pass, whatever the metric', async () => {
    const folder = temporaryFolder();
    const first = await open(folder);
    const found = await first.evaluate(both(1, 0.5), dev());
    expect(first.runs()).toBeGreaterThan(0);
    const second = await open(folder);
    const again = await second.evaluate(both(1, 0.5), dev());
    expect(second.runs()).toBe(0);
    expect(again.remembered).toBe(12);
    expect(again.metrics).toEqual(found.metrics);
    expect(again.outcomes()).toEqual(found.outcomes());
    // Another coefficient, rule, head or file is another prediction.
    await second.evaluate(both(1, 0.25), dev());
    expect(second.runs()).toBe(1);
    await second.evaluate({ ...both(1, 0.5), rule: 'priority' }, dev());
    expect(second.runs()).toBe(2);
    await second.evaluate(both(1, 0.5), train());
    expect(second.runs()).toBeGreaterThan(2);
  });

  it('of losses are the same bits', async () => {
    const folder = temporaryFolder();
    const text = { data: workspace.path('dev.txt'), blockSize: 24 };
    const alone = { sfts: [{ sft: language, coefficient: 1 }] };
    const first = await (await open(folder)).evaluate(alone, text);
    const second = await open(folder);
    const again = await second.evaluate(alone, text);
    expect(second.runs()).toBe(0);
    expect(again.metrics).toEqual(first.metrics);
  });

  it('of trees and of answers are whole, too', async () => {
    const folder = temporaryFolder();
    const base = workspace.path('base');
    const parser = workspace.path('parser.sft.safetensors');
    const metadata = { task: 'parsing', labels: [...universalRelations] };
    await inventSft(base, parser, { seed: 7, labels: universalRelations, head: biaffine, metadata });
    const answerer = workspace.path('answerer.sft.safetensors');
    const outputs = ['start', 'end'];
    await inventSft(base, answerer, {
      seed: 8,
      labels: outputs,
      head: questionAnswering,
      metadata: { task: 'questionAnswering', labels: outputs },
    });
    writeFileSync(workspace.path('squad.json'), squad());
    for (const [sft, data] of [
      [parser, dev().data],
      [answerer, workspace.path('squad.json')],
    ]) {
      const setting = { sfts: [{ sft, coefficient: 1 }] };
      const first = await open(folder);
      const sample = await first.evaluate(setting, { data }, { sample: 3 });
      expect(sample.examples).toBe(3);
      const found = await first.evaluate(setting, { data });
      const second = await open(folder);
      const again = await second.evaluate(setting, { data });
      expect(second.runs()).toBe(0);
      expect(again.metrics).toEqual(found.metrics);
      expect(again.outcomes()).toEqual(found.outcomes());
      expect(again.outcomes().filter(isWrong).length).toBeGreaterThan(0);
      for (const metric of Object.keys(found.metrics)) {
        const { rows, score } = found.counts(metric);
        const sums = Float64Array.from(rows[0], (_, i) => rows.reduce((sum, row) => sum + row[i], 0));
        expect(score(sums)).toBeCloseTo(found.metrics[metric], 12);
      }
    }
    const setting = { sfts: [{ sft: parser, coefficient: 1 }] };
    const greedy = await open(folder);
    await greedy.evaluate(setting, { ...dev(), decoding: 'greedy' });
    expect(greedy.runs()).toBeGreaterThan(0);
  });

  it('that are damaged are made anew', async () => {
    const folder = temporaryFolder();
    const found = await (await open(folder)).evaluate(both(1, 0.5), dev());
    const [name] = readdirSync(folder);
    const good = readFileSync(join(folder, name));
    for (const at of [3, 20, good.length - 1, good.length - 30, Math.floor(good.length / 2)]) {
      const damaged = Buffer.from(good);
      damaged[at] ^= 0x05;
      writeFileSync(join(folder, name), at === 20 ? damaged.subarray(0, 40) : damaged);
      const next = await open(folder);
      expect((await next.evaluate(both(1, 0.5), dev())).metrics).toEqual(found.metrics);
      expect(next.runs()).toBe(1);
    }
  });

  it('are bounded: what was used least recently goes', async () => {
    const folder = temporaryFolder();
    const one = await open(folder);
    await one.evaluate(both(1, 0), dev());
    const size = readFileSync(join(folder, readdirSync(folder)[0])).length;
    const few = await open(folder, 2.5 * size);
    await few.evaluate(both(1, 0.1), dev());
    await few.evaluate(both(1, 0), dev());
    await few.evaluate(both(1, 0.2), dev());
    expect(readdirSync(folder)).toHaveLength(2);
    const runs = few.runs();
    await few.evaluate(both(1, 0), dev());
    expect(few.runs()).toBe(runs);
  });

  it('need no folder that can be written to', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const evaluator = await open(join(file, 'predictions'));
    expect((await evaluator.evaluate(both(1, 1), dev())).examples).toBe(12);
  });
});
