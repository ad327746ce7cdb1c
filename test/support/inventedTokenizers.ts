import { bertDescription } from '../../src/data/tokenizer/bertDescription.ts';
import type { Description, Step } from '../../src/data/tokenizer/description.ts';
import { makeTokenizer, type Tokenizer } from '../../src/data/tokenizer/tokenizer.ts';

const letters = Array.from('abcdefghijklmnopqrstuvwxyz0123456789.,!?#');

/** A BERT-like tokenizer of special pieces, some words, and single letters inside and at the beginning of words. */
export function inventedBert(words: readonly string[] = [], config: Record<string, unknown> = {}): Tokenizer {
  const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
  const pieces = [...special, ...words, ...letters, ...letters.map((letter) => `##${letter}`)];
  return makeTokenizer(bertDescription(pieces, config), config, 'vocab.txt');
}

/** An XLM-R-like description: a unigram model with the given pieces, and single letters that cost more. */
export function inventedUnigram(
  pieces: Readonly<Record<string, number>>,
  steps: Partial<Description>,
): Description {
  const special = ['<s>', '<pad>', '</s>', '<unk>', '<mask>'];
  const around = ['<s>', 'A', '</s>'].map((id) =>
    id === 'A' ? { Sequence: { id, type_id: 0 } } : { SpecialToken: { id, type_id: 0 } },
  );
  return {
    added_tokens: special.map((content, id) => ({
      content,
      id,
      special: true,
      normalized: false,
      lstrip: content === '<mask>',
    })),
    normalizer: null,
    pre_tokenizer: inSequence({ type: 'WhitespaceSplit' }, { type: 'Metaspace', replacement: '▁' }),
    post_processor: { type: 'TemplateProcessing', single: around, pair: [] },
    decoder: null,
    model: {
      type: 'Unigram',
      unk_id: 3,
      vocab: [
        ...special.map((piece) => [piece, 0]),
        ...Object.entries({ '▁': -3, ...pieces }),
        ...letters.map((letter) => [letter, -8]),
      ],
    },
    ...steps,
  };
}

/** Pre-tokenizers one after another. */
export function inSequence(...pretokenizers: Step[]): Step {
  return { type: 'Sequence', pretokenizers };
}
