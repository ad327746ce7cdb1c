import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveRecipe } from './defaults.ts';
import { fullPhaseHash, recipeHash } from './hash.ts';
import { parseRecipe } from './load.ts';

const facts = {
  modelType: 'bert',
  maskable: () => 1000,
  maskableByRow: () => new Map(),
  maxLength: 512,
  dropout: { hidden: 0.1, attention: 0.1, head: 0.1 },
};
const text = 'kind: task\nbase: ./base\ndata: { train: t.conllu, validation: d.conllu }\n';

function hash(
  extra = '',
  base = text,
  file = '/work/r.sft.yaml',
  fingerprints?: ReadonlyMap<string, string>,
): string {
  return recipeHash(resolveRecipe(parseRecipe(`${base}${extra}`, file), facts), fingerprints);
}

function kept(steps: number): string {
  return `validate: { keepBest: false, everySteps: ${steps} }\n`;
}

function ofSource(more: string): string {
  return `kind: task\nbase: ./base\nsources: [{ name: a, train: t.json, validation: d.json${more} }]\n`;
}

describe('the hash of a recipe', () => {
  it('is a SHA-256, the same each time and on every machine', () => {
    expect(hash()).toMatch(/^[0-9a-f]{64}$/);
    expect(hash()).toBe(hash());
  });

  it.each([
    ['a default that is written out', 'seed: 42\nfull: { epochs: 3, l1: 0 }\nprecision: single\n'],
    ['the name', 'name: other\nlanguage: mt\n'],
    ['reports and checkpoints', 'report: { everySteps: 7 }\ncheckpoint: { everyMinutes: 1 }\n'],
  ])('does not change with %s', (_, extra) => {
    expect(hash(extra)).toBe(hash());
  });

  it('does not change when the folder moves', () => {
    expect(hash('', text, '/else/where/q.sft.yaml')).toBe(hash());
  });

  it.each([
    ['the seed', 'seed: 7\n'],
    ['k', 'select: { k: 7 }\n'],
    ['the length of the sparse phase', 'sparse: { steps: 7 }\n'],
    ['dropout', 'dropout: 0\n'],
    ['the precision', 'precision: mixed\n'],
    ['an applied SFT', 'apply: [en.sft.safetensors]\n'],
    ['its coefficient', 'apply: [en.sft.safetensors@2]\n'],
    ['when it is validated, if the best checkpoint is kept', 'validate: { everySteps: 7 }\n'],
  ])('changes with %s', (_, extra) => {
    expect(hash(extra)).not.toBe(hash());
  });

  it('leaves validation out where it decides nothing, and the sparse phase where there is none', () => {
    expect(hash(kept(7))).toBe(hash(kept(8)));
    expect(hash('method: full\nsparse: { steps: 7 }\n')).toBe(hash('method: full\n'));
  });

  it('counts the language of a source where the best checkpoint is kept, which it decides', () => {
    const without = ofSource('');
    const language = ofSource(', language: es');
    expect(hash('', language)).not.toBe(hash('', without));
    expect(hash(kept(7), language)).toBe(hash(kept(7), without));
  });

  it('counts a file by its content where that is known', () => {
    const content = (sha: string) =>
      hash('', text, '/work/r.sft.yaml', new Map([[resolve('/work/t.conllu'), sha]]));
    expect(content('a')).not.toBe(content('b'));
    expect(content('a')).not.toBe(hash());
  });
});

function ofFull(extra: string): string {
  return fullPhaseHash(resolveRecipe(parseRecipe(`${text}${extra}`, '/work/r.sft.yaml'), facts));
}

describe('the hash of a full phase', () => {
  it('is that of another mask, unless the mask decides when it ends', () => {
    expect(ofFull('select: { k: 7 }\n')).toBe(ofFull('select: { k: 8 }\n'));
    const settling = 'full: { settle: {} }\n';
    expect(ofFull(`${settling}select: { k: 7 }\n`)).not.toBe(ofFull(`${settling}select: { k: 8 }\n`));
    const [often, seldom] = [4, 7].map((steps) => `${settling}report: { everySteps: ${steps} }\n`);
    expect(ofFull(often)).not.toBe(ofFull(seldom));
  });
});
