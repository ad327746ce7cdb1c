import { PbfReader } from 'pbf';
import { userError } from '../core/errors/userError.ts';

/** What of a SentencePiece model (`sentencepiece_model.proto`) decides how it cuts text. */
export interface SentencePieceModel {
  readonly pieces: readonly SentencePiece[];
  readonly type: ModelType;
  /** Whether letters that no piece has become pieces of a byte each. */
  readonly byteFallback: boolean;
  /** The table of the normaliser (see `precompiled`); empty where there is none. */
  readonly charsmap: Uint8Array;
}

export interface SentencePiece {
  readonly piece: string;
  /** Logarithm of its probability. */
  readonly score: number;
  readonly kind: PieceKind;
}

export type ModelType = (typeof MODEL_TYPES)[number];
export type PieceKind = (typeof PIECE_KINDS)[number];

/** By their numbers in the file, which count from 1. */
const MODEL_TYPES = ['unigram', 'bpe', 'word', 'char'] as const;
const PIECE_KINDS = ['normal', 'unknown', 'control', 'user-defined', 'unused', 'byte'] as const;

/** Numbers of fields. */
const MODEL = { pieces: 1, trainer: 2, normalizer: 3 };
const PIECE = { piece: 1, score: 2, type: 3 };
const TRAINER = { modelType: 3, byteFallback: 35 };
const NORMALIZER = { charsmap: 2 };

/** How a value is written. */
const WIRE = { varint: 0, bytes: 2, fixed32: 5 };

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads a SentencePiece model. Fields that are not needed are skipped, repeated ones overwrite, as protobuf has it.
 * @param file named in errors
 * @throws UserError `data-tokenizer-broken`
 */
export function parseSentencePiece(bytes: Uint8Array, file: string): SentencePieceModel {
  try {
    return readModel(new PbfReader(bytes));
  } catch (error) {
    const reason = `it is no whole SentencePiece model (${(error as Error).message})`;
    throw userError('data-tokenizer-broken', { reason }, { file });
  }
}

function readModel(reader: PbfReader): SentencePieceModel {
  const pieces: SentencePiece[] = [];
  const known = new Set<string>();
  let type: ModelType = 'unigram';
  let byteFallback = false;
  let charsmap = new Uint8Array();
  readFields(reader, reader.length, {
    [MODEL.pieces]() {
      const piece = readPiece(reader);
      if (known.has(piece.piece)) throw new Error(`the piece ${JSON.stringify(piece.piece)} is there twice`);
      known.add(piece.piece);
      pieces.push(piece);
    },
    [MODEL.trainer]() {
      readFields(reader, endOfValue(reader), {
        [TRAINER.modelType]() {
          type = nameOf(MODEL_TYPES, reader);
        },
        [TRAINER.byteFallback]() {
          byteFallback = varint(reader) !== 0;
        },
      });
    },
    [MODEL.normalizer]() {
      readFields(reader, endOfValue(reader), {
        [NORMALIZER.charsmap]() {
          charsmap = Uint8Array.from(bytesValue(reader));
        },
      });
    },
  });
  if (pieces.length === 0) throw new Error('it has no pieces');
  return { pieces, type, byteFallback, charsmap };
}

function readPiece(reader: PbfReader): SentencePiece {
  let piece = '';
  let score = 0;
  let kind: PieceKind = 'normal';
  readFields(reader, endOfValue(reader), {
    [PIECE.piece]() {
      piece = decoder.decode(bytesValue(reader));
    },
    [PIECE.score]() {
      expectWire(reader, WIRE.fixed32);
      score = reader.readFloat();
    },
    [PIECE.type]() {
      kind = nameOf(PIECE_KINDS, reader);
    },
  });
  if (piece === '') throw new Error('a piece is empty');
  if (!Number.isFinite(score)) throw new Error(`the score of ${JSON.stringify(piece)} is not finite`);
  return { piece, score, kind };
}

/** Reads the fields of a message that ends at `end`; the library itself does not look whether a value ends in it. */
function readFields(reader: PbfReader, end: number, fields: Readonly<Record<number, () => void>>): void {
  while (reader.pos < end) {
    const field = reader.nextField(end);
    if (field === 0 && reader.pos < end) throw new Error('a field has the number 0');
    const read = fields[field];
    if (read !== undefined) read();
    else if (field !== 0) reader.skip(reader.type);
    if (reader.pos > end) throw new Error('a value reaches beyond its end');
  }
}

/** Where the value ends that begins with its length. */
function endOfValue(reader: PbfReader): number {
  expectWire(reader, WIRE.bytes);
  const length = reader.readVarint();
  if (length > reader.length - reader.pos) throw new Error('a value reaches beyond its end');
  return reader.pos + length;
}

function bytesValue(reader: PbfReader): Uint8Array {
  const end = endOfValue(reader);
  const bytes = reader.buf.subarray(reader.pos, end);
  reader.pos = end;
  return bytes;
}

function varint(reader: PbfReader): number {
  expectWire(reader, WIRE.varint);
  return reader.readVarint();
}

function nameOf<T>(names: readonly T[], reader: PbfReader): T {
  const number = varint(reader);
  const name = names[number - 1];
  if (name === undefined) throw new Error(`a type has the number ${number}`);
  return name;
}

function expectWire(reader: PbfReader, wanted: number): void {
  if (reader.type !== wanted) throw new Error('a field is of another kind');
}
