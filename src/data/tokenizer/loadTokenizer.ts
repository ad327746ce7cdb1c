import { access } from 'node:fs/promises';
import { join } from 'node:path';

import { userError } from '../../core/errors/userError.ts';
import { loadLines } from '../../formats/lines.ts';
import { bertDescription } from './bertDescription.ts';
import type { Description, TokenizerConfig } from './description.ts';
import { makeTokenizer, type Tokenizer } from './tokenizer.ts';

/**
 * The tokenizer of a Hugging Face model folder: `tokenizer.json`, or BERT's WordPiece over `vocab.txt`, with the
 * options of `tokenizer_config.json` where there is one.
 * @throws UserError `data-tokenizer-missing`, `data-tokenizer-broken`, `data-tokenizer-special`, and what `loadLines`
 * throws
 */
export async function loadTokenizer(folder: string): Promise<Tokenizer> {
  const configFile = join(folder, 'tokenizer_config.json');
  const config = (await exists(configFile)) ? await loadJson<TokenizerConfig>(configFile) : {};
  const file = join(folder, 'tokenizer.json');
  if (await exists(file)) return makeTokenizer(await loadDescription(file), config, file);
  const vocabulary = join(folder, 'vocab.txt');
  if (await exists(vocabulary)) {
    return makeTokenizer(bertDescription(await loadLines(vocabulary), config), config, vocabulary);
  }
  const sentencePiece = await exists(join(folder, 'sentencepiece.bpe.model'));
  throw userError('data-tokenizer-missing', { sentencePiece }, { file: folder });
}

async function loadDescription(file: string): Promise<Description> {
  const { added_tokens, normalizer, pre_tokenizer, post_processor, decoder, model } =
    await loadJson<Partial<Description>>(file);
  if (model === undefined) throw userError('data-tokenizer-broken', { reason: 'it has no model' }, { file });
  return {
    added_tokens: added_tokens ?? [],
    normalizer: normalizer ?? null,
    pre_tokenizer: pre_tokenizer ?? null,
    post_processor: post_processor ?? null,
    decoder: decoder ?? null,
    model,
  };
}

async function loadJson<T extends object>(file: string): Promise<T> {
  const text = (await loadLines(file)).join('\n');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw userError('data-tokenizer-broken', { reason: (error as Error).message }, { file });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as T;
  throw userError('data-tokenizer-broken', { reason: 'it is not a JSON object' }, { file });
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
