import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refused, temporaryFolder } from '../../../test/support/files.ts';
import { inventSft } from '../../../test/support/inventSft.ts';
import { inventSentences, tinyWorkspace, type TinyWorkspace } from '../../../test/support/tinyWorkspace.ts';
import { compiledEngine } from '../../engine/compiled/compiledEngine.ts';
import { loadRawText } from '../../formats/rawText.ts';
import { languageExamples } from '../../data/language.ts';
import { maskedLanguageModelling } from '../../model/heads/maskedLanguageModelling.ts';
import { loadBase, loadBaseFrame } from '../base.ts';
import { maskForEvaluation } from '../languageData.ts';
import { type Evaluator, newEvaluator, type Setting } from './evaluator.ts';
import type { DataRequest } from './headTask.ts';
import { type LargeText, largeTextData } from './largeText.ts';
import { predictionCache } from './predictionCache.ts';
import { newExamplesHash } from './predictionKey.ts';

const open: Evaluator[] = [];
let workspace: TinyWorkspace;
let data: string;
let setting: Setting;
let request: DataRequest;

const ends = ['\n', '\r\n', '\n \n', '\r'];

beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft-large-')));
  data = workspace.path('many.txt');
  // More than two thousand lines, of several sorts of ends, some of them blank.
  const lines = inventSentences(2500, 5).map((words) => words.map(({ form }) => form).join(' '));
  writeFileSync(data, `\uFEFF${lines.map((line, i) => `${line}${ends[i % ends.length]}`).join('')}`);
  const file = workspace.path('xx.sft.safetensors');
  await inventSft(workspace.path('base'), file, { seed: 2, share: 0.2 });
  setting = { sfts: [{ sft: file, coefficient: 1 }] };
  request = { data, blockSize: 24 };
});
afterAll(async () => {
  for (const evaluator of open) await evaluator.release();
  rmSync(workspace.folder, { recursive: true, force: true });
});

/** Reads texts whole, or as they are needed. */
async function evaluator(how: 'whole' | 'streamed', cache?: string): Promise<Evaluator> {
  const made = newEvaluator(await loadBase(workspace.path('base')), {
    engine: compiledEngine({ threads: 1 }),
    cache: cache === undefined ? undefined : predictionCache(cache),
    ...(how === 'streamed' ? { readWhole: 0 } : {}),
  });
  open.push(made);
  return made;
}

function declined(): Promise<never> {
  return Promise.reject(new Error('no'));
}

describe('a text that is read as it is needed', () => {
  it('has the figure and the interval of reading it whole', async () => {
    const whole = await (await evaluator('whole')).evaluate(setting, request);
    const streamed = await (await evaluator('streamed')).evaluate(setting, request);
    expect(whole.examples).toBeGreaterThan(1500);
    expect(streamed).toMatchObject({ examples: whole.examples, units: whole.units, all: whole.all });
    expect(streamed.metrics.loss).toBeCloseTo(whole.metrics.loss, 6);
    expect(streamed.interval().low).toBeCloseTo(whole.interval().low, 6);
    expect(streamed.interval().high).toBeCloseTo(whole.interval().high, 6);
  });

  it.each(['blocks', 'lines'] as const)('has the very same examples in %s of any length', async (whole) => {
    const { tokenizer, config } = await loadBaseFrame(workspace.path('base'));
    const lines = (await loadRawText(data)).map(({ text }) => text);
    for (const blockSize of [8, 24, 48]) {
      const options = { blockSize, whole, file: data };
      const hash = newExamplesHash();
      const examples = languageExamples(lines, tokenizer, options);
      for (const example of maskForEvaluation(examples, 0.3, tokenizer)) hash.add(example);
      const head = maskedLanguageModelling(false);
      const read = { ...options, tokenizer, probability: 0.3, head, outputs: config.vocabSize };
      const streamed = await largeTextData(read, {});
      expect(streamed.examples).toBe(examples.length);
      expect(streamed.streamed?.hash).toBe(hash.digest());
    }
  });

  it('in blocks that the base has no positions for is refused, however it is read', async () => {
    for (const how of ['whole', 'streamed'] as const) {
      const read = await evaluator(how);
      const { message } = await refused('recipe-too-long-for-base', () =>
        read.evaluate(setting, { ...request, blockSize: 100_000 }),
      );
      expect(message).toMatch(/The block size is 100000, but the base model takes at most \d+ word pieces/);
    }
  });

  it('is sampled alike', async () => {
    const [whole, streamed] = [await evaluator('whole'), await evaluator('streamed')];
    for (const sample of [5, 300]) {
      const found = await streamed.evaluate(setting, request, { sample });
      const wanted = await whole.evaluate(setting, request, { sample });
      expect(found.chosen).toEqual(wanted.chosen);
      expect(found.metrics.loss).toBeCloseTo(wanted.metrics.loss, 6);
    }
  });

  it('is told before it is gone through, and how far that is', async () => {
    const told: LargeText[] = [];
    const shares: number[] = [];
    const streamed = await evaluator('streamed');
    const before = (text: LargeText) => Promise.resolve(void told.push(text));
    const large = { before, reading: (share: number) => void shares.push(share) };
    const { examples } = await streamed.evaluate(setting, request, { large });
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ length: 24, probability: 0.15 });
    expect(told[0].examples / examples).toBeGreaterThan(0.95);
    expect(told[0].examples / examples).toBeLessThan(1.05);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    for (const share of shares) expect(share).toBeLessThanOrEqual(1);
    // The text is known then; whoever says no is asked again.
    await streamed.evaluate(setting, request, { large });
    expect(told).toHaveLength(1);
    const other = await evaluator('streamed');
    for (let i = 0; i < 2; i++)
      await expect(other.evaluate(setting, request, { large: { before: declined } })).rejects.toThrow('no');
  });

  it('that is interrupted goes on where it was', async () => {
    const cache = temporaryFolder();
    const stop = new AbortController();
    const interrupted = (await evaluator('streamed', cache)).evaluate(setting, request, {
      signal: stop.signal,
      progress({ done }) {
        if (done > 1024) stop.abort(new Error('enough'));
      },
    });
    await expect(interrupted).rejects.toThrow('enough');
    const again = await (await evaluator('streamed', cache)).evaluate(setting, request);
    expect(again.remembered).toBe(1024);
    const fresh = await (await evaluator('streamed')).evaluate(setting, request);
    expect(again.metrics.loss).toBeCloseTo(fresh.metrics.loss, 6);
  });

  it.each([
    ['nothing but blank lines', '\n \n\n', 'data-file-empty'],
    ['too little text', 'ba\nbe\n', 'data-too-few-pieces'],
    ['no UTF-8', Buffer.from([0x62, 0x0a, 0xff, 0x0a]), 'data-not-utf8'],
  ] as const)('with %s is refused', async (_, content, code) => {
    const file = join(temporaryFolder(), 'bad.txt');
    writeFileSync(file, content);
    const streamed = await evaluator('streamed');
    await refused(code, () => streamed.evaluate(setting, { ...request, data: file }));
  });

  it('that is cut off meanwhile is refused', async () => {
    const file = join(temporaryFolder(), 'cut.txt');
    const lines = inventSentences(2500, 6).map((words) => words.map(({ form }) => form).join(' '));
    writeFileSync(file, lines.join('\n'));
    const streamed = await evaluator('streamed');
    const before = () => Promise.resolve(truncateSync(file, 20_000));
    const cut = () => streamed.evaluate(setting, { ...request, data: file }, { large: { before } });
    await refused('data-file-changed', cut);
  });
});
