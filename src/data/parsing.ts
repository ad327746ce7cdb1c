import { findCycle, rootsOf } from '../core/trees.ts';
import { userError } from '../core/errors/userError.ts';
import type { ConlluSentence, ConlluWord } from '../formats/conllu.ts';
import { NO_LABEL, type Example } from './example.ts';
import type { Renames } from './renames.ts';
import type { Tokenizer } from './tokenizer/tokenizer.ts';

/**
 * The relations of a parser unless others are named, in the order of the reference's outputs: `_`, and the 37 of Universal
 * Dependencies.
 */
export const universalRelations: readonly string[] = [
  '_',
  'acl',
  'advcl',
  'advmod',
  'amod',
  'appos',
  'aux',
  'case',
  'cc',
  'ccomp',
  'clf',
  'compound',
  'conj',
  'cop',
  'csubj',
  'dep',
  'det',
  'discourse',
  'dislocated',
  'expl',
  'fixed',
  'flat',
  'goeswith',
  'iobj',
  'list',
  'mark',
  'nmod',
  'nsubj',
  'nummod',
  'obj',
  'obl',
  'orphan',
  'parataxis',
  'punct',
  'reparandum',
  'root',
  'vocative',
  'xcomp',
];

/** The relation without its subtype: `nsubj` of `nsubj:pass`. */
export function universalRelation(relation: string): string {
  const [universal = relation] = relation.split(':');
  return universal;
}

/** Sentences with each relation as it is to be: what is said of a relation with its subtype goes before what is said of it without. */
export function renamedRelations(sentences: readonly ConlluSentence[], rename: Renames): ConlluSentence[] {
  const relationOf = (relation: string): string => {
    const known = [relation, universalRelation(relation)].find((name) => Object.hasOwn(rename, name));
    return known === undefined ? relation : rename[known];
  };
  return sentences.map((sentence) => ({
    ...sentence,
    words: sentence.words.map((word) => ({ ...word, deprel: relationOf(word.deprel) })),
  }));
}

/**
 * A sentence as a parser takes it: its words up to the one where it was cut. Words without a piece keep their number, so
 * that heads are what they are in the treebank; nothing is to be learnt of them.
 */
export interface ParsingExample {
  /** Word-piece ids, special pieces included, not padded. */
  readonly ids: Int32Array;
  /**
   * Where in `ids` each word starts, and at last where the last one ends: word i has the pieces from `wordStarts[i]` to
   * before `wordStarts[i + 1]`, none if these are equal.
   */
  readonly wordStarts: Int32Array;
  /**
   * The head of each word: 0 for the root, else the number of a word, from 1. NO_LABEL where there is nothing to learn:
   * no head is given, the word has no piece, or its head was cut off.
   */
  readonly heads: Int32Array;
  /** Index of the relation of each word, to be learnt at its gold head; NO_LABEL where `heads` is. */
  readonly relations: Int32Array;
}

/** The same as an input of the model. */
export function wordExample({ ids, wordStarts, heads, relations }: ParsingExample): Example {
  const labels = new Int32Array(2 * heads.length);
  labels.set(heads);
  labels.set(relations, heads.length);
  return { ids, words: wordStarts, labels };
}

/** All words of a sentence, also those that were cut off, for scores. */
export interface GoldTree {
  /** Index of the sentence in the input. */
  readonly sentence: number;
  /** 0 for the root, else the number of a word; NO_LABEL where none is given. */
  readonly heads: Int32Array;
  /** Index of each relation; NO_LABEL where no head is given. */
  readonly relations: Int32Array;
}

/** Sentences as a model for dependency parsing takes them; `trees[i]` belongs to `examples[i]`. */
export interface ParsingData {
  readonly relations: readonly string[];
  readonly examples: readonly ParsingExample[];
  readonly trees: readonly GoldTree[];
  /** Sentences that did not fit, and their words that were cut off; such a word counts as an error in evaluation. */
  readonly cutSentences: number;
  readonly cutWords: number;
  /** Words of which the tokenizer makes nothing; they count as errors, too. */
  readonly wordsWithoutPieces: number;
}

/**
 * Checks that each sentence is a tree. Several words may hang on the root: Universal Dependencies want one, but there are
 * treebanks that have more, and a parser can learn from them.
 * @returns how many sentences have several roots
 * @throws UserError `data-tree-no-head`, `data-tree-self`, `data-tree-rootless`, `data-tree-cycle`, with the line
 */
