import type { Kind } from '../types.ts';

/** What a field names: a model folder, an SFT file, raw text, labelled data. */
export type FileKind = 'base' | 'sft' | 'text' | 'labelled';

/** What the field at this address names; undefined where it names no file. */
export function kindOfFile(address: string, kind: Kind | undefined): FileKind | undefined {
  if (address === 'data.validation') return kind === 'language' ? 'text' : 'labelled';
  return Object.hasOwn(kinds, address) ? kinds[address] : undefined;
}

const kinds: Readonly<Record<string, FileKind>> = {
  base: 'base',
  apply: 'sft',
  'apply.sft': 'sft',
  'data.text': 'text',
  'data.train': 'labelled',
};

/** Whether a file by this name may be of a kind. Model folders are told by what they hold. */
export function fits(kind: FileKind, name: string): boolean {
  return kind !== 'base' && endings[kind].test(name);
}

const endings = {
  sft: /\.sft\.safetensors$/i,
  text: /\.(txt|text|raw)$/i,
  labelled: /\.(conllu|conll|iob2?|bio|tsv|txt)$/i,
} satisfies Record<Exclude<FileKind, 'base'>, RegExp>;
