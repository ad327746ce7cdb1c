import type {
  ModelType,
  PieceKind,
  SentencePiece,
  SentencePieceModel,
} from '../../src/formats/sentencePiece.ts';

const MODEL_TYPES: readonly ModelType[] = ['unigram', 'bpe', 'word', 'char'];
const PIECE_KINDS: readonly PieceKind[] = ['normal', 'unknown', 'control', 'user-defined', 'unused', 'byte'];

/** One piece of a model. */
export function piece(text: string, score = 0, kind: PieceKind = 'normal'): SentencePiece {
  return { piece: text, score, kind };
}

/** Those with which the model of an XLM-RoBERTa begins. */
export const firstPieces = [
  piece('<unk>', 0, 'unknown'),
  piece('<s>', 0, 'control'),
  piece('</s>', 0, 'control'),
];

/** The bytes of a SentencePiece model, with a few fields that no reader of ours needs. */
export function sentencePieceFile({ pieces, type, byteFallback, charsmap }: SentencePieceModel): Uint8Array {
  const trainer = [
    ...bytesField(1, Buffer.from('input.txt')),
    ...varintField(3, MODEL_TYPES.indexOf(type) + 1),
    ...varintField(4, pieces.length),
    ...varintField(35, Number(byteFallback)),
    ...bytesField(46, Buffer.from('<s>')),
  ];
  return Buffer.concat([
    ...pieces.map(({ piece: text, score, kind }) =>
      Buffer.from(
        bytesField(1, [
          ...bytesField(1, Buffer.from(text)),
          ...floatField(2, score),
          ...(kind === 'normal' ? [] : varintField(3, PIECE_KINDS.indexOf(kind) + 1)),
        ]),
      ),
    ),
    Buffer.from(bytesField(2, trainer)),
    Buffer.from([...tag(3, 2), ...varint(normalizerLength(charsmap))]),
    Buffer.from(bytesField(1, Buffer.from('nmt_nfkc'))),
    Buffer.from([...tag(2, 2), ...varint(charsmap.length)]),
    charsmap,
    Buffer.from(varintField(3, 1)),
  ]);
}

function normalizerLength(charsmap: Uint8Array): number {
  const name = bytesField(1, Buffer.from('nmt_nfkc')).length;
  return name + 1 + varint(charsmap.length).length + charsmap.length + varintField(3, 1).length;
}

function tag(field: number, wire: number): number[] {
  return varint(field * 8 + wire);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))];
}

function varintField(field: number, value: number): number[] {
  return [...tag(field, 0), ...varint(value)];
}

function bytesField(field: number, bytes: ArrayLike<number>): number[] {
  return [...tag(field, 2), ...varint(bytes.length), ...Array.from(bytes)];
}

function floatField(field: number, value: number): number[] {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return [...tag(field, 5), ...bytes];
}
