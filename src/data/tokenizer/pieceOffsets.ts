import type { Description } from './description.ts';
import type { Pieces } from './library.ts';

/** Pieces of a text without special ones; piece i stands for the text from `starts[i]` to `ends[i]`, in UTF-16 units. */
export interface OffsetPieces {
  readonly ids: Int32Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** A normalised text; unit i of it comes from the original's units `from[i]` to `to[i]`. */
interface Aligned {
  readonly text: string;
  readonly from: readonly number[];
  readonly to: readonly number[];
}

interface Rules {
  readonly pieces: Pieces;
  readonly normalize: (text: string) => string;
  /** What a piece inside of a word begins with (`##`). */
  readonly prefix: string | undefined;
  /** Pieces that are looked for in the text before it is normalised. */
  readonly added: readonly string[];
}

/** What separates words for every tokenizer. Other white space (U+0085, vertical tab) BERT removes without a gap. */
const WORD = /[^\t\n\r\p{Z}]+/gu;
/** How blanks are written in normalised text and in pieces. */
const BLANKS = new Set([' ', '▁']);
/** Distinct words whose pieces are remembered before the memory starts anew. */
const REMEMBERED = 100_000;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Tokenizes a text word by word and says which characters each piece stands for: the library tells no offsets. A word
 * whose normalised form cannot be followed gives all of its pieces the whole word.
 */
export function offsetEncoder(
  pieces: Pieces,
  normalize: (text: string) => string,
  { model, added_tokens }: Description,
): (text: string) => OffsetPieces {
  const { continuing_subword_prefix: prefix } = model;
  const rules: Rules = {
    pieces,
    normalize,
    prefix: typeof prefix === 'string' && prefix !== '' ? prefix : undefined,
    added: added_tokens.map(({ content }) => content).filter((content) => content !== ''),
  };
  const remembered = new Map<string, OffsetPieces>();
  const encodeWord = (word: string): OffsetPieces => {
    const known = remembered.get(word);
    if (known !== undefined) return known;
    const { ids, tokens } = pieces.encode(word, { add_special_tokens: false });
    const found = followPieces(tokens, word, rules);
    const encoded = { ids: Int32Array.from(ids), ...found };
    if (remembered.size >= REMEMBERED) remembered.clear();
    remembered.set(word, encoded);
    return encoded;
  };
  return (text) => {
    const ids: number[] = [];
    const starts: number[] = [];
    const ends: number[] = [];
    for (const { 0: word, index } of text.matchAll(WORD)) {
      const encoded = encodeWord(word);
      for (let i = 0; i < encoded.ids.length; i++) {
        ids.push(encoded.ids[i]);
        starts.push(index + encoded.starts[i]);
        ends.push(index + encoded.ends[i]);
      }
    }
    return { ids: Int32Array.from(ids), starts: Int32Array.from(starts), ends: Int32Array.from(ends) };
  };
}

function followPieces(
  tokens: readonly string[],
  word: string,
  { pieces, normalize, prefix, added }: Rules,
): { starts: Int32Array; ends: Int32Array } {
  const starts = new Int32Array(tokens.length);
  const ends = new Int32Array(tokens.length).fill(word.length);
  const aligned = align(word, normalize, added);
  if (aligned === undefined) return { starts, ends };
  const { text, from, to } = aligned;
  let at = 0;
  for (const [i, token] of tokens.entries()) {
    const surface = surfaceOf(token, prefix);
    while (BLANKS.has(text[at]) && !text.startsWith(surface || ' ', at)) at++;
    const span = find(surface, text, at, pieces);
    if (span === undefined) return { starts, ends };
    const [first, end] = span;
    const empty = from[first] ?? word.length;
    starts[i] = empty;
    ends[i] = end > first ? to[end - 1] : empty;
    at = end;
  }
  return { starts, ends };
}

/** The letters for which a piece stands. */
function surfaceOf(token: string, prefix: string | undefined): string {
  if (prefix !== undefined && token.length > prefix.length && token.startsWith(prefix)) {
    return token.slice(prefix.length);
  }
  return token.startsWith('▁') ? token.slice(1) : token;
}

/** From where to where a piece reaches: its letters, or, for an unknown one, the rest of a pre-token. */
function find(surface: string, text: string, at: number, pieces: Pieces): [number, number] | undefined {
  if (text.startsWith(surface, at)) return [at, at + surface.length];
  const rest = text.slice(at);
  if (surface === pieces.model.unk_token) {
    const [preToken] = pieces.pre_tokenizer?.(rest) ?? [rest];
    const start = preToken === undefined ? -1 : text.indexOf(preToken, at);
    return start === -1 || preToken === undefined ? undefined : [start, start + preToken.length];
  }
  const start = text.indexOf(surface, at);
  return start === -1 ? undefined : [start, start + surface.length];
}

/**
 * Normalises character by character, or else grapheme by grapheme, where that gives the same as the whole; added pieces
 * that the text writes out are kept as they are.
 */
function align(
  word: string,
  normalize: (text: string) => string,
  added: readonly string[],
): Aligned | undefined {
  const piece = added.find((content) => word.includes(content));
  if (piece === undefined) {
    const characters = alignParts(Array.from(word), normalize);
    const whole = normalize(word);
    if (characters.text === whole) return characters;
    const clusters = alignParts(
      Array.from(graphemes.segment(word), ({ segment }) => segment),
      normalize,
    );
    return clusters.text === whole ? clusters : undefined;
  }
  const at = word.indexOf(piece);
  const before = align(word.slice(0, at), normalize, added);
  const after = align(word.slice(at + piece.length), normalize, added);
  if (before === undefined || after === undefined) return undefined;
  return joinAligned(
    [before, alignParts(Array.from(piece), (part) => part), after],
    [0, at, at + piece.length],
  );
}

function alignParts(parts: readonly string[], normalize: (text: string) => string): Aligned {
  const from: number[] = [];
  const to: number[] = [];
  let text = '';
  let at = 0;
  for (const part of parts) {
    const normalized = normalize(part);
    text += normalized;
    for (let i = 0; i < normalized.length; i++) {
      from.push(at);
      to.push(at + part.length);
    }
    at += part.length;
  }
  return { text, from, to };
}

function joinAligned(parts: readonly Aligned[], offsets: readonly number[]): Aligned {
  return {
    text: parts.map(({ text }) => text).join(''),
    from: parts.flatMap(({ from }, i) => from.map((at) => at + offsets[i])),
    to: parts.flatMap(({ to }, i) => to.map((at) => at + offsets[i])),
  };
}
