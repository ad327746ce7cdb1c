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
