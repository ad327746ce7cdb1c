import { counted } from '../texts.ts';
import type { Problem } from './problem.ts';

/** Requests that cannot be carried out. */
export const cliErrors = {
  'predict-language': (d: { base: string }): Problem => ({
    what: `Neither the SFTs nor ${d.base} have the head of a task: there is nothing to predict.`,
    advice: "Add a task's SFT with --sft.",
  }),
  'predict-format': (d: { format: string; possible: readonly string[] }): Problem => ({
    what: `This task is not written as ${d.format}.`,
    advice: `Give --format ${d.possible.join(' or ')}.`,
  }),
  'predict-layout': (d: { ending: string }): Problem => ({
    what: `It is not clear how this file is to be read: its lines hold now more words, now less, and ${
      d.ending === '' ? 'it has no ending that says' : `its ending ${d.ending} does not say`
    } whether they are sentences.`,
    advice:
      'Give it the ending .txt if each line is a sentence, .conll if each line is a word with its columns, or .conllu if it is a treebank.',
  }),
  'select-nothing': (): Problem => ({
    what: 'Nothing is asked of the run.',
    advice: 'Give --k with a number of entries, or --now, or both.',
  }),
  'select-k': (d: { reason: string }): Problem => ({
    what: d.reason,
    advice:
      'Choose while the full phase trains, and a K within the bounds; sft estimate shows how many entries there are.',
  }),
  'evaluate-labels': (d: { outputs: number; labels: number | undefined }): Problem => ({
    what:
      d.labels === undefined
        ? `The SFT's head has ${counted(d.outputs, 'output')}, but the file does not say what they mean.`
        : `The SFT's head has ${counted(d.outputs, 'output')}, but ${counted(d.labels, 'label')} ${d.labels === 1 ? 'is' : 'are'} given.`,
    advice: 'Give the labels in their order: --labels A,B,C, or labels of the data file in a cell.',
  }),
  'evaluate-labels-other': (d: { told: readonly string[] }): Problem => ({
    what: `The labels that are given are not those that the SFT's file says: ${d.told.join(',')}.`,
    advice:
      'Leave --labels (labels in a cell) out. Labels that the data write otherwise are named by --rename WRITTEN=LABEL, or rename in a cell.',
  }),
  'evaluate-labels-unused': (d: { type: string }): Problem => ({
    what: `The head in use is one for ${headWords(d.type)}: it has no labels.`,
    advice: 'Leave --labels out, or add the SFT of a task whose head has labels.',
  }),
  'evaluate-option-unused': (d: {
    option: string;
    type: string;
    purpose: 'evaluation' | 'prediction';
    used: readonly string[];
  }): Problem => ({
    what: `${d.option} says nothing for the ${d.purpose} of the head in use, which is one for ${headWords(d.type)}.`,
    advice: `Leave it out${d.used.length === 0 ? '' : `; what can be said here: ${d.used.join(', ')}`}.`,
  }),
  'evaluate-task-told': (d: { task: string; told: string }): Problem => ({
    what: `The SFT says what its head was trained for, and it is not ${d.task}: its recipe has ${toldWords(d.told)}.`,
    advice:
      'Leave --task (task in a cell) out; --column, --text, --pair and --label, or fields of these names in a cell, say which columns the data have.',
  }),
  'evaluate-task': (d: { name: string; task: string; possible: readonly string[] }): Problem => ({
    what: `The head of ${d.name} was not trained for ${d.task}.`,
    advice: `Leave --task out, or give one that fits: ${d.possible.join(', ')}.`,
  }),
  'evaluate-no-head': (d: { base: string }): Problem => ({
    what: `Neither ${d.base} nor the SFTs have a head, so there is nothing to evaluate.`,
    advice: 'Add a task SFT for labelled data, or a language SFT for raw text, with --sft FILE.',
  }),
  'evaluate-head-part': (d: { parameter: string }): Problem => ({
    what: `The head lacks ${d.parameter}: neither the base model has it nor the SFT whose head is used.`,
    advice:
      'Use the base model that the SFT was trained on, or add the SFT that its recipe applies, with its head.',
  }),
  'evaluate-not-text': (d: { ending: string; name: string }): Problem => ({
    what: `This is labelled data, as its ending ${d.ending} says, and the head of ${d.name} is one of a language model, which reads raw text.`,
    advice: 'Give raw text (.txt), or add the SFT of the task to which the data belong.',
  }),
  'compare-examples': (d: { metric: string }): Problem => ({
    what: `The compositions cannot be compared by ${d.metric}: their heads see other examples, or other labels in the data.`,
    advice:
      'Compare heads that call the same labels by the same names, and language models that read the text in the same blocks: of one length (--block-size), all by lines or none (mlm.lines of their recipes).',
  }),
  'compare-seeds': (d: { seeds: readonly number[] }): Problem => ({
    what: `Systems of ${d.seeds.join(', ')} models cannot be paired.`,
    advice: 'Give each system as many models, in the same order of seeds, or a single one.',
  }),
  'compare-metric': (d: { metric: string; known: readonly string[] }): Problem => ({
    what: `There is no metric ${d.metric} here.`,
    advice: `Choose one of ${d.known.join(', ')}.`,
  }),
  'prune-several': (d: { keep: number }): Problem => ({
    what: `One SFT cannot be written with ${d.keep} different shares of its entries.`,
    advice: 'Give a single percentage with --keep, or leave --out away to see what several cost.',
  }),
  'prune-nothing': (): Problem => ({
    what: 'There is nothing to do: neither a file to write nor data to evaluate on.',
    advice: 'Give --out FILE to write the pruned SFT, or --base and --data to see what pruning costs.',
  }),
  'option-needs': (d: { command: string; option: string; needed: string }): Problem => ({
    what: `${d.option} needs ${d.needed}.`,
    advice: `sft ${d.command} --help says which options go together.`,
  }),
  'inspect-place': (d: { place: string; possible: readonly string[] }): Problem => ({
    what: `The SFT has no entries in ${d.place}.`,
    advice: `It has some in: ${d.possible.join(', ')}.`,
  }),
  'inspect-part': (d: { part: string; place: string; possible: readonly string[] }): Problem => ({
    what: `There is no ${d.part} in ${d.place}.`,
    advice:
      d.part.startsWith('head ') && !d.possible.some((id) => id.startsWith('head '))
        ? `Heads are those of attention (q, k, v, o), and their number is that of the base model: --base FOLDER. Parts: ${d.possible.join(', ')}.`
        : `Choose one of: ${d.possible.join(', ')}.`,
  }),
  'inspect-shape': (d: { part: string }): Problem => ({
    what: `The file does not say the shape of ${d.part}, so its rows are not known.`,
    advice: 'Give the base model with --base FOLDER.',
  }),
  'bench-unknown': (): Problem => ({
    what: 'This compose bench is not open any more.',
    advice: 'Open it again.',
  }),
  'init-exists': (): Problem => ({
    what: 'There is a recipe of this name already.',
    advice: 'Give another name, or --stdout to print the template.',
  }),
  'train-force': (): Problem => ({
    what: '--force takes a run from another computer, and goes with --resume.',
    advice: 'Add --resume, or leave out --force.',
  }),
  'compose-onto-itself': (): Problem => ({
    what: 'The result would replace one of the SFTs that it is made of.',
    advice: 'Give another file with --out.',
  }),
  'out-is-input': (): Problem => ({
    what: 'This file is one of those that are read: it would be replaced.',
    advice: 'Give another file to write to.',
  }),
  'masks-k-range': (d: { k: number; maskable: number }): Problem => ({
    what: `A mask of ${d.k} entries was asked for, and the mask of this base has room for 1 to ${d.maskable}.`,
    advice: 'Give a smaller --k.',
  }),
  'out-exists': (): Problem => ({
    what: 'There is a file of this name, and it was made neither by compose nor by prune: it would be lost.',
    advice: 'Give another file, or --replace.',
  }),
  'init-name': (d: { name: string }): Problem => ({
    what: `A recipe cannot be called ${JSON.stringify(d.name)}.`,
    advice: 'Give a name of letters and digits, with blanks and - _ . + between them.',
  }),
  'out-there': (): Problem => ({
    what: 'There is a file of this name: it would be lost.',
    advice: 'Give another file, or --replace.',
  }),
  'out-not-page': (): Problem => ({
    what: 'There is a file of this name, and it is no page.',
    advice: 'Give a file that ends in .html.',
  }),
  'compare-one': (): Problem => ({
    what: 'There is only one SFT, and nothing to compare it with.',
    advice: 'Give two SFTs or more.',
  }),
  'resume-place': (d: { name: string }): Problem => ({
    what: `${d.name} still lives, and keeps the place in the queue with which it was started.`,
    advice:
      'Resume it without --beside, --needs, --priority and --no-queue, or stop it first (sft stop) and resume it with them.',
  }),
  'train-confirm': (d: { duration: string; steps: number; runs: number }): Problem => ({
    what: `${d.runs === 1 ? 'This run has' : `These ${d.runs} runs have`} ${d.steps} steps and will take about ${d.duration} on this machine.`,
    advice:
      d.runs === 1
        ? 'Give --yes to start it all the same, or shorten it: preset: quick, or full.steps and sparse.steps.'
        : 'Give --yes to start them all the same, or start fewer.',
  }),
  'evaluate-confirm': (d: { duration: string; examples: number; sample: number }): Problem => ({
    what: `Evaluating the about ${d.examples} examples will take about ${d.duration} on this machine.`,
    advice: `Give --yes to start it all the same, or --sample ${d.sample} for so many of them, always the same ones.`,
  }),
  'engine-load': (d: { reason: string; name?: string }): Problem => ({
    what: `The engine (${d.name ?? 'ONNX Runtime'}) cannot be loaded here: ${d.reason}.`,
    advice: 'sft doctor says what is missing.',
  }),
  'node-configured': (d: { path: string; reason: string }): Problem => ({
    what: `The Node that the setting sft.nodePath names cannot train: ${d.path}: ${d.reason}.`,
    advice: 'Name the program of a Node 20.11 or newer by its absolute path, or leave the setting empty.',
  }),
  'node-none': (d: { reasons: readonly string[] }): Problem => ({
    what: `No Node that can train was found${d.reasons.length === 0 ? '' : ` (${d.reasons.join('; ')})`}.`,
    advice: 'Install Node 20.11 or newer from https://nodejs.org, or name one in the setting sft.nodePath.',
  }),
} satisfies Record<string, (details: never) => Problem>;

/** What a head was trained for, in words. */
function headWords(type: string): string {
  if (type === 'language') return 'language modelling';
  return type === 'questionAnswering' ? 'question answering' : type;
}

function toldWords(told: string): string {
  if (told === 'pairs' || told === 'texts') return told === 'pairs' ? 'pairs of texts' : 'single texts';
  return `tags of the column ${told}`;
}
