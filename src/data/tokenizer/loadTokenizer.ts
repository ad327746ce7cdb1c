import { access, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { userError } from '../../core/errors/userError.ts';
import { loadBytes, loadLines } from '../../formats/lines.ts';
import { parseSentencePiece } from '../../formats/sentencePiece.ts';
import { bertDescription } from './bertDescription.ts';
import type { Description, TokenizerConfig } from './description.ts';
import { sentencePieceDescription } from './sentencePieceDescription.ts';
import { makeTokenizer, type Tokenizer } from './tokenizer.ts';

/** Bytes of the largest SentencePiece model that is read; the largest vocabularies take some 20 MB. */
const LARGEST_MODEL = 256 << 20;

/**
 * The tokenizer of a Hugging Face model folder: `tokenizer.json`, or BERT's WordPiece over `vocab.txt`, or
 * XLM-RoBERTa's SentencePiece model, with the options of `tokenizer_config.json` where there is one.
 * @throws UserError `data-tokenizer-missing`, `data-tokenizer-broken`, `data-tokenizer-special`, and what `loadLines`
 * throws
 */
export async function loadTokenizer(folder: string): Promise<Tokenizer> {
  const { description, config, file } = await describeTokenizer(folder);
  return makeTokenizer(description, config, file);
}

/** What the tokenizer of a model folder is made of, and the file that says it. */
export interface TokenizerSource {
  readonly description: Description;
  readonly config: TokenizerConfig;
  readonly file: string;
}

/** The description of a folder's tokenizer, not yet made. @throws UserError as `loadTokenizer`, as far as it reads */
export async function describeTokenizer(folder: string): Promise<TokenizerSource> {
  const configFile = join(folder, 'tokenizer_config.json');
  const config = (await exists(configFile)) ? await loadJson<TokenizerConfig>(configFile) : {};
  const file = join(folder, 'tokenizer.json');
  if (await exists(file)) return { description: await loadDescription(file), config, file };
  const vocabulary = join(folder, 'vocab.txt');
  if (await exists(vocabulary)) {
    return { description: bertDescription(await loadLines(vocabulary), config), config, file: vocabulary };
  }
  const model = join(folder, 'sentencepiece.bpe.model');
  if (await exists(model)) return { description: await loadSentencePiece(model), config, file: model };
  throw userError('data-tokenizer-missing', undefined, { file: folder });
}

async function loadSentencePiece(file: string): Promise<Description> {
  const { size } = await stat(file);
  if (size > LARGEST_MODEL) {
    const reason = `${Math.round(size / 1e6)} MB are more than a SentencePiece model has`;
    throw userError('data-tokenizer-broken', { reason }, { file });
  }
  return sentencePieceDescription(parseSentencePiece(await loadBytes(file), file), file);
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
