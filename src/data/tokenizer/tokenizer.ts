import { userError } from '../../core/errors/userError.ts';
import { withBertOptions } from './bertDescription.ts';
import { type Description, type Role, roles, type Step, type TokenizerConfig } from './description.ts';
import { type LibraryNormalizer, makePieces, type Pieces } from './library.ts';
import { exactNormalizer } from './normalize.ts';
import { type CutAtSpaces, cutAtSpaces, isTidy } from './spaces.ts';
import { unigram } from './unigram.ts';

/** Text to the ids of word pieces, as the model was trained with. */
export interface Tokenizer {
  /** One more than the largest id. */
  readonly vocabSize: number;
  readonly special: Readonly<Record<Role, number>>;
  /** What `encode...` puts around a text, and padding: never masked. The unknown piece is not among them. */
  readonly specialIds: ReadonlySet<number>;
  /** How many pieces `encode...` puts around a text. */
  readonly specialCount: number;
  /**
   * The pieces of words that are given one by one, each tokenized by itself, with the special pieces around them.
   * With `maxLength` what does not fit is cut off at the end of the text, inside of a word if need be.
   */
  readonly encodeWords: (words: readonly string[], maxLength?: number) => EncodedWords;
  /** The pieces of a text with the special pieces around them, at most `maxLength` in all. */
  readonly encodeText: (text: string, maxLength?: number) => Int32Array;
  /** A piece as it is written in the vocabulary. */
  readonly piece: (id: number) => string;
}

/** `ids` and, for each, the index of its word in the sentence; -1 for a special piece. `cut`: not all pieces fit. */
export interface EncodedWords {
  readonly ids: Int32Array;
  readonly wordIds: Int32Array;
  readonly cut: boolean;
}

/** Distinct words whose pieces are remembered before the memory starts anew. */
const REMEMBERED = 500_000;

const CUSTOMARY: Record<Role, readonly string[]> = {
  cls: ['[CLS]', '<s>'],
  sep: ['[SEP]', '</s>'],
  pad: ['[PAD]', '<pad>'],
  mask: ['[MASK]', '<mask>'],
  unk: ['[UNK]', '<unk>'],
};

/**
 * A tokenizer from its description. Same ids as `tokenizers` (Rust) gives, words as with `is_split_into_words`.
 * @param file named in errors
 * @throws UserError `data-tokenizer-broken`, `data-tokenizer-special`
 */
export function makeTokenizer(description: Description, config: TokenizerConfig, file: string): Tokenizer {
  const { pieces, normalize, around, cut } = build(description, config, file);
  const special = Object.fromEntries(
    roles.map((role) => [role, specialId(pieces, role, config, file)]),
  ) as Record<Role, number>;
  const specialCount = around.before.length + around.after.length;
  const vocabSize = pieces.model.vocab.length;

  const remembered = new Map<string, readonly number[]>();
  const encodePart = (text: string): readonly number[] => {
    const known = remembered.get(text);
    if (known !== undefined) return known;
    const { ids } = pieces.encode(text, { add_special_tokens: false });
    if (remembered.size >= REMEMBERED) remembered.clear();
    remembered.set(text, ids);
    return ids;
  };

  const encodeWords = (words: readonly string[], maxLength = Infinity): EncodedWords => {
    checkLength(maxLength, specialCount);
    const found = words.map(encodePart);
    const total = found.reduce((sum, ids) => sum + ids.length, 0);
    const length = Math.min(total, maxLength - specialCount);
    const ids = new Int32Array(length + specialCount);
    const wordIds = new Int32Array(length + specialCount).fill(-1);
    const end = around.before.length + length;
    ids.set(around.before);
    let at = around.before.length;
    for (let word = 0; word < found.length && at < end; word++) {
      for (const id of found[word]) {
        if (at === end) break;
        ids[at] = id;
        wordIds[at++] = word;
      }
    }
    ids.set(around.after, end);
    return { ids, wordIds, cut: length < total };
  };

  const tidy = new Set<string>();
  const isKnownTidy = (part: string): boolean => {
    if (tidy.has(part)) return true;
    if (!isTidy(normalize(part))) return false;
    if (tidy.size >= REMEMBERED) tidy.clear();
    tidy.add(part);
    return true;
  };

  const encodeText = (text: string, maxLength = Infinity): Int32Array => {
    let parts = [text];
    if (cut === 'always') parts = text.split(' ').filter((part) => part !== '');
    else if (cut === 'tidy' && text.split(' ').every(isKnownTidy)) parts = text.split(' ');
    return encodeWords(parts, maxLength).ids;
  };

  return {
    vocabSize,
    special,
    specialIds: new Set([...around.before, ...around.after, special.pad]),
    specialCount,
    encodeWords,
    encodeText,
    piece: (id) => pieces.id_to_token(id) ?? pieces.id_to_token(special.unk) ?? '',
  };
}

