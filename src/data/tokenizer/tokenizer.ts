import { userError } from '../../core/errors/userError.ts';
import { withBertOptions } from './bertDescription.ts';
import { type Description, type Role, roles, type Step, type TokenizerConfig } from './description.ts';
import { type LibraryNormalizer, makePieces, type Pieces } from './library.ts';
import { exactNormalizer } from './normalize.ts';
import { offsetEncoder, type OffsetPieces } from './pieceOffsets.ts';
import { type CutAtSpaces, cutAtSpaces, isTidy } from './spaces.ts';
import { unigram } from './unigram.ts';
import { eachPiece } from './vocabularyPieces.ts';

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
  /**
   * The pieces of a text, or of two, with the special pieces around them, at most `maxLength` in all: of two texts the
   * longer one is cut first.
   */
  readonly encodePair: (text: string, pair: string | null, maxLength?: number) => EncodedPair;
  /** The pieces of a text without special ones, and which characters each of them stands for. */
  readonly encodeOffsets: (text: string) => OffsetPieces;
  /** How pieces of two texts are joined. @throws UserError `data-tokenizer-broken` where the tokenizer does not say it */
  readonly pairSurroundings: () => PairSurroundings;
  /** A piece as it is written in the vocabulary. */
  readonly piece: (id: number) => string;
  /** Pieces as a text that can be read, without special ones; not always the one of which they were made. */
  readonly decode: (ids: readonly number[]) => string;
}

/** `ids` and, for each, the index of its word in the sentence; -1 for a special piece. `cut`: not all pieces fit. */
export interface EncodedWords {
  readonly ids: Int32Array;
  readonly wordIds: Int32Array;
  readonly cut: boolean;
}

/** `types`: the segment of each piece; absent where all are 0. `cut`: not all pieces fit. */
export interface EncodedPair {
  readonly ids: Int32Array;
  readonly types?: Int32Array;
  readonly cut: boolean;
}

/** Distinct words whose pieces are remembered before the memory starts anew. */
const REMEMBERED = 500_000;
/** Letters of the longest word that is remembered. A text that cannot be cut into words is a "word", too, and never comes again. */
const LONGEST_REMEMBERED = 64;

/** Shorter parts are copied by V8 itself. */
const SHORTEST_VIEW = 13;

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
  eachPiece(description, file, () => {}); // the library takes any id
  const { pieces, normalize, around, aroundPair, cut } = build(description, config, file);
  const encodeOffsets = offsetEncoder(pieces, normalize, description);
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
    if (text.length > LONGEST_REMEMBERED) return ids;
    if (remembered.size >= REMEMBERED) remembered.clear();
    remembered.set(ownCopy(text), ids);
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
    tidy.add(ownCopy(part));
    return true;
  };

  const partsOf = (text: string): string[] => {
    if (cut === 'always') return text.split(' ').filter((part) => part !== '');
    return cut === 'tidy' && text.split(' ').every(isKnownTidy) ? text.split(' ') : [text];
  };
  const encodeText = (text: string, maxLength = Infinity): Int32Array =>
    encodeWords(partsOf(text), maxLength).ids;

  const encodePair = (text: string, pair: string | null, maxLength = Infinity): EncodedPair => {
    if (pair === null) {
      const { ids, cut } = encodeWords(partsOf(text), maxLength);
      return { ids, cut };
    }
    const { ids: special, join } = aroundPair();
    checkLength(maxLength, special.length);
    const first = partsOf(text).flatMap(encodePart);
    const second = partsOf(pair).flatMap(encodePart);
    const room = maxLength - special.length;
    const [a, b] = shareRoom(first.length, second.length, room);
    return { ...join(first.slice(0, a), second.slice(0, b)), cut: a + b < first.length + second.length };
  };

  return {
    vocabSize,
    special,
    specialIds: new Set([...around.before, ...around.after, special.pad]),
    specialCount,
    encodeWords,
    encodeText,
    encodePair,
    encodeOffsets,
    pairSurroundings: aroundPair,
    piece: (id) => pieces.id_to_token(id) ?? pieces.id_to_token(special.unk) ?? '',
    decode: (ids) => (ids.length === 0 ? '' : pieces.decode([...ids], { skip_special_tokens: true })),
  };
}

