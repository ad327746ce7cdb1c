import type { Problem } from './problem.ts';

/** Files of PyTorch, and their conversion. */
export const pytorchErrors = {
  'pytorch-broken': (d: { reason: string }): Problem => ({
    what: `This is not a whole PyTorch file: ${d.reason}.`,
    advice: 'Copy or download the file again.',
  }),
  'pytorch-unsupported': (d: { reason: string }): Problem => ({
    what: `This PyTorch file cannot be read here: ${d.reason}.`,
    advice: 'Load it with the program that made it and save it again with a current PyTorch.',
  }),
  'pytorch-code': (d: { name: string }): Problem => ({
    what: `The file asks Python to use ${name(d.name)}, which has no place in a file of weights; nothing of it was run.`,
    advice: 'Do not load it with torch.load either unless you trust who made it; ask for a safetensors file.',
  }),
  'pytorch-not-sft': (d: { reason: string }): Problem => ({
    what: `This PyTorch file is not an SFT: ${d.reason}.`,
    advice: 'Give the pytorch_diff.bin that the reference saved, or the folder that holds it.',
  }),
  'pytorch-not-model': (d: { reason: string }): Problem => ({
    what: `This PyTorch file does not hold a model's weights: ${d.reason}.`,
    advice: 'Save it with torch.save(model.state_dict(), FILE) or with save_pretrained.',
  }),
  'pytorch-too-large': (d: { reason: string }): Problem => ({
    what: `The SFT cannot be stored in this format: ${d.reason}.`,
    advice: 'Keep it as a .sft.safetensors file.',
  }),
  'convert-shape': (d: { parameter: string }): Problem => ({
    what: `The SFT does not say which shape ${d.parameter} has, and pytorch_diff.bin needs it.`,
    advice: 'Name the base model that it was trained on with --base FOLDER.',
  }),
  'convert-exists': (): Problem => ({
    what: 'There is a file of this name already.',
    advice: 'Give another name, or --force to replace it.',
  }),
  'convert-unsaid': (d: { said: readonly string[] }): Problem => ({
    what: `pytorch_diff.bin cannot keep what ${d.said.join(', ')} ${d.said.length === 1 ? 'says' : 'say'}.`,
    advice: `Leave ${d.said.length === 1 ? 'it' : 'them'} out; a .sft.safetensors file keeps labels, task and language.`,
  }),
  'convert-same-format': (d: { format: string }): Problem => ({
    what: `The SFT is in this format already (${d.format}).`,
    advice: 'Name a .sft.safetensors file to convert to, or a .bin file or a folder for pytorch_diff.bin.',
  }),
} satisfies Record<string, (details: never) => Problem>;

/** A name of a damaged or hostile file, fit to be printed. */
function name(text: string): string {
  const printable = text.replace(/[^\u0021-\u007e]/g, '?');
  return printable.length > 80 ? `${printable.slice(0, 80)}...` : printable;
}