interface Parts {
  readonly pieces: Pieces;
  readonly normalize: (text: string) => string;
  readonly around: Surroundings;
  readonly cut: CutAtSpaces;
}

function build(given: Description, config: TokenizerConfig, file: string): Parts {
  try {
    const description = withOptions(given, config);
    const pieces = makePieces(
      { ...description, pre_tokenizer: splitAtMetaspace(description.pre_tokenizer) },
      config,
    );
    const { normalizer: step } = description;
    const made = pieces.normalizer as LibraryNormalizer | null;
    const normalize = step === null || made === null ? (text: string) => text : exactNormalizer(step, made);
    pieces.normalizer = normalize;
    const segment = unigram(description.model);
    if (segment !== undefined) pieces.model.encode = (preTokens) => preTokens.flatMap(segment);
    pieces.encode('a', { add_special_tokens: false });
    return { pieces, normalize, around: surroundings(pieces), cut: cutAtSpaces(description) };
  } catch (error) {
    throw userError('data-tokenizer-broken', { reason: (error as Error).message }, { file });
  }
}

function withOptions(description: Description, config: TokenizerConfig): Description {
  const { normalizer } = description;
  if (normalizer?.type !== 'BertNormalizer') return description;
  return { ...description, normalizer: withBertOptions(normalizer, config) };
}

/**
 * `Metaspace` turns blanks into `▁` and, unless told otherwise, also splits before each `▁`; the library does only the
 * first, so the second is added as a step of its own.
 */
function splitAtMetaspace(step: Step | null): Step | null {
  if (step?.type !== 'Metaspace' || step.split === false) return step;
  const split = { type: 'Split', pattern: { Regex: '▁[^▁]*|[^▁]+' }, behavior: 'Removed', invert: true };
  return { type: 'Sequence', pretokenizers: [step, split] };
}

/** The ids that the tokenizer puts before and after a text. */
interface Surroundings {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

function surroundings(pieces: Pieces): Surroundings {
  const text = '\0';
  const tokens = pieces.post_processor?.([text], null, true).tokens ?? [text];
  const at = tokens.indexOf(text);
  if (at === -1) throw new Error('its post-processor leaves the text out');
  const ids = (part: string[]): number[] =>
    part.map((token) => {
      const id = pieces.token_to_id(token);
      if (id === undefined)
        throw new Error(`its post-processor adds ${token}, which is not in the vocabulary`);
      return id;
    });
  return { before: ids(tokens.slice(0, at)), after: ids(tokens.slice(at + 1)) };
}

function specialId(pieces: Pieces, role: Role, config: TokenizerConfig, file: string): number {
  const named = config[`${role}_token`];
  const content = typeof named === 'object' && named !== null && 'content' in named ? named.content : named;
  const tried = typeof content === 'string' ? [content] : CUSTOMARY[role];
  for (const piece of tried) {
    const id = pieces.token_to_id(piece);
    if (id !== undefined) return id;
  }
  throw userError('data-tokenizer-special', { role, tried }, { file });
}

function checkLength(maxLength: number, specialCount: number): void {
  if (maxLength > specialCount) return;
  throw userError('data-max-length', { length: maxLength, least: specialCount + 1 });
}
