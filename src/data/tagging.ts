import { userError } from '../core/errors/userError.ts';
import type { TaggedSentence } from '../formats/columns.ts';
import type { ConlluSentence } from '../formats/conllu.ts';
import { type Example, NO_LABEL } from './example.ts';
import type { Tokenizer } from './tokenizer/tokenizer.ts';

/** The columns of CoNLL-U that can be learnt as tags. */
export const tagColumns = ['upos', 'xpos', 'feats', 'deprel'] as const;
export type TagColumn = (typeof tagColumns)[number];

/** The tag of words that are left out, with the tag. */
export const NO_TAG = '_';

/** Why a word has no piece with its label: it was cut off, or the tokenizer makes nothing of it. */
export const CUT_OFF = -1;
export const WITHOUT_PIECE = -2;

/** The words that an example stands for; all arrays run over the words that were given to the model. */
export interface ExampleWords {
  /** Index of the sentence in the input. */
  readonly sentence: number;
  /** Index of each word in its sentence. */
  readonly words: Int32Array;
  /** Index of each word's gold label, also of words that were lost. */
  readonly gold: Int32Array;
  /** Where in the example's `ids` each word's label stands: at its first piece; CUT_OFF or WITHOUT_PIECE if nowhere. */
  readonly positions: Int32Array;
}

/** Sentences as a model for token classification takes them; `words[i]` belongs to `examples[i]`. */
export interface TaggingData {
  readonly labels: readonly string[];
  readonly examples: readonly Example[];
  readonly words: readonly ExampleWords[];
  /** Sentences that did not fit, and their words that were cut off; such a word counts as an error in evaluation. */
  readonly cutSentences: number;
  readonly cutWords: number;
  /** Words of which the tokenizer makes nothing; they lose their label, as in the reference. */
  readonly wordsWithoutPieces: number;
}

/**
 * The labels of tagged sentences, sorted by name; `_` is none.
 * @throws UserError `data-file-empty` where there is no tag but `_`
 */
export function collectLabels(sentences: readonly TaggedSentence[], file: string): string[] {
  const found = new Set(sentences.flatMap(({ words }) => words.map(({ tag }) => tag)));
  found.delete(NO_TAG);
  if (found.size === 0) throw userError('data-file-empty', { wanted: 'tag' }, { file });
  return [...found].sort();
}

/**
 * One column of a treebank as tags.
 * @throws UserError `data-column-absent` where all of its values are `_`
 */
export function tagsOfTreebank(
  sentences: readonly ConlluSentence[],
  column: TagColumn,
  file: string,
): TaggedSentence[] {
  const tagged = sentences.map(({ line, words }) => ({
    line,
    words: words.map((word) => ({ line: word.line, form: word.form, tag: word[column] })),
  }));
  if (tagged.some(({ words }) => words.some(({ tag }) => tag !== NO_TAG))) return tagged;
  throw userError('data-column-absent', { column }, { file });
}

/**
 * Sentences as examples for token classification: the label of a word stands at its first piece. Words tagged `_` are
 * left out, sentences of nothing else too; what exceeds `maxLength` pieces (special ones included) is cut off.
 * @param labels of the training data, sorted
 * @param file named in errors
 * @throws UserError `data-unknown-label` for a tag that is not among `labels`, with its line; `data-max-length`
 */
export function taggingData(
  sentences: readonly TaggedSentence[],
  labels: readonly string[],
  tokenizer: Tokenizer,
  options: { readonly maxLength: number; readonly file: string },
): TaggingData {
  const indexOf = new Map(labels.map((label, i) => [label, i]));
  const examples: Example[] = [];
  const words: ExampleWords[] = [];
  let cutSentences = 0;
  for (const [sentence, { words: all }] of sentences.entries()) {
    const kept = [...all.keys()].filter((i) => all[i].tag !== NO_TAG);
    if (kept.length === 0) continue;
    const gold = Int32Array.from(kept, (i) => {
      const label = indexOf.get(all[i].tag);
      if (label !== undefined) return label;
      throw userError(
        'data-unknown-label',
        { label: all[i].tag, known: labels },
        { file: options.file, line: all[i].line },
      );
    });
    const forms = kept.map((i) => all[i].form);
    const { example, positions, cut } = makeExample(forms, gold, tokenizer, options.maxLength);
    examples.push(example);
    words.push({ sentence, words: Int32Array.from(kept), gold, positions });
    if (cut) cutSentences++;
  }
  const lost = (why: number): number =>
    words.reduce((sum, { positions }) => sum + positions.filter((at) => at === why).length, 0);
  return {
    labels,
    examples,
    words,
    cutSentences,
    cutWords: lost(CUT_OFF),
    wordsWithoutPieces: lost(WITHOUT_PIECE),
  };
}

function makeExample(
  forms: readonly string[],
  gold: Int32Array,
  tokenizer: Tokenizer,
  maxLength: number,
): { example: Example; positions: Int32Array; cut: boolean } {
  const { ids, wordIds, cut } = tokenizer.encodeWords(forms, maxLength);
  const labels = new Int32Array(ids.length).fill(NO_LABEL);
  const positions = new Int32Array(forms.length).fill(WITHOUT_PIECE);
  let last = -1;
  for (const [at, word] of wordIds.entries()) {
    if (word <= last) continue;
    last = word;
    positions[word] = at;
    labels[at] = gold[word];
  }
  if (cut) {
    for (let word = last + 1; word < forms.length; word++) {
      const { ids } = tokenizer.encodeWords([forms[word]]);
      if (ids.length > tokenizer.specialCount) positions[word] = CUT_OFF;
    }
  }
  return { example: { ids, labels }, positions, cut };
}
