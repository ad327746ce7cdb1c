import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveRecipe } from './defaults.ts';
import { parseRecipe } from './load.ts';
import type { RecipeFacts, ResolvedRecipe } from './types.ts';

const mBert: RecipeFacts = {
  modelType: 'bert',
  maskable: (freeze) => 177_224_448 - (freeze.includes('embeddings') ? 119_547 * 768 : 0),
  maskableByRow: () => new Map(),
  maxLength: 512,
  dropout: { hidden: 0.1, attention: 0.2, head: 0.3 },
};
const task = 'kind: task\nbase: ./base\ndata: { train: train.conllu }\n';
const language = 'kind: language\nbase: ./base\ndata: { text: mt.txt }\n';

function resolved(text: string, facts = mBert): ResolvedRecipe {
  return resolveRecipe(parseRecipe(text, '/work/pos.sft.yaml'), facts);
}

describe('defaults', () => {
  it('of a task are those of the tagging scripts', () => {
    expect(resolved(task)).toEqual({
      kind: 'task',
      name: 'pos',
      language: null,
      base: resolve('/work/base'),
      apply: [],
      method: 'ltsft',
      task: { type: 'tagging', column: 'upos', labels: null },
      sources: null,
      data: { train: [resolve('/work/train.conllu')], validation: [] },
      select: { k: 14_155_776, density: 14_155_776 / 177_224_448, by: 'lottery', iterations: 1 },
      full: { steps: null, epochs: 3, minSteps: null, maxSteps: null, l1: 0 },
      sparse: { steps: null, epochs: 10, minSteps: null, maxSteps: null, l1: 0 },
      optimizer: {
        learningRate: 5e-5,
        batchSize: 8,
        accumulate: 1,
        warmupSteps: 0,
        weightDecay: 0,
        maxGradNorm: 1,
      },
      dropout: { hidden: 0.1, attention: 0.2, head: 0.3 },
      freeze: ['layerNorm'],
      l1OnSparseOnly: false,
      validate: null,
      report: { everySteps: 50 },
      checkpoint: { everySteps: null, everyMinutes: 10 },
      maxLength: 512,
      seed: 42,
    });
  });

  it('rename no tags unless the recipe does, so that a recipe without it is the same as before', () => {
    const renaming = `${task}task: { type: tagging, column: tag, rename: { B-DATE: O } }\n`;
    expect(resolved(renaming)).toMatchObject({
      task: { type: 'tagging', column: 'tag', labels: null, rename: { 'B-DATE': 'O' } },
    });
  });

  it('of a language are those of the masked-language-modelling script', () => {
    expect(resolved(language)).toMatchObject({
      data: { text: [resolve('/work/mt.txt')], validation: [], validationShare: 0.05 },
      mlm: { probability: 0.15, blockSize: 256, lines: false, untie: true },
      select: { k: 7_667_712 },
      full: { steps: null, epochs: 100, minSteps: 10_000, maxSteps: 100_000, l1: 0.1 },
      sparse: { steps: null, epochs: 100, minSteps: 10_000, maxSteps: 100_000, l1: 0.1 },
      optimizer: { batchSize: 4, accumulate: 2 },
      freeze: ['layerNorm', 'decoder'],
      validate: { everySteps: 1000, everyEpochs: null, metric: 'loss', keepBest: true, sample: null },
      maxLength: 256,
    });
  });

  it('choose as many parameters on XLM-R as on mBERT, and the same share on other bases', () => {
    const xlmR = { ...mBert, modelType: 'xlm-roberta', maskable: () => 277_414_656 };
    expect([resolved(task, xlmR).select.k, resolved(language, xlmR).select.k]).toEqual([
      14_155_776, 7_667_712,
    ]);
    const half = { ...mBert, maskable: () => 177_224_448 / 2 };
    expect(resolved(task, half).select.k).toBe(14_155_776 / 2);
  });

  it('validate tags by accuracy and spans by f1', () => {
    const text = task.replace(' }', ', validation: dev.conllu }');
    expect(resolved(text).validate).toMatchObject({ everySteps: 250, metric: 'accuracy' });
    expect(resolved(text, { ...mBert, spans: true }).validate?.metric).toBe('f1');
  });

  it('take strict F1 where the labels of the data are in IOB2 or IOBES, and only there', () => {
    const spans = `${task.replace(' }', ', validation: dev.tsv }')}task: { type: tagging, column: tag }\n`;
    const text = `${spans}validate: { metric: f1Strict }\n`;
    expect(resolved(text, { ...mBert, spans: true, strictSpans: true }).validate?.metric).toBe('f1Strict');
    expect(() => resolved(text, { ...mBert, spans: true, strictSpans: false })).toThrow(
      /:\d+: validate\.metric is f1Strict, and the tags mark no spans in IOB1, IOB2/,
    );
    expect(resolved(spans, { ...mBert, spans: true, strictSpans: false }).validate?.metric).toBe('f1');
  });

  it('of the quick preset end soon, and give way to what the recipe says', () => {
    const quick = resolved(`${language}preset: quick\nsparse: { maxSteps: 50 }\n`);
    expect(quick.full).toMatchObject({ minSteps: null, maxSteps: 200, l1: 0.1 });
    expect(quick.sparse).toMatchObject({ maxSteps: 50 });
    expect(quick.maxLength).toBe(128);
  });
});

