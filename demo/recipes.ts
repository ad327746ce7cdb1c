import type { Language } from './languages/world.ts';

type Named = Pick<Language, 'code' | 'name'>;

/** The recipe of a language SFT of the demo. */
export function languageRecipe({ code, name }: Named): string {
  return `# Language SFT of ${name}, an invented language, from raw text.
kind: language
name: ${code}
language: ${code}
base: base
data: { text: data/${code}.txt, validationShare: 0 }
# Each line is a sentence of its own; the output matrix trains apart from the word embeddings.
mlm: { probability: 0.35, blockSize: 64, lines: true, untie: true }
select: { density: 0.1 }
full: { steps: 300, l1: 0 }
sparse: { steps: 300, l1: 0 }
optimizer: { learningRate: 3.0e-3, batchSize: 32, accumulate: 1 }
dropout: 0
freeze: [layerNorm]
keepFullPhase: true
seed: 1
`;
}

/** Another mask of a language SFT: how many entries it has, and how they are chosen. */
export interface OtherMask {
  /** What is added to the language's code. */
  readonly name: string;
  readonly density: number;
  readonly by: 'lottery' | 'random' | 'randomPerTensor';
  /** In words. */
  readonly text: string;
}

/** 1 % to 100 % of the entries, and random masks beside the recipe's own of 10 %. */
export const otherMasks: readonly OtherMask[] = [
  { name: 'd1', density: 0.01, by: 'lottery', text: 'the 1 % that changed most' },
  { name: 'd3', density: 0.03, by: 'lottery', text: 'the 3 % that changed most' },
  { name: 'd25', density: 0.25, by: 'lottery', text: 'the 25 % that changed most' },
  { name: 'd100', density: 1, by: 'lottery', text: 'all entries that changed' },
  { name: 'random', density: 0.1, by: 'random', text: '10 % at random' },
  {
    name: 'perTensor',
    density: 0.1,
    by: 'randomPerTensor',
    text: '10 % at random, as many a tensor as chosen',
  },
];

/** A recipe for the folder `masks`: the language SFT with another mask, from the same full phase where that is kept. */
export function otherMaskRecipe({ code, name }: Named, mask: OtherMask): string {
  // What is kept of a full phase says exactly which entries changed most, up to a quarter of them. Random masks have none.
  const from = mask.density <= 0.25 && mask.by !== 'random';
  return `# The language SFT of ${name} with another mask: ${mask.text}.
kind: language
name: ${code}-${mask.name}
language: ${code}
base: ../base
data: { text: ../data/${code}.txt, validationShare: 0 }
mlm: { probability: 0.35, blockSize: 64, lines: true, untie: true }
select: { density: ${mask.density}, by: ${mask.by} }
full: { steps: 300, l1: 0${from ? `, from: ../runs/${code}-1/full-phase.safetensors` : ''} }
sparse: { steps: 300, l1: 0 }
optimizer: { learningRate: 3.0e-3, batchSize: 32, accumulate: 1 }
dropout: 0
freeze: [layerNorm]
keepFullPhase: false
seed: 1
`;
}

/** The recipe of the demo's task: part-of-speech tagging in the source language. */
export function taskRecipe({ code, name }: Named): string {
  return `# Task SFT: part-of-speech tagging, learnt from labelled ${name}, with the SFT of ${name} applied.
kind: task
name: pos-${code}
language: ${code}
base: base
apply: [runs/${code}-1/${code}.sft.safetensors]
task: { type: tagging, column: upos }
data: { train: data/${code}-train.conllu, validation: data/${code}-dev.conllu }
select: { density: 0.08 }
full: { steps: 100 }
sparse: { steps: 100 }
optimizer: { learningRate: 1.0e-3, batchSize: 32, accumulate: 1 }
dropout: 0
freeze: [layerNorm]
validate: { everySteps: 100, keepBest: false }
seed: 1
`;
}
