import { basename, join } from 'node:path';
import { withBertOptions } from '../../data/tokenizer/bertDescription.ts';
import {
  type Description,
  roles,
  type Step,
  type TokenizerConfig,
} from '../../data/tokenizer/description.ts';
import { describeTokenizer } from '../../data/tokenizer/loadTokenizer.ts';
import { makeTokenizer, type Tokenizer } from '../../data/tokenizer/tokenizer.ts';
import { writeTextAtomically } from '../../formats/atomicFile.ts';
import type { ModelConfig } from '../../formats/modelConfig.ts';
import { longestSequence } from '../../model/names.ts';

/** By a tokenizer's model: of which class it is, and how its pieces become text again. */
const kinds: Readonly<Record<string, { readonly class: string; readonly decoder: Step }>> = {
  WordPiece: { class: 'BertTokenizer', decoder: { type: 'WordPiece', prefix: '##', cleanup: true } },
  Unigram: {
    class: 'XLMRobertaTokenizer',
    decoder: { type: 'Metaspace', replacement: '▁', add_prefix_space: true, prepend_scheme: 'always' },
  },
};

/** Classes that do not tell whether a tokenizer marks segments. */
const general = ['PreTrainedTokenizerFast', 'PreTrainedTokenizer', 'TokenizersBackend'];

/**
 * Writes the tokenizer of a model folder as transformers.js wants it, which reads no vocabulary, no SentencePiece model and no
 * `special_tokens_map.json`, and takes nothing for granted: `tokenizer.json` with the options that `tokenizer_config.json` has for
 * it, unless `folder` has it like that, and `tokenizer_config.json` with class, special pieces and greatest length.
 * @throws UserError as `loadTokenizer`, naming the files of `from`
 */
export async function writeTokenizer(from: string, folder: string, config: ModelConfig): Promise<void> {
  const { description, config: told, file } = await describeTokenizer(from);
  const whole = completed(description, told);
  const isThere = basename(file) === 'tokenizer.json';
  if (!isThere || JSON.stringify(whole) !== JSON.stringify(description)) {
    const all = { version: '1.0', truncation: null, padding: null, ...whole };
    await writeTextAtomically(join(folder, 'tokenizer.json'), JSON.stringify(all));
  }
  const text = JSON.stringify(
    tokenizerConfig(whole, told, makeTokenizer(description, told, file), longestSequence(config)),
    null,
    2,
  );
  await writeTextAtomically(join(folder, 'tokenizer_config.json'), `${text}\n`);
}

/** A description with the options that `tokenizer_config.json` has for it, and with all that other readers want to be said. */
function completed(description: Description, told: TokenizerConfig): Description {
  const { added_tokens: added, normalizer, post_processor: joins, decoder, model } = description;
  return {
    ...description,
    added_tokens: added.map((token) => withDefaults(token, PLAIN)),
    normalizer: normalizer?.type === 'BertNormalizer' ? withBertOptions(normalizer, told) : normalizer,
    post_processor:
      joins?.type === 'TemplateProcessing'
        ? withDefaults(joins, { special_tokens: templateTokens(joins, added) })
        : joins,
    decoder: decoder ?? kinds[String(model.type)]?.decoder ?? null,
  };
}

const PLAIN = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };

/** The special pieces that a template names, each with its number. */
function templateTokens({ single, pair }: Step, added: Description['added_tokens']): Record<string, object> {
  const parts = [single, pair].flat() as readonly { readonly SpecialToken?: { readonly id: string } }[];
  const names = new Set(parts.flatMap(({ SpecialToken: token }) => token?.id ?? []));
  return Object.fromEntries(
    added
      .filter(({ content }) => names.has(content))
      .map(({ content, id }) => [content, { id: content, ids: [id], tokens: [content] }]),
  );
}

/** With what it lacks of `defaults`. */
function withDefaults<T extends object>(value: T, defaults: object): T {
  const lacking = Object.entries(defaults).filter(([key]) => !(key in value));
  return { ...value, ...Object.fromEntries(lacking) };
}

function tokenizerConfig(
  { normalizer, model }: Description,
  told: TokenizerConfig,
  { special, piece }: Tokenizer,
  longest: number,
): TokenizerConfig {
  const { tokenizer_class: named, model_max_length: length, ...others } = told;
  const isTold = typeof named === 'string' && !general.includes(named);
  const own = isTold ? named : (kinds[String(model.type)]?.class ?? named ?? general[0]);
  return {
    // What transformers would otherwise take for granted of a BERT, and change tokenizer.json by.
    ...(normalizer?.type === 'BertNormalizer' && {
      do_lower_case: normalizer.lowercase,
      strip_accents: normalizer.strip_accents,
      tokenize_chinese_chars: normalizer.handle_chinese_chars,
    }),
    ...others,
    // As texts: transformers.js 3 refuses the objects that `special_tokens_map.json` has.
    ...Object.fromEntries(roles.map((role) => [`${role}_token`, piece(special[role])])),
    tokenizer_class: own,
    model_max_length: typeof length === 'number' ? Math.min(length, longest) : longest,
  };
}
