import type { Problem } from './problem.ts';

/** SFT files and their composition. */
export const sftErrors = {
  'sft-not-sft': (d: { tensor: string }): Problem => ({
    what: `This is not an SFT: it holds the tensor ${d.tensor}, and an SFT holds "diffs." and "abs." tensors only.`,
    advice: 'Give an SFT file (NAME.sft.safetensors); a model is given as its folder.',
  }),
  'sft-broken': (d: { parameter: string; reason: string }): Problem => ({
    what: `The SFT's entries of ${d.parameter} are not sound: ${d.reason}.`,
    advice: 'Copy the file again, or save it again with the program that made it.',
  }),
  'sft-newer': (d: { version: string; supported: number }): Problem => ({
    what: `The SFT file has format version ${d.version}, and this program knows up to ${d.supported}.`,
    advice: 'Install a newer version of SFT Studio.',
  }),
  'sft-metadata': (d: { key: string; reason: string }): Problem => ({
    what: `The SFT file's metadata "${d.key}" cannot be used: ${d.reason}.`,
    advice: 'Save the file again with the program that made it.',
  }),
  'sft-parameter-unknown': (d: { parameter: string; sft: string }): Problem => ({
    what: `${d.sft} changes the parameter ${d.parameter}, which this base model does not have.`,
    advice: 'Use the base model that the SFT was trained on.',
  }),
  'sft-out-of-range': (d: { parameter: string; sft: string; index: number; size: number }): Problem => ({
    what: `${d.sft} changes entry ${d.index} of ${d.parameter}, which has ${d.size} entries in this base model.`,
    advice: 'Use the base model that the SFT was trained on.',
  }),
  'sft-shape': (d: {
    parameter: string;
    sft: string;
    found: readonly number[];
    wanted: readonly number[];
  }): Problem => ({
    what: `${d.sft} has ${d.parameter} with the shape [${d.found.join(', ')}], but [${d.wanted.join(', ')}] is needed.`,
    advice: 'Use the base model that the SFT was trained on.',
  }),
  'sft-coefficient': (d: { sft: string; coefficient: number }): Problem => ({
    what: `The coefficient of ${d.sft} is ${d.coefficient}, which is not a number to multiply with.`,
    advice: 'Give a finite number, for example 1 or 0.5.',
  }),
  'sft-two-heads': (d: { sfts: readonly string[] }): Problem => ({
    what: `More than one SFT has a head: ${d.sfts.join(', ')}.`,
    advice:
      'Say which head is to be used: --head N (counted from 1) or none; head: N in a cell; Head of in the bench.',
  }),
  'sft-head-number': (d: { head: number; sfts: number }): Problem => ({
    what: `The head of SFT ${d.head} was asked for, and there ${d.sfts === 1 ? 'is one SFT' : `are ${d.sfts} SFTs`}.`,
    advice: 'Heads are counted from 1, in the order in which the SFTs are given.',
  }),
  'sft-no-head': (d: { sft: string }): Problem => ({
    what: `The head of ${d.sft} was asked for, and it has none.`,
    advice: 'Pick an SFT that was trained with a head.',
  }),
  'sft-other-base': (d: { name: string; wanted: string; base: string; found: string }): Problem => ({
    what: `The SFT was trained on the base model ${d.name} with the fingerprint ${d.wanted}, but ${d.base} has ${d.found}.`,
    advice:
      'Use the base model that it was trained on, or, if you know that they are the same, evaluate, compose and export with --force (force: true in a cell).',
  }),
  'sft-no-fingerprint': (): Problem => ({
    what: 'The SFT does not say which base model it was trained on, so nothing could be checked.',
    advice: 'Make sure yourself that it belongs to this base model.',
  }),
  'sft-forced-base': (d: { wanted: string; base: string; found: string }): Problem => ({
    what: `The SFT was trained on a base model with the fingerprint ${d.wanted}, and is used with ${d.base} (${d.found}) all the same.`,
    advice: 'Its effect there is not known.',
  }),
  'sft-empty': (): Problem => ({
    what: 'The SFT has no sparse entries, so there is nothing to leave out and nothing to prune.',
    advice: 'Give one that changes the base model; sft inspect shows what a file holds.',
  }),
  'sft-empty-added': (): Problem => ({
    what: 'The SFT holds nothing, neither entries nor a head, so adding it changes nothing.',
    advice: 'Make sure that it is the file that you meant; sft inspect shows what a file holds.',
  }),
  'sft-empty-compared': (): Problem => ({
    what: 'The SFT has no sparse entries, so it shares none with any other.',
    advice: 'Make sure that it is the file that you meant; sft inspect shows what a file holds.',
  }),
  'sft-labels-listed': (d: { labels: readonly string[] }): Problem => ({
    what: `The SFT does not say its labels. They are taken in the order of the reference's scripts, which is not verified: ${d.labels.join(',')}.`,
    advice: 'Give the labels to have others.',
  }),
  'sft-no-labels': (d: { outputs: number }): Problem => ({
    what: `The SFT has a head of ${d.outputs} outputs and does not say what they mean.`,
    advice: 'They are called LABEL_0, LABEL_1 ...; give the labels to have names.',
  }),
} satisfies Record<string, (details: never) => Problem>;