export function checkTrees(sentences: readonly ConlluSentence[], file: string): { severalRoots: number } {
  let severalRoots = 0;
  for (const { line, words } of sentences) {
    for (const [i, { head, form, line: own }] of words.entries()) {
      if (head < 0) throw userError('data-tree-no-head', { form }, { file, line: own });
      if (head === i + 1) throw userError('data-tree-self', { form }, { file, line: own });
    }
    const heads = words.map(({ head }) => head);
    const roots = rootsOf(heads).length;
    if (roots === 0) throw userError('data-tree-rootless', undefined, { file, line });
    if (roots > 1) severalRoots++;
    const cycle = findCycle(heads);
    if (cycle === undefined) continue;
    const members = cycle.map((number) => `${number} ${words[number - 1].form}`);
    throw userError('data-tree-cycle', { words: members }, { file, line: words[cycle[0] - 1].line });
  }
  return { severalRoots };
}

/**
 * Sentences as examples for dependency parsing. What exceeds `maxLength` pieces (special ones included) is cut off.
 * Relations are cut at their colon; words without a head (`_`) have no label, so that bare text can be read, too.
 * @param relations of the parser, as `universalRelations`
 * @param file named in errors
 * @throws UserError `data-unknown-relation` with the line; `data-max-length`
 */
export function parsingData(
  sentences: readonly ConlluSentence[],
  relations: readonly string[],
  tokenizer: Tokenizer,
  { maxLength, file }: { readonly maxLength: number; readonly file: string },
): ParsingData {
  const indexOf = new Map(relations.map((relation, i) => [relation, i]));
  const relationOf = ({ head, deprel, line }: ConlluWord): number => {
    if (head < 0) return NO_LABEL;
    const index = indexOf.get(universalRelation(deprel));
    if (index !== undefined) return index;
    throw userError('data-unknown-relation', { relation: deprel, known: relations }, { file, line });
  };
  const examples: ParsingExample[] = [];
  const trees: GoldTree[] = [];
  const lost = { cutSentences: 0, cutWords: 0, wordsWithoutPieces: 0 };
  for (const [sentence, { words }] of sentences.entries()) {
    const tree = {
      sentence,
      heads: Int32Array.from(words, ({ head }) => (head < 0 ? NO_LABEL : head)),
      relations: Int32Array.from(words, relationOf),
    };
    const forms = words.map(({ form }) => form);
    const { ids, wordStarts, cut } = encodeWords(forms, tokenizer, maxLength);
    examples.push(makeExample(ids, wordStarts, tree));
    trees.push(tree);
    const kept = wordStarts.length - 1;
    const empty = emptyWords(wordStarts);
    lost.wordsWithoutPieces += empty;
    if (!cut) continue;
    lost.cutSentences++;
    const hollow = countHollow(forms.slice(kept), tokenizer);
    lost.wordsWithoutPieces += hollow;
    lost.cutWords += words.length - kept - hollow;
  }
  return { relations, examples, trees, ...lost };
}

/**
 * What a model says of the words of an example, for all `words` of the sentence: undefined for words that were cut off or
 * have no piece, which are errors.
 */
export function overSentence<T>(
  { wordStarts }: Pick<ParsingExample, 'wordStarts'>,
  words: number,
  predicted: ArrayLike<T>,
): (T | undefined)[] {
  return Array.from({ length: words }, (_, i) =>
    i + 1 < wordStarts.length && wordStarts[i] < wordStarts[i + 1] ? predicted[i] : undefined,
  );
}

/** The pieces of a sentence and where its words start; the words behind the last piece are left out if it was cut. */
function encodeWords(
  forms: readonly string[],
  tokenizer: Tokenizer,
  maxLength: number,
): { ids: Int32Array; wordStarts: Int32Array; cut: boolean } {
  const { ids, wordIds, cut } = tokenizer.encodeWords(forms, maxLength);
  const last = wordIds.findLastIndex((word) => word >= 0);
  const kept = cut ? (wordIds[last] ?? -1) + 1 : forms.length;
  const wordStarts = new Int32Array(kept + 1).fill(last === -1 ? 1 : last + 1);
  let next = 0;
  // A word without a piece starts where the next one does.
  for (let at = 0; at <= last; at++) while (next <= wordIds[at]) wordStarts[next++] = at;
  return { ids, wordStarts, cut };
}

function makeExample(ids: Int32Array, wordStarts: Int32Array, tree: GoldTree): ParsingExample {
  const kept = wordStarts.length - 1;
  const heads = tree.heads.slice(0, kept);
  const relations = tree.relations.slice(0, kept);
  for (let i = 0; i < kept; i++) {
    if (wordStarts[i] < wordStarts[i + 1] && heads[i] >= 0 && heads[i] <= kept) continue;
    heads[i] = NO_LABEL;
    relations[i] = NO_LABEL;
  }
  return { ids, wordStarts, heads, relations };
}

function emptyWords(wordStarts: Int32Array): number {
  let count = 0;
  for (let i = 1; i < wordStarts.length; i++) if (wordStarts[i] === wordStarts[i - 1]) count++;
  return count;
}

function countHollow(forms: readonly string[], tokenizer: Tokenizer): number {
  return forms.filter((form) => tokenizer.encodeWords([form]).ids.length === tokenizer.specialCount).length;
}
