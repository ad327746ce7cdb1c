import type { Description } from './description.ts';
import { type PieceTrie, pieceTrie } from './pieceTrie.ts';

/** What a piece that is not in the vocabulary costs beyond the worst that is (SentencePiece's constant). */
const UNKNOWN_PENALTY = 10;

/**
 * The most probable segmentation of a pre-token under a unigram model (Kudo 2018), as `tokenizers` in Rust finds it,
 * of equals the one that was found first: the library's is several times slower and breaks ties otherwise. A piece
 * that is not in the vocabulary stands for unknown characters; with `byte_fallback` they are pieces of a byte each
 * (`<0x0A>`), where the vocabulary has them all.
 * @returns undefined where `model` is of another kind
 */
export function unigram(model: Description['model']): ((text: string) => string[]) | undefined {
  const { type, vocab, unk_id, byte_fallback } = model;
  if (!Array.isArray(vocab) || (type !== undefined && type !== 'Unigram')) return undefined;
  const entries = new Map(vocab as [string, number][]);
  const pieces = [...entries.keys()];
  const scores = Float64Array.from(entries.values());
  const unknownScore = scores.reduce((worst, score) => Math.min(worst, score), Infinity) - UNKNOWN_PENALTY;
  const unknown = (vocab as [string, number][])[Number(unk_id)]?.[0];
  if (unknown !== undefined) scores[pieces.indexOf(unknown)] = unknownScore;
  const lattice = { trie: pieceTrie(pieces), scores, unknownScore };
  const cut = (text: string) => segment(text, lattice);
  if (byte_fallback !== true) return cut;
  const bytesOf = (piece: string): string[] => {
    if (entries.has(piece)) return [piece];
    const bytes = Array.from(Buffer.from(piece), bytePiece);
    return bytes.every((byte) => entries.has(byte)) ? bytes : [piece];
  };
  return (text) => cut(text).flatMap(bytesOf);
}

function bytePiece(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
}

interface Lattice {
  readonly trie: PieceTrie;
  /** Of each piece of the trie. */
  readonly scores: Float64Array;
  readonly unknownScore: number;
}

function segment(text: string, { trie, scores, unknownScore }: Lattice): string[] {
  const best = new Float64Array(text.length + 1).fill(-Infinity);
  const from = new Int32Array(text.length + 1).fill(-1);
  const isUnknown = new Uint8Array(text.length + 1);
  best[0] = 0;
  const offer = (start: number, end: number, score: number, unknown: boolean): void => {
    const total = best[start] + score;
    if (from[end] !== -1 && !(total > best[end])) return;
    best[end] = total;
    from[end] = start;
    isUnknown[end] = Number(unknown);
  };
  for (let start = 0, next = 0; start < text.length; start = next) {
    next = start + ((text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1);
    let known = false;
    let node = 0;
    for (let end = start + 1; end <= text.length; end++) {
      node = trie.next(node, text.charCodeAt(end - 1));
      if (node === -1) break;
      const piece = trie.pieceAt(node);
      if (piece === -1 || end < next) continue;
      offer(start, end, scores[piece], false);
      if (end === next) known = true;
    }
    if (!known) offer(start, next, unknownScore, true);
  }
  return collect(text, from, isUnknown);
}

/** The pieces from the back pointers; neighbouring unknown characters are one piece. */
function collect(text: string, from: Int32Array, isUnknown: Uint8Array): string[] {
  const pieces: string[] = [];
  for (let end = text.length; end > 0;) {
    let start = from[end];
    while (isUnknown[end] === 1 && start > 0 && isUnknown[start] === 1) start = from[start];
    pieces.push(text.slice(start, end));
    end = start;
  }
  return pieces.reverse();
}
