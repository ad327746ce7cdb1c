import type { RecipeSort } from './fieldDefaults.ts';

/**
 * What a field names: a model folder, an SFT file, raw text, labelled words, a table of labelled texts, questions with answers, data
 * of any of these sorts, or a recipe.
 */
export type FileKind = 'base' | 'sft' | 'text' | 'words' | 'table' | 'questions' | 'data' | 'recipe';

/** What the field at this address names; undefined where it names no file. */
export function kindOfFile(address: string, { kind, task }: RecipeSort): FileKind | undefined {
  const isData = /^(data|sources)\.(train|validation)$/.test(address);
  if (!isData) return Object.hasOwn(kinds, address) ? kinds[address] : undefined;
  if (kind === 'language') return 'text';
  if (task === 'questionAnswering') return 'questions';
  return task === 'classification' ? 'table' : 'words';
}

const kinds: Readonly<Record<string, FileKind>> = {
  base: 'base',
  apply: 'sft',
  'apply.sft': 'sft',
  'sources.apply': 'sft',
  'sources.apply.sft': 'sft',
  'data.text': 'text',
};

/**
 * Whether a file by this name may be of a kind. Model folders are told by what they hold. A text without labels is read by it, too:
 * raw text is a sentence or text a line.
 */
export function fits(kind: FileKind, name: string): boolean {
  if (kind === 'base') return false;
  return kind === 'data' ? dataKinds.some((one) => endings[one].test(name)) : endings[kind].test(name);
}

const endings = {
  sft: /\.sft\.safetensors$/i,
  text: /\.(txt|text|raw|md)$/i,
  words: /\.(conllu|conll|iob2?|bio|tsv|txt)$/i,
  table: /\.(tsv|csv|jsonl)$/i,
  questions: /\.json$/i,
  recipe: /\.sft\.ya?ml$/i,
} satisfies Record<Exclude<FileKind, 'base' | 'data'>, RegExp>;

const dataKinds = ['text', 'words', 'table', 'questions'] as const;