describe('what a recipe says', () => {
  it('turns a density into k as the reference does, of what is not frozen', () => {
    const { select } = resolved(`${task}select: { density: 0.08 }\nfreeze: [layerNorm, embeddings]\n`);
    expect(select.k).toBe(Math.floor(0.08 * (177_224_448 - 119_547 * 768)));
  });

  it.each([
    ['steps: 7', { steps: 7, epochs: null, minSteps: null, maxSteps: null }],
    ['epochs: 2', { steps: null, epochs: 2, minSteps: null, maxSteps: null }],
    ['epochs: 2, minSteps: 5', { steps: null, epochs: 2, minSteps: 5, maxSteps: null }],
    ['maxSteps: 500', { steps: null, epochs: 100, minSteps: 500, maxSteps: 500 }],
    ['minSteps: 200000', { steps: null, epochs: 100, minSteps: 200_000, maxSteps: 200_000 }],
    ['l1: 0', { steps: null, epochs: 100, minSteps: 10_000, maxSteps: 100_000, l1: 0 }],
  ])('overrules the defaults of a phase that it makes pointless: %s', (text, phase) => {
    expect(resolved(`${language}full: { ${text} }\n`).full).toEqual({ l1: 0.1, ...phase });
  });

  it('trains the decoder where it says whether it is untied', () => {
    const recipe = resolved(`${language}mlm: { untie: true }\n`);
    expect(recipe).toMatchObject({ freeze: ['layerNorm'], mlm: { untie: true } });
    expect(resolved(`${language}mlm: { untie: false }\n`)).toMatchObject({ mlm: { untie: false } });
    expect(resolved(`${language}freeze: []\n`)).toMatchObject({ freeze: [], mlm: { untie: false } });
  });

  it('sets one dropout or each', () => {
    expect(resolved(`${task}dropout: 0\n`).dropout).toEqual({ hidden: 0, attention: 0, head: 0 });
    expect(resolved(`${task}dropout: { head: 0.5 }\n`).dropout).toEqual({
      hidden: 0.1,
      attention: 0.2,
      head: 0.5,
    });
  });

  it('applies SFTs with their coefficients', () => {
    expect(resolved(`${task}apply: [a, b@-0.5, { sft: c, head: true }]\n`).apply).toEqual([
      { sft: resolve('/work/a'), coefficient: 1, head: false },
      { sft: resolve('/work/b'), coefficient: -0.5, head: false },
      { sft: resolve('/work/c'), coefficient: 1, head: true },
    ]);
  });

  it.each([
    [`${task}select: { k: 177224449 }`, /:4: select asks for 177224449 parameters.*1 to 177224448/],
    [`${task}select: { density: 1.0e-9 }`, /:4: select asks for 0 parameters/],
    [`${task}maxLength: 513`, /:4: maxLength is 513, but the base model takes at most 512/],
    [`${language}mlm: { blockSize: 600 }`, /:4: mlm\.blockSize is 600/],
  ])('is refused where it does not fit the base: %#', (text, message) => {
    expect(() => resolved(text)).toThrow(message);
  });

  it('may ask for any k where the method has no mask', () => {
    expect(resolved(`${task}method: full\nselect: { k: 177224449 }\n`).method).toBe('full');
  });
});
