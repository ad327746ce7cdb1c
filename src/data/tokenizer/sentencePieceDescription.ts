import { userError } from '../../core/errors/userError.ts';
import type { SentencePieceModel } from '../../formats/sentencePiece.ts';
import type { Description } from './description.ts';

/** With which pieces the file of an XLM-RoBERTa begins. fairseq puts four of its own in their place. */
const FILE_BEGINS = ['<unk>', '<s>', '</s>'];
const BEGINS = ['<s>', '<pad>', '</s>', '<unk>'];
const UNKNOWN = '<unk>';
const MASK = '<mask>';

/**
 * The description of XLM-RoBERTa's tokenizer for a folder that has only a SentencePiece model, as `transformers` converts
 * it: fairseq's special pieces come first, so that every other piece has the number in the file plus one, and the
 * mask last.
 * @param file named in errors
 * @throws UserError `data-tokenizer-broken` where it is not a unigram model, or not one of XLM-RoBERTa's
 */
export function sentencePieceDescription(model: SentencePieceModel, file: string): Description {
  const { type, pieces, byteFallback, charsmap } = model;
  const refuse = (reason: string) => userError('data-tokenizer-broken', { reason }, { file });
  if (type !== 'unigram')
    throw refuse(`it is a SentencePiece model of the type ${type}, and only unigram models are read`);
  if (FILE_BEGINS.some((piece, i) => pieces[i]?.piece !== piece))
    throw refuse(`it does not begin with ${FILE_BEGINS.join(', ')}, as the model of an XLM-RoBERTa does`);
  const own = pieces.slice(FILE_BEGINS.length);
  const twice = own.find(({ piece }) => piece === MASK || BEGINS.includes(piece));
  if (twice !== undefined) throw refuse(`it has the piece ${twice.piece}, which is added to it`);

  const vocab: [string, number][] = [
    ...BEGINS.map((piece): [string, number] => [piece, 0]),
    ...own.map(({ piece, score }): [string, number] => [piece, score]),
    [MASK, 0],
  ];
  const special = (content: string, id: number) => ({
    content,
    id,
    special: true,
    normalized: false,
    lstrip: content === MASK,
  });
  return {
    added_tokens: [
      ...BEGINS.map(special),
      special(MASK, vocab.length - 1),
      ...own.flatMap(({ piece: content, kind }, i) => {
        const id = BEGINS.length + i;
        if (kind === 'control') return [special(content, id)];
        return kind === 'user-defined' ? [{ content, id, special: false, normalized: false }] : [];
      }),
    ],
    normalizer:
      charsmap.length === 0
        ? null
        : { type: 'Precompiled', precompiled_charsmap: Buffer.from(charsmap).toString('base64') },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'WhitespaceSplit' },
        { type: 'Metaspace', replacement: '▁', add_prefix_space: true },
      ],
    },
    post_processor: {
      type: 'TemplateProcessing',
      single: template('<s>', 'A', '</s>'),
      pair: template('<s>', 'A', '</s>', '</s>', 'B', '</s>'),
    },
    decoder: { type: 'Metaspace', replacement: '▁', add_prefix_space: true },
    model: { type: 'Unigram', unk_id: BEGINS.indexOf(UNKNOWN), vocab, byte_fallback: byteFallback },
  };
}

function template(...parts: readonly string[]): object[] {
  return parts.map((id) =>
    id === 'A' || id === 'B' ? { Sequence: { id, type_id: 0 } } : { SpecialToken: { id, type_id: 0 } },
  );
}
