import { counted } from '../texts.ts';
import type { Problem } from './problem.ts';

/** Files in general, safetensors files, and model folders. */
export const modelErrors = {
  'file-missing': (d: { path: string }): Problem => ({
    what: `There is no file or folder ${d.path}.`,
    advice: 'Check the path; a relative path starts at the current folder, or at the file that names it.',
  }),
  'file-unreadable': (d: { reason: string }): Problem => ({
    what: `The file cannot be read: ${d.reason}.`,
    advice: 'Check that it is a file and that you may read it.',
  }),
  'file-too-big-for-memory': (d: { bytes: number }): Problem => ({
    what: `There is not enough memory for ${gigabytes(d.bytes)} of this file.`,
    advice: 'Close other programs, or use a machine with more memory.',
  }),
  'file-disk-full': (): Problem => ({
    what: 'The file cannot be written: the disk is full or your quota is used up.',
    advice: 'Free some space and try again; what was there before under this name is unchanged.',
  }),
  'file-unwritable': (d: { reason: string }): Problem => ({
    what: `The file cannot be written: ${d.reason}.`,
    advice: 'Check that the folder exists and that you may write to it, or choose another place.',
  }),
  'file-in-use': (d: { reason: string }): Problem => ({
    what: `The new file is complete but cannot take its name: ${d.reason}.`,
    advice: 'Another program has the old file open; close it there and try again.',
  }),
  'model-vocabulary': (d: { tokenizer: number; model: number }): Problem => ({
    what: `The tokenizer has ${d.tokenizer} pieces, but the model has embeddings for ${d.model} (vocab_size).`,
    advice: 'Use the tokenizer files that belong to this model.',
  }),
  'folder-exists': (): Problem => ({
    what: 'The folder exists already and is not empty.',
    advice: 'Choose another name, or remove the folder first.',
  }),
  'safetensors-broken': (d: { reason: string }): Problem => ({
    what: `This is not a whole safetensors file: ${d.reason}.`,
    advice: 'Copy or download the file again.',
  }),
  'safetensors-dtype': (d: { tensor: string; dtype: string }): Problem => ({
    what: `Tensor ${d.tensor} has the type ${d.dtype}, which is not supported here.`,
    advice: 'Convert it to F32, F16 or BF16 (integers: I32 or I64).',
  }),
  'safetensors-git-lfs': (): Problem => ({
    what: 'This is a Git LFS pointer, a few lines that stand for the real file, which was not downloaded.',
    advice: 'Run "git lfs pull" in the folder, or download the file itself.',
  }),
  'safetensors-pickle': (): Problem => ({
    what: 'This is a PyTorch file and not a safetensors file.',
    advice: 'Save the model with safe_serialization=True in transformers, which writes model.safetensors.',
  }),
  'model-no-config': (): Problem => ({
    what: 'The folder holds no config.json, so it is not a Hugging Face model.',
    advice: 'Give the folder that holds config.json, model.safetensors and the tokenizer.',
  }),
  'model-config': (d: { reason: string }): Problem => ({
    what: `The model's configuration cannot be used: ${d.reason}.`,
    advice: "Take config.json from the model's page again.",
  }),
  'model-unsupported': (d: { reason: string; supported: string }): Problem => ({
    what: `This kind of model is not supported: ${d.reason}.`,
    advice: `Use a model with ${d.supported}.`,
  }),
  'model-no-weights': (d: { found: string }): Problem => ({
    what: `The folder holds neither model.safetensors nor pytorch_model.bin, nor an index of either${d.found}.`,
    advice: 'Download them, or save the model with safe_serialization=True in transformers.',
  }),
  'model-index': (d: { reason: string }): Problem => ({
    what: `The index of the model's files cannot be used: ${d.reason}.`,
    advice: "Take the index and all files that it names from the model's page again.",
  }),
  'model-parameter-missing': (d: { missing: readonly string[] }): Problem => ({
    what: `The model lacks ${some(d.missing)}.`,
    advice: 'Check that config.json and the weights belong to the same model and that no file is missing.',
  }),
  'model-parameter-shape': (d: {
    name: string;
    found: readonly number[];
    wanted: readonly number[];
  }): Problem => ({
    what: `Parameter ${d.name} has the shape [${d.found.join(', ')}], but config.json asks for [${d.wanted.join(', ')}].`,
    advice: 'Check that config.json and the weights belong to the same model.',
  }),
  'model-parameter-twice': (d: { name: string; tensors: readonly string[] }): Problem => ({
    what: `Parameter ${d.name} is there more than once, as ${d.tensors.join(' and ')}.`,
    advice: 'Remove all but one from the file.',
  }),
  'export-task': (d: { head: string }): Problem => ({
    what: `It is not known for which task the head ${d.head} is.`,
    advice: 'Name a task that fits it with --task: tagging (pos, ner) or classification (nli, sentiment).',
  }),
  'export-labels': (d: { labels: number; outputs: number }): Problem => ({
    what: `The SFT has ${counted(d.labels, 'label')}, but its head has ${counted(d.outputs, 'output')}.`,
    advice: 'Give one label for each output of the head.',
  }),
  'export-parser': (): Problem => ({
    what: 'The head is of a parser, for which transformers has no class.',
    advice: 'Export it as ONNX (--format onnx), or leave the head out (--head none).',
  }),
  'export-no-pooler': (): Problem => ({
    what: 'A model with this head needs a pooler, and neither the base model nor the SFT has one.',
    advice: 'Use a base model with a pooler, or train the SFT again, which stores one.',
  }),
} satisfies Record<string, (details: never) => Problem>;

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function some(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more parameters` : shown;
}
