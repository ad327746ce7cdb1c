import type { RecipeSort } from './fieldDefaults.ts';

/** What a field names: a model folder, an SFT file, raw text, labelled words, a table of labelled texts. */
export type FileKind = 'base' | 'sft' | 'text' | 'words' | 'table';

/** What the field at this address names; undefined where it names no file. */
export function kindOfFile(address: string, { kind, task }: RecipeSort): FileKind | undefined {
  const isData = address === 'data.train' || address === 'data.validation';
  if (!isData) return Object.hasOwn(kinds, address) ? kinds[address] : undefined;
  if (kind === 'language') return 'text';
  return task === 'classification' ? 'table' : 'words';
}

const kinds: Readonly<Record<string, FileKind>> = {
  base: 'base',
  apply: 'sft',
  'apply.sft': 'sft',
  'data.text': 'text',
};

/** Whether a file by this name may be of a kind. Model folders are told by what they hold. */
export function fits(kind: FileKind, name: string): boolean {
  return kind !== 'base' && endings[kind].test(name);
}

const endings = {
  sft: /\.sft\.safetensors$/i,
  text: /\.(txt|text|raw)$/i,
  words: /\.(conllu|conll|iob2?|bio|tsv|txt)$/i,
  table: /\.(tsv|csv|jsonl)$/i,
} satisfies Record<Exclude<FileKind, 'base'>, RegExp>;