interface Parts {
  readonly pieces: Pieces;
  readonly normalize: (text: string) => string;
  readonly around: Surroundings;
  /** Looked for at the first pair: not every tokenizer says how it joins two texts. */
  readonly aroundPair: () => PairSurroundings;
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
    return {
      pieces,
      normalize,
      around: surroundings(pieces),
      aroundPair: once(() => pairSurroundings(pieces, description, file)),
      cut: cutAtSpaces(description),
    };
  } catch (error) {
    throw userError('data-tokenizer-broken', { reason: (error as Error).message }, { file });
  }
}

/**
 * The same string with letters of its own. V8 keeps a part of a text as a view of it, so that a remembered word would
 * keep its whole text in memory.
 */
function ownCopy(text: string): string {
  return text.length < SHORTEST_VIEW ? text : Buffer.from(text, 'utf16le').toString('utf16le');
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
  const ids = (part: string[]): number[] => part.map((token) => addedId(pieces, token));
  return { before: ids(tokens.slice(0, at)), after: ids(tokens.slice(at + 1)) };
}

/** The ids that the tokenizer puts around and between two texts, and how it marks segments. */
export interface PairSurroundings {
  readonly ids: readonly number[];
  readonly join: (
    first: readonly number[],
    second: readonly number[],
  ) => { ids: Int32Array; types?: Int32Array };
  /** Where the second text's first piece stands, after a first text of so many pieces. */
  readonly secondAt: (firstLength: number) => number;
}

/** @throws UserError `data-tokenizer-broken` where it does not say how it joins two texts */
function pairSurroundings(
  pieces: Pieces,
  { post_processor: step }: Description,
  file: string,
): PairSurroundings {
  const [first, second] = ['\0', '\u0001'];
  const { tokens, token_type_ids: told = [] } = joinedByLibrary(pieces, first, second, file);
  // The library marks segments here, where the Rust one does not.
  const types = step?.type === 'RobertaProcessing' ? [] : told;
  const at = tokens.indexOf(first);
  const next = tokens.indexOf(second);
  const added = tokens.map((token, i) => (i === at || i === next ? undefined : addedId(pieces, token)));
  const segments = types.some((type) => type !== 0);
  return {
    ids: added.filter((id) => id !== undefined),
    secondAt: (firstLength) => next - 1 + firstLength,
    join(a, b) {
      const parts = added.map((id, i) => (id === undefined ? (i === at ? a : b) : [id]));
      const ids = Int32Array.from(parts.flat());
      if (!segments) return { ids };
      return { ids, types: Int32Array.from(parts.flatMap((part, i) => part.map(() => types[i] ?? 0))) };
    },
  };
}

function joinedByLibrary(
  pieces: Pieces,
  first: string,
  second: string,
  file: string,
): { tokens: string[]; token_type_ids?: number[] } {
  const reason = 'it does not say how two texts are joined';
  try {
    const joined = pieces.post_processor?.([first], [second], true) ?? { tokens: [first, second] };
    if (joined.tokens.indexOf(second) > joined.tokens.indexOf(first)) return joined;
  } catch {
    // It has no template for pairs.
  }
  throw userError('data-tokenizer-broken', { reason }, { file });
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/**
 * How many pieces of two texts fit into `room`: the longer one is cut first, down to the shorter one, then both to half
 * of the room (`longest_first` of the Rust library).
 */
function shareRoom(first: number, second: number, room: number): [number, number] {
  if (first + second <= room) return [first, second];
  const short = Math.min(first, second);
  const long = Math.max(short, room - short);
  const half = Math.floor(room / 2);
  const [less, more] = short + long > room ? [half, half + (room % 2)] : [short, long];
  return first <= second ? [less, more] : [more, less];
}

function addedId(pieces: Pieces, token: string): number {
  const id = pieces.token_to_id(token);
  if (id !== undefined) return id;
  throw new Error(`its post-processor adds ${token}, which is not in the vocabulary`);
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
