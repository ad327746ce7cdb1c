import type { Problem } from './problem.ts';

/** Requests that cannot be carried out. */
export const cliErrors = {
  'evaluate-labels': (d: { outputs: number; labels: number | undefined }): Problem => ({
    what:
      d.labels === undefined
        ? `The SFT's head has ${d.outputs} outputs, but the file does not say what they mean.`
        : `The SFT's head has ${d.outputs} outputs, but ${d.labels} labels are given.`,
    advice: 'Give the labels in their order: --labels A,B,C.',
  }),
  'evaluate-no-head': (d: { base: string }): Problem => ({
    what: `Neither ${d.base} nor the SFTs have a head, so there is nothing to evaluate.`,
    advice: 'Add a task SFT for labelled data, or a language SFT for raw text, with --sft FILE.',
  }),
  'init-exists': (): Problem => ({
    what: 'There is a recipe of this name already.',
    advice: 'Give another name, or --stdout to print the template.',
  }),
  'compose-onto-itself': (): Problem => ({
    what: 'The result would replace one of the SFTs that it is made of.',
    advice: 'Give another file with --out.',
  }),
  'train-confirm': (d: { duration: string; steps: number }): Problem => ({
    what: `This run has ${d.steps} steps and will take about ${d.duration} on this machine.`,
    advice:
      'Give --yes to start it all the same, or shorten it: preset: quick, or full.steps and sparse.steps.',
  }),
  'engine-load': (d: { reason: string }): Problem => ({
    what: `The engine (ONNX Runtime) cannot be loaded here: ${d.reason}.`,
    advice: 'sft doctor says what is missing.',
  }),
  'node-configured': (d: { path: string; reason: string }): Problem => ({
    what: `The Node that the setting sft.nodePath names cannot train: ${d.path}: ${d.reason}.`,
    advice: 'Name the program of a Node 20 or newer by its absolute path, or leave the setting empty.',
  }),
  'node-none': (d: { reasons: readonly string[] }): Problem => ({
    what: `No Node that can train was found${d.reasons.length === 0 ? '' : ` (${d.reasons.join('; ')})`}.`,
    advice: 'Install Node 20 or newer from https://nodejs.org, or name one in the setting sft.nodePath.',
  }),
} satisfies Record<string, (details: never) => Problem>;
