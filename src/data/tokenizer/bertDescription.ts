import type { Description, Step, TokenizerConfig } from './description.ts';

const SPECIAL = { pad: '[PAD]', unk: '[UNK]', cls: '[CLS]', sep: '[SEP]', mask: '[MASK]' };

/**
 * The description of BERT's WordPiece tokenizer for a folder that has only a vocabulary, as `transformers` builds it:
 * `do_lower_case`, `strip_accents` and `tokenize_chinese_chars` as `tokenizer_config.json` says.
 * @param pieces the lines of `vocab.txt`: the piece with id `i` at `i`
 */
export function bertDescription(pieces: readonly string[], config: TokenizerConfig): Description {
  const vocab = Object.fromEntries(pieces.map((piece, id) => [piece, id]));
  const special = Object.values(SPECIAL).filter((piece) => vocab[piece] !== undefined);
  return {
    added_tokens: special.map((content) => ({
      content,
      id: vocab[content] ?? 0,
      special: true,
      normalized: false,
    })),
    normalizer: withBertOptions(
      {
        type: 'BertNormalizer',
        clean_text: true,
        handle_chinese_chars: true,
        strip_accents: null,
        lowercase: isUncased(pieces),
      },
      config,
    ),
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [
        { SpecialToken: { id: SPECIAL.cls, type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: SPECIAL.sep, type_id: 0 } },
      ],
      pair: [
        { SpecialToken: { id: SPECIAL.cls, type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: SPECIAL.sep, type_id: 0 } },
        { Sequence: { id: 'B', type_id: 1 } },
        { SpecialToken: { id: SPECIAL.sep, type_id: 1 } },
      ],
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: SPECIAL.unk,
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab,
    },
  };
}

/** A BertNormalizer with the options that `tokenizer_config.json` gives, which win in `transformers` as well. */
export function withBertOptions(normalizer: Step, config: TokenizerConfig): Step {
  const { do_lower_case: lowercase, strip_accents: stripAccents, tokenize_chinese_chars: chinese } = config;
  return {
    ...normalizer,
    ...(typeof lowercase === 'boolean' && { lowercase }),
    ...(typeof stripAccents === 'boolean' && { strip_accents: stripAccents }),
    ...(typeof chinese === 'boolean' && { handle_chinese_chars: chinese }),
  };
}

/**
 * Whether a vocabulary was made of lower-cased text: no piece has a capital, special ones (`[UNK]`) aside. This stands
 * in for a missing `do_lower_case`, whose default of true would spoil every cased vocabulary.
 */
function isUncased(pieces: readonly string[]): boolean {
  return pieces.every((piece) => piece === piece.toLowerCase() || /^\[.*\]$/.test(piece));
}
